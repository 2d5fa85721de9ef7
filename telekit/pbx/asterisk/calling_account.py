"""The account by which telekit makes calls: a second link to Asterisk, which may do nothing else.

Nobody waits for it. Where it is missing or refused, everything goes on but that, and it is tried again.
"""

import asyncio
import logging
from datetime import timedelta

from telekit.errors import LinkError, SwitchError
from telekit.pbx.asterisk.ami.link import Link
from telekit.pbx.kept_link import Insist

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=1)
"""After a refusal, which a person must mend."""


class CallingAccount:
    """Keep its link, and say why there is none."""

    def __init__(self, link: Link | None, why_not: str = "", *, again_after: timedelta = AGAIN_AFTER) -> None:
        """`link` is not started yet; None with the reason where it cannot even be tried."""
        self._link = link
        self._why_not = why_not
        self._again_after = again_after
        self._starting: asyncio.Task[None] | None = None
        self._told = ""
        if link is not None:
            link.on_up(lambda _: self._note_up())
            link.on_down(self._note)

    @property
    def wanted(self) -> bool:
        """Whether it was started."""
        return self._starting is not None

    @property
    def complaint(self) -> str | None:
        """Why telekit can make no calls; None when it can."""
        if self._link is not None and self._link.up:
            return None
        return self._why_not or "its link to Asterisk is not up yet"

    def start(self) -> None:
        """Begin to bring the link up, unless that was begun; it comes back by itself from then on."""
        if self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self._start())

    async def stop(self) -> None:
        """Close the link."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait((self._starting,))
        if self._link is not None:
            await self._link.stop()

    def require(self) -> Link:
        """Give the link; raises `SwitchError` where there is none."""
        if self._link is None or not self._link.up:
            raise SwitchError(f"telekit can call nobody: {self.complaint}")
        return self._link

    async def _start(self) -> None:
        if self._link is None:
            self._note(self._why_not)
            return
        while True:
            try:
                await self._link.start(insist=Insist.WHILE_AWAY)
                return
            except LinkError as error:
                self._note(str(error))
            await asyncio.sleep(self._again_after.total_seconds())

    def _note_up(self) -> None:
        self._why_not = self._told = ""
        log.info("telekit can call people back")

    def _note(self, why: str) -> None:
        self._why_not = why
        if why != self._told:
            self._told = why
            log.error("telekit calls nobody back until this is mended: %s", why)
