"""Decisions wait for the journal's disk before they are carried out, but not for a disk that takes nothing."""

import asyncio

from telekit.errors import StoreError
from telekit.store.port import Journal

WRITTEN_WITHIN = 0.25
"""Seconds for which a decision waits to be written; a millisecond is usual."""
SPARED_FOR = 10.0
"""Seconds for which no decision waits, once one has waited in vain: health tells that the journal is not written."""


class Settling:
    """Waits for one journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._spared_until = 0.0

    async def settle(self) -> None:
        """Wait until all that was decided is on the disk; one that takes nothing keeps no phone from ringing."""
        clock = asyncio.get_running_loop().time
        if clock() < self._spared_until:
            return
        try:
            async with asyncio.timeout(WRITTEN_WITHIN):
                await self._journal.settled()
        except (TimeoutError, StoreError):
            self._spared_until = clock() + SPARED_FOR
