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
from tests.killing.hour import AGENTS, DIALPLAN, RULES, BusyHour, Pace
from tests.killing.lives import Lives
from tests.killing.observer import ACCOUNT, Observer
from tests.killing.record import Record
from tests.lab import bootstrap
from tests.lab.installation import Installation
from tests.lab.tree import Tree

PACE = Pace()


async def run(tree: Tree, folder: Path, moments: int, seed: str, pace: Pace = PACE) -> Record:
    """Kill telekit at so many moments; the journal and the logs stay in the folder."""
    record = Record()

    def before(kit: Installation) -> None:
        kit.asterisk.config["manager.conf"] += ACCOUNT
        kit.asterisk.config["extensions.conf"] += DIALPLAN

    kit = Installation(folder, tree, RULES, phones=AGENTS, before=before)
    await kit.asterisk.start()
    try:
        async with BusyHour(kit.asterisk, seed, record, pace) as hour:
            lives = Lives(kit, hour, seed, record, pace)
            await lives.start()
            control = kit.folder / "var/telekit.sock"
            async with Observer(control, kit.asterisk.ports.ami, record):
                hour.begin()
                async with Absences(control, AGENTS, seed, record, pace):
                    await lives.live_on(moments)
                await hour.end()
            await kit.end()
        record.facts = kit.facts()
    finally:
        await kit.kill()
        await kit.asterisk.kill()
    return record


def main() -> None:
    """Print the figures of one hour: `python -m tests.killing.run SEED MOMENTS`. A folder with a breach stays."""
    seed, moments = sys.argv[1], int(sys.argv[2])
    tree = bootstrap.present()
    assert tree is not None, "run `make asterisk`"
    folder = Path(tempfile.mkdtemp(prefix="telekit-kill-"))
    record = asyncio.run(run(tree, folder, moments, seed))
    (folder / "record").write_bytes(pickle.dumps(record))
    found = figures(record, seed)
    if found["breaches"]:
        sys.stderr.write(f"kill: {seed}: see {folder}\n")
    else:
        shutil.rmtree(folder)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
