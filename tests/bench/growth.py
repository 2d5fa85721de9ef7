"""What a call costs as agents become more: telekit and app_queue choose the one who has been idle longest.

`python -m tests.lab.namespace -- python -m tests.bench.growth` prints a table, then one line of JSON. On the real
Asterisk each number of agents has a fresh one, and their phones need not register; what is used while nobody calls is
taken off. The distributor alone is measured besides, as its events are where telekit's cost could grow.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import share
from tests.bench.growth_decisions import event_times
from tests.bench.growth_ways import GROWING, Grown
from tests.bench.stand import HOLD, milliseconds
from tests.bench.ways import NUMBER, processor_seconds
from tests.lab import bootstrap, namespace
from tests.lab.asterisk import AsteriskFailed
from tests.lab.crowd import CrowdFailed
from tests.lab.tree import Tree

AGENTS = (10, 100, 1_000, 5_000, 15_000)
RATE, CALLS = 10.0, 150
IDLE = 5.0  # seconds for which is looked what nobody's calls cost
PATIENCE = 15.0  # seconds for the last calls to end


async def measure(way: Grown, agents: int, tree: Tree) -> Mapping[str, Any]:
    """Let calls come, one after another, to so many agents."""
    folder = Path(tempfile.mkdtemp(prefix="telekit-bench-"))
    try:
        async with way(folder, tree, agents) as started:
            await started.crowd.called(NUMBER, rate=RATE, calls=round(RATE), hold=HOLD, patience=PATIENCE)
            before = used(started.processes)
            await asyncio.sleep(IDLE)
            idle = {name: (now - before[name]) / IDLE for name, now in used(started.processes).items()}
            before, loop = used(started.processes), asyncio.get_running_loop()
            began_at = loop.time()
            traffic = await started.crowd.called(NUMBER, rate=RATE, calls=CALLS, hold=HOLD, patience=PATIENCE)
            seconds = loop.time() - began_at
            after = used(started.processes)
    except (CrowdFailed, AsteriskFailed, TimeoutError) as error:
        return {"failed": str(error).partition("\n")[0] or type(error).__name__}
    finally:
        shutil.rmtree(folder)
    delays = [milliseconds(delay) for delay in traffic.delays]
    return {
        "reached": len(delays),
        "p50_ms": share(delays, 0.5),
        "p99_ms": share(delays, 0.99),
        "cpu_ms": {
            name: max(0.0, 1000 * (after[name] - before[name] - idle[name] * seconds) / CALLS) for name in after
        },
        "idle": idle,
    }


def used(processes: Mapping[str, int]) -> dict[str, float]:
    return {name: processor_seconds(number) for name, number in processes.items()}


async def measure_all(numbers: Sequence[int]) -> dict[str, Any]:
    """Measure both ways in turn, with ever more agents; one that failed is asked no more of."""
    tree = bootstrap.present()
    if tree is None or not namespace.alone():
        raise SystemExit("run `make asterisk`, then this by `python -m tests.lab.namespace -- python -m ...`")
    rows: list[dict[str, Any]] = []
    failed: set[str] = set()
    for agents in numbers:
        row: dict[str, Any] = {"agents": agents, "load": os.getloadavg()[0], "distributor": event_times(agents)}
        for name, way in GROWING.items():
            if name not in failed:
                row[name] = await measure(way, agents, tree)
                if "failed" in row[name]:
                    failed.add(name)
        rows.append(row)
        sys.stderr.write(f"growth, {agents:,} agents: {_told(row)}\n")
    return {"rate": RATE, "calls": CALLS, "rows": rows}


def _told(row: Mapping[str, Any]) -> str:
    parts = [f"distributor {row['distributor']['p50_us']:.0f}/{row['distributor']['p99_us']:.0f} us an event"]
    for name in GROWING:
        its = row.get(name, {"failed": "not tried"})
        if "failed" in its:
            parts.append(f"{name}: {its['failed']}")
        else:
            cost = " + ".join(f"{each:.1f}" for each in its["cpu_ms"].values())
            parts.append(f"{name}: {cost} ms a call, {its['p50_ms']:.1f}/{its['p99_ms']:.1f} ms to the phone")
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, nargs="+", default=AGENTS)
    told = asyncio.run(measure_all(parser.parse_args().agents))
    table = "\n".join(f"{row['agents']:>7,} {_told(row)}" for row in told["rows"])
    sys.stdout.write(f"{table}\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
