"""One run: a busy hour, a telekit that is killed again and again, and what was seen of it."""

import shutil
import tempfile
from pathlib import Path

from tests.killing.hour import AGENTS, DIALPLAN, RULES, BusyHour
from tests.killing.lives import Lives
from tests.killing.observer import ACCOUNT, Observer
from tests.killing.record import Record
from tests.lab.installation import Installation
from tests.lab.tree import Tree


async def run(tree: Tree, folder: Path, moments: int, seed: str) -> Record:
    """Kill telekit at so many moments; the journal and the logs stay in the folder."""
    record = Record()

    def before(kit: Installation) -> None:
        kit.asterisk.config["manager.conf"] += ACCOUNT
        kit.asterisk.config["extensions.conf"] += DIALPLAN

    kit = Installation(folder, tree, RULES, phones=AGENTS, before=before)
    await kit.asterisk.start()
    try:
        async with BusyHour(kit.asterisk, seed, record) as hour:
            lives = Lives(kit, hour, seed, record)
            await lives.start()
            async with Observer(kit.folder / "var/telekit.sock", kit.asterisk.ports.ami, record):
                hour.begin()
                await lives.live_on(moments)
                await hour.end()
            await kit.end()
        record.facts = kit.facts()
    finally:
        await kit.kill()
        await kit.asterisk.kill()
    return record


class Folder:
    """A folder with a path short enough for the sockets in it; it stays if something goes wrong."""

    def __enter__(self) -> Path:
        self.path = Path(tempfile.mkdtemp(prefix="telekit-kill-"))
        return self.path

    def __exit__(self, kind: object, _error: object, _where: object) -> None:
        if kind is None:
            shutil.rmtree(self.path)
