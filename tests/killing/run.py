"""One run: a busy hour, a telekit that is killed again and again, and what was seen of it."""

import asyncio
import json
import pickle
import shutil
import sys
import tempfile
from pathlib import Path

from tests.killing.absences import Absences
from tests.killing.figures import figures
from tests.killing.hour import AGENTS, RULES, BusyHour, Pace, lets_pass_on
from tests.killing.lives import Lives
from tests.killing.observer import Observer
from tests.killing.record import Record
from tests.killing.sightings import lets_look
from tests.lab import bootstrap
from tests.lab.installation import Installation
from tests.lab.service import Service

PACE = Pace()


async def run(kit: Service, moments: int, seed: str, pace: Pace = PACE) -> Record:
    """Start a telekit with this hour's rules and agents, and kill it at so many moments; it writes on in its folder."""
    record = Record()
    lets_pass_on(kit)
    look = lets_look(kit)
    await kit.switch.start()
    try:
        async with BusyHour(kit.switch, seed, record, pace) as hour:
            lives = Lives(kit, hour, seed, record, pace)
            await lives.start()
            control = kit.folder / "var/telekit.sock"
            async with Observer(control, look, record):
                hour.begin()
                async with Absences(control, AGENTS, seed, record, pace):
                    await lives.live_on(moments)
                await hour.end()
            await kit.end()
        record.facts = kit.facts()
    finally:
        await kit.kill()
        await kit.switch.kill()
    return record


def main() -> None:
    """Print the figures of one hour: `python -m tests.killing.run SEED MOMENTS`. A folder with a breach stays."""
    seed, moments = sys.argv[1], int(sys.argv[2])
    tree = bootstrap.present()
    assert tree is not None, "run `make asterisk`"
    folder = Path(tempfile.mkdtemp(prefix="telekit-kill-"))
    record = asyncio.run(run(Installation(folder, tree, RULES, phones=AGENTS), moments, seed))
    (folder / "record").write_bytes(pickle.dumps(record))
    found = figures(record, seed)
    if found["breaches"]:
        sys.stderr.write(f"kill: {seed}: see {folder}\n")
    else:
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
