"""Legs of which no event tells: the switch is asked what is alive, once for all who wait for the end of one."""

import asyncio
from dataclasses import dataclass, field

from telekit.domain.names import LegId
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import Switch

LOOKS_EVERY = 1.0
"""Seconds. It is enough: events tell of what has to be known at once."""
LOOKS_SOON = 0.1
"""Seconds between two looks at the least, however many begin to wait meanwhile."""


@dataclass(slots=True, eq=False)
class _Wait:
    leg: LegId
    gone: "asyncio.Future[bool]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    answered: bool = False


class Sightings:
    """Tell of each leg when it is there no more; whom nobody waits for, nobody is asked about."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._waits: set[_Wait] = set()
        self._news = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def gone(self, leg: LegId) -> bool:
        """Wait until the switch shows a leg no more, however often that has to be asked; say whether it was answered.

        Answered as far as was seen.
        """
        wait = _Wait(leg)
        self._waits.add(wait)
        self._news.set()
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        try:
            return await wait.gone
        finally:
            self._waits.discard(wait)
            if not self._waits and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while True:
            self._news.clear()
            asked = tuple(self._waits)
            try:
                alive = {leg.leg: leg.answered for leg in await self._switch.legs()}
            except (LinkError, SwitchError):
                pass
            except Exception as error:
                for wait in asked:
                    _settle(wait, error)
            else:
                for wait in asked:
                    if wait.leg in alive:
                        wait.answered = alive[wait.leg]
                    else:
                        _settle(wait)
            await asyncio.sleep(LOOKS_SOON)
            try:
                async with asyncio.timeout(LOOKS_EVERY - LOOKS_SOON):
                    await self._news.wait()
            except TimeoutError:
                pass


def _settle(wait: _Wait, error: Exception | None = None) -> None:
    if wait.gone.done():
        return
    if error is None:
        wait.gone.set_result(wait.answered)
    else:
        wait.gone.set_exception(error)
