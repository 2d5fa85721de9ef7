"""Two switches brought up together: who is there is served, and the other joins when it comes."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from telekit.errors import LinkError, SwitchError
from telekit.pbx.kept_link import Insist
from telekit.pbx.port import SwitchEvent
from telekit.sides.side import Side

log = logging.getLogger(__name__)

OTHER_WITHIN = 5.0
"""Seconds for which the other is waited for that has neither come nor failed; both may begin at the same time."""


class Joining:
    """Start each, and go on trying whatever hinders it."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self._starts: dict[Side, asyncio.Task[None]] = {}
        self._hindered: dict[Side, LinkError | SwitchError] = {}
        self._news = asyncio.Event()
        self._sides = sides
        for side in sides:
            side.on_miss(partial(self._note, side))

    async def start(self, hear: Callable[[str, SwitchEvent], None], *, insist: bool) -> None:
        """Return when one is there, and the other too or known to be away.

        Raises when neither is what a person must mend; and, unless it is to `insist`, what else hinders them.
        """
        for side in self._sides:
            start = asyncio.get_running_loop().create_task(side.start(partial(hear, side.name), Insist.ALWAYS))
            self._starts[side] = start
            start.add_done_callback(partial(self._ended, side))
        while not any(map(self._is_there, self._sides)):
            if len(self._hindered) == len(self._sides):
                self._raise(Insist.WHILE_AWAY if insist else Insist.NO)
            await self._hear_more()
        with suppress(TimeoutError):
            async with asyncio.timeout(OTHER_WITHIN):
                while not all(self._is_there(side) or side in self._hindered for side in self._sides):
                    await self._hear_more()
        for side in self._sides:
            if not self._is_there(side):
                log.warning("%s is not there: calls of the other are led, and it joins when it comes", side.name)

    async def stop(self) -> None:
        """Wait for nobody any more."""
        for start in self._starts.values():
            start.cancel()
        if self._starts:
            await asyncio.wait(self._starts.values())

    def _is_there(self, side: Side) -> bool:
        start = self._starts[side]
        return start.done() and not start.cancelled() and start.exception() is None

    def _raise(self, insist: Insist) -> None:
        errors = sorted(self._hindered.values(), key=Insist.WHILE_AWAY.bears)
        for error in errors:
            if not insist.bears(error):
                raise error

    async def _hear_more(self) -> None:
        self._news.clear()
        await self._news.wait()

    def _note(self, side: Side, error: LinkError | SwitchError) -> None:
        self._hindered[side] = error
        self._news.set()

    def _ended(self, side: Side, start: "asyncio.Task[None]") -> None:
        self._news.set()
        error = start.exception() if not start.cancelled() else None
        if isinstance(error, LinkError | SwitchError):
            self._hindered[side] = error
        elif error is not None:
            log.error("%s could not be joined", side.name, exc_info=error)
            self._hindered[side] = LinkError(f"{side.name} could not be joined: {error!r}")
