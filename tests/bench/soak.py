"""`make soak`: 20,000 calls at the highest rate that holds, through a real Asterisk; nobody lost, nothing left behind.

`python -m tests.bench.soak` needs a network namespace of its own (`python -m tests.lab.namespace -- …`). It writes
docs/benchmarks/soak.md with its plot; `--page-only` writes them again from the results of the last time.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.bench.figures import share
from tests.bench.machine import machine
from tests.bench.search import highest
from tests.bench.soak_laws import Law, flat, laws
from tests.bench.soak_page import PAGE, PLOT, RESULTS, SLOWER, STEP_SECONDS, page
from tests.bench.soak_stand import Run, Size, soaked
from tests.lab import bootstrap, namespace
from tests.lab.crowd import CrowdFailed
from tests.lab.tree import Tree

CALLS = 20_000
BEGIN = 200.0  # calls a second at which the search begins
SEARCHED = 180.0  # seconds, after which the best rate so far counts
SLOWEST = 0.6
"""Of the rate that held for some seconds: where to give up."""
ANSWERED_WITHIN = 1.0  # seconds, 99 of 100 callers for whom somebody is free; one in 25 offers is missed
ON_TIME = 1.03  # of the seconds that the calls should take, and the longest patience besides
LAST_ONES = 5.0


def verdict(run: Run) -> Sequence[Law]:
    """Judge what became of the calls; a rate at which anything fails is too high."""
    planned = run.heard.offered / run.rate
    wait = share(run.waits, 0.99)
    return [
        *laws(run.heard, run.totals, run.left),
        Law(
            f"99 of 100 callers for whom an agent is free are answered within {ANSWERED_WITHIN:g} s",
            wait <= ANSWERED_WITHIN,
            f"{wait:.2f} s",
        ),
        Law("calls come as fast as they should", run.seconds <= planned * ON_TIME + LAST_ONES, f"{run.seconds:.0f} s"),
    ]


async def go_through(tree: Tree, size: Size, rate: float, calls: int) -> tuple[Run | None, Sequence[Law]]:
    """Let so many calls come to a fresh installation, for too high a rate leaves disorder; None if they do not end."""
    try:
        async with soaked(tree, size) as stand:
            run = await stand.run(rate, calls)
    except CrowdFailed as error:
        return None, [Law("all calls end", False, str(error).partition("\n")[0])]
    return run, verdict(run)


async def rate_that_holds(tree: Tree, size: Size, begin: float, seconds: float) -> float:
    """Search for it, some seconds each."""

    async def holds(rate: float) -> bool:
        _, judged = await go_through(tree, size, rate, round(rate * STEP_SECONDS))
        failed = [f"{law.what}: {law.found}" for law in judged if not law.holds]
        sys.stderr.write(f"soak: {rate:.0f} calls/s {'hold' if not failed else f'not so: {failed[0]}'}\n")
        return not failed

    until = time.monotonic() + seconds
    return await highest(holds, begin, lambda: time.monotonic() > until)


async def soak(tree: Tree, size: Size, calls: int, begin: float, searched: float) -> dict[str, Any]:
    """Find the rate, then go through the calls at it; where so many do not hold, a little slower, and again."""
    load = os.getloadavg()[0]
    found = rate = await rate_that_holds(tree, size, begin, searched)
    slower: list[dict[str, Any]] = []
    while True:
        run, judged = await go_through(tree, size, rate, calls)
        failed = [law for law in judged if not law.holds]
        judged = [*judged, *(flat(run.memory["telekit"]) if run is not None else ())]  # slower calls do not mend that
        sys.stderr.write("".join(f"soak: {'' if law.holds else 'NOT '}{law.what}: {law.found}\n" for law in judged))
        if run is not None and (not failed or rate < found * SLOWEST):
            told = {"load": load, "found": found, "slower": slower, "laws": [asdict(law) for law in judged]}
            return {**told, **_kept(run)}
        slower.append({"rate": rate, "failed": [f"{law.what}: {law.found}" for law in failed]})
        rate *= SLOWER


def _kept(run: Run) -> dict[str, Any]:
    return {
        "rate": run.rate,
        "calls": run.heard.offered,
        "seconds": run.seconds,
        "facts": dict(run.totals.facts),
        "told": dict(run.heard.told),
        "waits": [share(run.waits, part) for part in (0.5, 0.99, 1.0)],
        "busy_waits": [share(run.busy_waits, part) for part in (0.5, 0.99, 1.0)],
        "arrivals": run.arrivals,
        "cpu_ms": run.cpu_ms,
        "idle": run.idle,
        "repeated": run.heard.repeated,
        "memory": {name: [round(sample, 2) for sample in samples] for name, samples in run.memory.items()},
    }


def main() -> None:
    usual = Size()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--begin", type=float, default=BEGIN, help="calls a second at which the search begins")
    parser.add_argument("--search", type=float, default=SEARCHED, help="seconds that the search may take")
    parser.add_argument("--agents", type=int, default=usual.agents)
    parser.add_argument("--page-only", action="store_true")
    asked = parser.parse_args()
    if not asked.page_only:
        tree = bootstrap.present()
        if tree is None or not namespace.alone():
            raise SystemExit("run `make soak`")
        told = asyncio.run(soak(tree, Size(agents=asked.agents), asked.calls, asked.begin, asked.search))
        RESULTS.write_text(json.dumps({"machine": dict(machine()), **told}, indent=1) + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text())
    PAGE.write_text(page(results), encoding="utf-8")
    from tests.bench.soak_plot import plot  # what draws is installed for measuring only

    plot(results, PLOT)
    if not all(law["holds"] for law in results["laws"]):
        raise SystemExit("soak: not all that must be so was so")


if __name__ == "__main__":
    main()
