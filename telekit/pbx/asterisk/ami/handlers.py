"""An administrator's panoramisk handlers: the files of one folder, beside telekit's own."""

import asyncio
import logging
import sys
from datetime import timedelta
from pathlib import Path

from telekit.errors import SettingsError
from telekit.pbx.asterisk.ami.handler_file import HandlerFile
from telekit.pbx.asterisk.ami.link import Link

log = logging.getLogger(__name__)


class Handlers:
    """Runs every `*.py` of a folder (not of its sub-folders, and none whose name starts with `_`).

    Files may import modules that lie beside them. Start it before the link, so that no event is missed.
    """

    def __init__(self, folder: Path, link: Link, patience: timedelta = timedelta(seconds=10)) -> None:
        self._folder = folder
        self._link = link
        self._patience = patience
        self.files: list[HandlerFile] = []
        """What runs, or has run, since the last `start`."""
        link.on_up(self._up)
        link.on_down(self._down)

    async def start(self) -> None:
        """Run the files, one after another; one that fails is logged and harms no other.

        Raises `SettingsError` when the folder is not there.
        """
        if not self._folder.is_dir():
            raise SettingsError(
                f"the folder of handlers {self._folder} does not exist; make it, or leave the setting out"
            )
        place = str(self._folder.resolve())
        if place not in sys.path:
            sys.path.append(place)
        for path in sorted(self._folder.glob("*.py")):
            if not path.name.startswith("_"):
                file = HandlerFile(path, self._link, self._patience)
                self.files.append(file)
                await file.start()
        log.info("%d handler files run from %s", len(self.files), self._folder)

    async def reload(self) -> None:
        """Stop every file, with its registrations, and run what the folder holds now."""
        await self.stop()
        place = self._folder.resolve()
        for name, module in list(sys.modules.items()):
            origin = getattr(module, "__file__", None)
            if origin and Path(origin).is_relative_to(place):
                del sys.modules[name]
        await self.start()

    async def stop(self) -> None:
        """Stop every file."""
        files, self.files = self.files, []
        await asyncio.gather(*(file.stop() for file in files))

    def _up(self, _version: str) -> None:
        for file in self.files:
            file.went_up()

    def _down(self, why: str) -> None:
        for file in self.files:
            file.went_down(why)
