"""One way under load."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bench.ways import NUMBER, Start, Way, processor_seconds
from tests.lab.crowd import CrowdFailed
from tests.lab.tree import Tree
from tests.lab.watch import TooLate

HOLD = timedelta(milliseconds=200)
HELD = 0.98  # of the offered rate: less is no longer borne
WARM_UP_RATE, WARM_UP = 50.0, 1.0  # calls a second, seconds
PATIENCE = 5.0  # seconds for the last calls to end
CALM_WITHIN = 5.0  # seconds after too high a rate; then the switch is started afresh


@dataclass(frozen=True, slots=True)
class Step:
    """What became of some seconds of calls at one rate."""

    rate: float
    offered: int
    reached: int
    achieved: float
    """Calls a second that reached a phone, from the first to the last."""
    cpu_ms: Mapping[str, float]
    """Of each process, for one call."""

    @property
    def held(self) -> bool:
        return self.reached == self.offered and self.achieved >= HELD * self.rate


class Stand:
    """Brings a way up, and up afresh when too high a rate has left it in disorder."""

    def __init__(self, start: Start, tree: Tree) -> None:
        self._start = start
        self._tree = tree
        self._stack = AsyncExitStack()
        self._way: Way | None = None

    async def __aenter__(self) -> Self:
        await self._up()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def calls(self, rate: float, seconds: float) -> tuple[Sequence[timedelta], Step]:
        """Let callers come at one rate; gives the delays, sorted, and what became of them."""
        way = self._way or await self._up()
        count = round(rate * seconds)
        before = {name: processor_seconds(number) for name, number in way.processes.items()}
        try:
            traffic = await way.crowd.called(NUMBER, rate=rate, calls=count, hold=HOLD, patience=PATIENCE)
        except CrowdFailed:
            await self._down()
            return [], Step(rate, count, 0, 0.0, {})
        used = {name: processor_seconds(number) - before[name] for name, number in way.processes.items()}
        reached = min(len(traffic.delays), traffic.answered)
        span = traffic.span.total_seconds()
        step = Step(
            rate=rate,
            offered=count,
            reached=reached,
            achieved=(reached - 1) / span if span else 0.0,
            cpu_ms={name: 1000 * spent / count for name, spent in used.items()},
        )
        if not step.held and not await self._calm(way):
            await self._down()
        return traffic.delays, step

    async def _calm(self, way: Way) -> bool:
        """Wait until no call is left."""
        try:
            await way.asterisk.shows("core show channels count", "0 active calls", within=CALM_WITHIN)
        except (TooLate, OSError):
            return False
        return True

    async def _up(self) -> Way:
        folder = Path(tempfile.mkdtemp(prefix="telekit-bench-"))
        self._stack.callback(shutil.rmtree, folder)
        way = await self._stack.enter_async_context(self._start(folder, self._tree))
        await way.crowd.called(NUMBER, rate=WARM_UP_RATE, calls=round(WARM_UP_RATE * WARM_UP), hold=HOLD)
        self._way = way
        return way

    async def _down(self) -> None:
        self._way = None
        await self._stack.aclose()


def milliseconds(span: timedelta) -> float:
    return span.total_seconds() * 1000
