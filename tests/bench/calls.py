"""Calls on a real Asterisk: how long one takes to reach a phone, and how many a second the switch bears.

`python -m tests.lab.namespace -- python -m tests.bench.calls [--rounds N] [--ways WAY ...]` prints a table, then one
line of JSON. SIPp calls, SIPp answers; each way has a fresh Asterisk for each round, and the ways take turns, so that
what else the machine does falls on all of them alike.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

from tests.bench.search import highest
from tests.bench.ways import NUMBER, WAYS, Start, Way, processor_seconds
from tests.lab import bootstrap, namespace
from tests.lab.crowd import CrowdFailed, Traffic
from tests.lab.tree import Tree

HOLD = timedelta(milliseconds=200)
COMMON_RATE = 20.0  # calls a second at which delays are compared
WARM_UP = 1.0  # seconds
HELD = 0.98  # of the offered rate: less is no longer borne
PATIENCE = 6.0  # seconds for the last calls to end
CALM_WITHIN = 8.0  # seconds after too high a rate; then the switch is started afresh
BEGIN = 100.0


@dataclass(frozen=True, slots=True)
class Step:
    """What became of some seconds of calls at one rate."""

    rate: float
    offered: int
    reached: int
    achieved: float
    p50_ms: float
    p99_ms: float
    cpu_ms: Mapping[str, float]
    """Of each process, for one call."""

    @property
    def held(self) -> bool:
        return self.reached == self.offered and self.achieved >= HELD * self.rate


@dataclass(slots=True)
class Round:
    """One way, from its start to the highest rate that it bears."""

    delays_ms: list[float] = field(default_factory=list)
    sustained: float = 0.0
    steps: list[Step] = field(default_factory=list)
    load: float = 0.0
    """The machine's load average before, which tells whether it was quiet."""


class Stand:
    """One way under load; brought up afresh when too high a rate has left it in disorder."""

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

    async def calls(self, rate: float, seconds: float) -> tuple[Traffic | None, Step]:
        """Let callers come at one rate; no traffic when not even their calls' ends came."""
        if self._way is None:
            await self._up()
        assert self._way is not None
        count = round(rate * seconds)
        before = {name: processor_seconds(number) for name, number in self._way.processes.items()}
        try:
            traffic = await self._way.crowd.called(NUMBER, rate=rate, calls=count, hold=HOLD, patience=PATIENCE)
        except CrowdFailed:
            await self._down()
            return None, Step(rate, count, 0, 0.0, 0.0, 0.0, {})
        used = {name: processor_seconds(number) - before[name] for name, number in self._way.processes.items()}
        reached = min(len(traffic.delays), traffic.answered)
        step = Step(
            rate=rate,
            offered=count,
            reached=reached,
            achieved=(reached - 1) / traffic.span.total_seconds() if reached > 1 else 0.0,
            p50_ms=milliseconds(traffic.delay(0.5)) if traffic.delays else 0.0,
            p99_ms=milliseconds(traffic.delay(0.99)) if traffic.delays else 0.0,
            cpu_ms={name: 1000 * seconds / count for name, seconds in used.items()},
        )
        if not step.held and not await self._calm():
            await self._down()
        return traffic, step

    async def _calm(self) -> bool:
        """Wait until no call is left."""
        assert self._way is not None
        try:
            await self._way.asterisk.shows("core show channels count", "0 active calls", within=CALM_WITHIN)
        except (AssertionError, OSError):
            return False
        return True

    async def _up(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="telekit-bench-"))
        self._stack.callback(shutil.rmtree, folder)
        self._way = await self._stack.enter_async_context(self._start(folder, self._tree))
        await self.calls(COMMON_RATE, WARM_UP)

    async def _down(self) -> None:
        self._way = None
        await self._stack.aclose()


async def measure(start: Start, tree: Tree, *, begin: float, delays: int, seconds: float) -> Round:
    """Measure one way once."""
    result = Round(load=os.getloadavg()[0])
    async with Stand(start, tree) as stand:
        traffic, _ = await stand.calls(COMMON_RATE, delays / COMMON_RATE)
        if traffic is not None:
            result.delays_ms = [milliseconds(delay) for delay in traffic.delays]

        async def holds(rate: float) -> bool:
            for _ in range(2):  # once more: the machine may have been busy otherwise
                _, step = await stand.calls(rate, seconds)
                result.steps.append(step)
                if step.held:
                    return True
            return False

        result.sustained = await highest(holds, begin)
    return result


async def run(ways: list[str], *, rounds: int, delays: int, seconds: float) -> dict[str, list[Round]]:
    """Measure all ways in turn, so many times; each search begins where the one before ended."""
    tree = bootstrap.present()
    if tree is None or not namespace.alone():
        raise SystemExit("run `make asterisk`, then this by `python -m tests.lab.namespace -- python -m ...`")
    found: dict[str, list[Round]] = {way: [] for way in ways}
    for number in range(rounds):
        for way, these in found.items():
            begin = max(these[-1].sustained, BEGIN / 2) * 0.97 if these else BEGIN
            these.append(await measure(WAYS[way], tree, begin=begin, delays=delays // rounds, seconds=seconds))
            steps = " ".join(f"{step.rate:.0f}{'' if step.held else '!'}" for step in these[-1].steps)
            sys.stderr.write(f"round {number + 1}, {way}: {these[-1].sustained:.0f}/s ({steps})\n")
    return found


def milliseconds(span: timedelta) -> float:
    return span.total_seconds() * 1000


def share(values: list[float], part: float) -> float:
    """Return the value that this part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


def table(found: Mapping[str, list[Round]]) -> str:
    lines = [f"{'way':12} {'calls/s':>8} {'least-most':>10} {'p50 ms':>7} {'p99 ms':>7}"]
    for way, rounds in found.items():
        rates = [each.sustained for each in rounds]
        delays = [delay for each in rounds for delay in each.delays_ms]
        spread = f"{min(rates):.0f}-{max(rates):.0f}"
        lines.append(f"{way:12} {median(rates):8.0f} {spread:>10} {share(delays, 0.5):7.1f} {share(delays, 0.99):7.1f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--delays", type=int, default=510, help="calls of each way whose delay is measured")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each step of the search")
    options = parser.parse_args()
    found = asyncio.run(run(options.ways, rounds=options.rounds, delays=options.delays, seconds=options.seconds))
    told = {way: [asdict(each) for each in rounds] for way, rounds in found.items()}
    sys.stdout.write(f"{table(found)}\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
