"""Calls on a real Asterisk: how long one takes to reach a phone, and how many a second the switch bears.

`python -m tests.lab.namespace -- python -m tests.bench.calls [--rounds N] [--ways WAY ...]` prints a table, then one
line of JSON. SIPp calls, SIPp answers; each way has a fresh Asterisk for each round, and the ways take turns, so that
what else the machine does falls on all of them alike.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench.figures import Spread, share
from tests.bench.search import highest
from tests.bench.stand import Stand, Step, milliseconds
from tests.bench.ways import WAYS, Start
from tests.lab import bootstrap, namespace
from tests.lab.tree import Tree

COMMON_RATE = 20.0  # calls a second at which delays are compared
BEGIN = 300.0  # calls a second at which the first search begins
HOPELESS = 0.8  # of the offered rate: no second try


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured, and so how long it takes."""

    rounds: int = 3
    delays: int = 510
    """Calls of each way whose delay is measured, over all rounds."""
    seconds: float = 3.0
    """Of each step of the search."""
    budget: float = 30.0
    """Seconds that one search may take before it gives the best rate so far."""


@dataclass(frozen=True, slots=True)
class Round:
    """One way, from its start to the highest rate that it bears."""

    sustained: float
    delays_ms: Sequence[float]
    steps: Sequence[Step]
    load: float
    """The machine's load average before, which tells whether it was quiet."""

    @property
    def best(self) -> Step:
        """The step at the highest rate that held."""
        return max((step for step in self.steps if step.held), key=lambda step: step.rate, default=self.steps[0])


async def measure(start: Start, tree: Tree, begin: float, effort: Effort) -> Round:
    """Measure one way once."""
    load = os.getloadavg()[0]
    steps: list[Step] = []
    async with Stand(start, tree) as stand:
        delays, _ = await stand.calls(COMMON_RATE, effort.delays / effort.rounds / COMMON_RATE)
        deadline = time.monotonic() + effort.budget

        async def holds(rate: float) -> bool:
            for _ in range(2):  # once more: the machine may have been busy otherwise
                _, step = await stand.calls(rate, effort.seconds)
                steps.append(step)
                if step.held or step.achieved < HOPELESS * rate:
                    break
            return step.held

        sustained = await highest(holds, begin, lambda: time.monotonic() > deadline)
    return Round(sustained, [milliseconds(delay) for delay in delays], steps, load)


async def measure_all(ways: Sequence[str], effort: Effort) -> dict[str, list[Round]]:
    """Measure all ways in turn, so many times; each search begins where the one before ended."""
    tree = bootstrap.present()
    if tree is None or not namespace.alone():
        raise SystemExit("run `make asterisk`, then this by `python -m tests.lab.namespace -- python -m ...`")
    found: dict[str, list[Round]] = {way: [] for way in ways}
    for number in range(effort.rounds):
        for way, rounds in found.items():
            begin = (rounds[-1].sustained if rounds else 0.0) * 0.95 or BEGIN
            latest = await measure(WAYS[way], tree, begin, effort)
            rounds.append(latest)
            steps = " ".join(f"{step.rate:.0f}{'' if step.held else '!'}" for step in latest.steps)
            sys.stderr.write(f"calls, round {number + 1}, {way}: {latest.sustained:.0f}/s ({steps})\n")
    return found


def figures(found: Mapping[str, Sequence[Round]]) -> dict[str, Any]:
    """Give what is worth keeping, by way."""
    told = {}
    for way, rounds in found.items():
        delays = [delay for each in rounds for delay in each.delays_ms]
        told[way] = {
            "sustained": [each.sustained for each in rounds],
            "delays": len(delays),
            "p50_ms": [share(each.delays_ms, 0.5) for each in rounds],
            "p99_ms": [share(each.delays_ms, 0.99) for each in rounds],
            "all_p50_ms": share(delays, 0.5),
            "all_p99_ms": share(delays, 0.99),
            "cpu_ms": {name: [each.best.cpu_ms.get(name, 0.0) for each in rounds] for name in rounds[0].best.cpu_ms},
            "load": [each.load for each in rounds],
            "steps": [[asdict(step) for step in each.steps] for each in rounds],
        }
    return told


def table(told: Mapping[str, Any]) -> str:
    lines = [f"{'way':12} {'calls/s':>8} {'least-most':>10} {'p50 ms':>7} {'p99 ms':>7}  processor ms a call"]
    for way, its in told.items():
        rate = Spread.of(its["sustained"])
        spread = f"{rate.least:.0f}-{rate.most:.0f}"
        used = ", ".join(f"{name} {Spread.of(values).middle:.2f}" for name, values in its["cpu_ms"].items())
        lines.append(
            f"{way:12} {rate.middle:8.0f} {spread:>10} {its['all_p50_ms']:7.1f} {its['all_p99_ms']:7.1f}  {used}"
        )
    return "\n".join(lines)


def main() -> None:
    usual = Effort()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--rounds", type=int, default=usual.rounds)
    parser.add_argument("--delays", type=int, default=usual.delays)
    parser.add_argument("--seconds", type=float, default=usual.seconds)
    parser.add_argument("--budget", type=float, default=usual.budget)
    options = vars(parser.parse_args())
    told = figures(asyncio.run(measure_all(options.pop("ways"), Effort(**options))))
    sys.stdout.write(f"{table(told)}\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
