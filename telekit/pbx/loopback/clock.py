"""Time that leaps: an event loop in which an hour of waiting takes no time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""When virtual time begins unless told: a Monday."""
PATIENCE = 10.0
"""Real seconds to wait for a thread when no timer is set, before the loop is held for stuck."""


class Stuck(RuntimeError):  # noqa: N818  (it reads as what it is)
    """Say that every task waits for something that nobody will do."""


class _Leaping(selectors.DefaultSelector):
    """Instead of waiting for the next timer, leap to it."""

    leapt = 0.0
    calm: asyncio.Future[None] | None = None
    """Done instead of the next leap."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout != 0 and self.calm is not None:
            calm, self.calm = self.calm, None
            calm.set_result(None)
            return []
        ready = super().select(PATIENCE if timeout is None else 0)
        if timeout is None and not ready:
            raise Stuck("No timer is set and nothing happens: every task waits for something that nobody will do.")
        if not ready:
            self.leapt += timeout or 0.0
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time stands still while something is to be done, and leaps to the next timer when not."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Give the virtual seconds since the loop began."""
        return self._leaping.leapt

    async def calm(self) -> None:
        """Wait until nothing is left to be done at this instant: only time could change something now."""
        if self._leaping.calm is None:
            self._leaping.calm = self.create_future()
        await self._leaping.calm


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def virtual_clock(starts_at: datetime = NOON) -> Callable[[], datetime]:
    """Make a clock that reads the running loop's time."""

    def now() -> datetime:
        return starts_at + timedelta(seconds=asyncio.get_running_loop().time())

    return now
