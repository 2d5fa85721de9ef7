"""An administrator's handlers on the link to Asterisk: they are read again, and told of notices."""

import asyncio
import json
import logging
from collections.abc import Collection
from pathlib import Path

from telekit.errors import TelekitError
from telekit.pbx.asterisk.ami.handlers import Handlers
from telekit.pbx.asterisk.ami.link import Link
from telekit.service.notices import Notice

log = logging.getLogger(__name__)


class AmiHandling:
    """Start, reload and stop them one after the other."""

    def __init__(self, folder: Path, link: Link) -> None:
        self._handlers = Handlers(folder, link)
        self._link = link
        self._turn = asyncio.Lock()
        self._ends = False

    async def start(self) -> None:
        """Run the files; raises `SettingsError` when there is no such folder."""
        async with self._turn:
            await self._handlers.start()

    async def reload(self) -> Collection[str]:
        """Run what the folder holds now; give the mistakes."""
        async with self._turn:
            if self._ends:
                return ()
            try:
                await self._handlers.reload()
            except TelekitError as error:
                log.error("%s", error)
                return (str(error),)
        return ()

    async def stop(self) -> None:
        """Run none any more."""
        self._ends = True
        async with self._turn:
            await self._handlers.stop()

    def tell(self, notice: Notice) -> None:
        """Pass on what an agent should know, as an event."""
        told = notice.told
        self._link.publish("TelekitNotice", Notice=str(told["notice"]), Agent=str(told["agent"]), Told=json.dumps(told))
