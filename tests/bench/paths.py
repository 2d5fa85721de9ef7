"""What lies between an agent who is free and the next phone that rings: telekit beside app_queue, on the real Asterisk.

`python -m tests.lab.namespace -- python -m tests.bench.paths` prints a table, then one line of JSON. The phones write
down when they are rung, when they have hung up and when they were busy, callers when they come. Callers come faster
than agents get free, but where the way is from one agent to another: there somebody is always free.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.figures import share
from tests.bench.path_phones import phones
from tests.bench.path_ways import WAYS, Route, Start
from tests.bench.soak_callers import callers, heard
from tests.bench.ways import NUMBER, be_quiet
from tests.lab import bootstrap, namespace
from tests.lab.crowd import Crowd, CrowdFailed
from tests.lab.tree import Tree

ALL_END = 120.0  # seconds
WORDS = 5  # of a line that a phone or a caller has written down
PATHS = {
    "busy agent": Route(200, 40.0),
    "wrap-up": Route(60, 20.0, wrap_up=1),
    "missed": Route(400, 10.0, agents=40, busy=0.3),
    "overflow": Route(100, 10.0, agents=40, overflow=1),
}


async def measure(start: Start, tree: Tree, path: Route) -> Mapping[str, Any]:
    """Let the calls come; give what lay between, in milliseconds."""
    folder = Path(tempfile.mkdtemp(prefix="telekit-bench-"))
    try:
        async with start(folder, tree, path) as asterisk:
            await be_quiet(asterisk)
            whose = [(name, f"{name}-password") for name in path.names]
            async with Crowd(asterisk, whose, answering=phones(path.busy)) as crowd:
                await asyncio.sleep(2.0)  # whoever decides is told of the phones meanwhile
                options = ["-r", f"{path.rate:g}", "-m", str(path.calls), "-l", str(path.calls)]
                options += ["-trace_stat", "-stf", "call.csv", "-fd", "1"]
                steps = callers(1, NUMBER, patient=True, noted=True)
                process = await crowd.sipp("call", steps, *options, address="127.0.1.255")
                async with asyncio.timeout(ALL_END):
                    await process.wait()
                told = heard(crowd.folder, "call")
                lines = [line for name in ("call", "answer") for line in _lines(crowd.folder / f"{name}.log")]
    except (CrowdFailed, TimeoutError) as error:
        return {"failed": str(error) or "not all calls ended"}
    finally:
        shutil.rmtree(folder)
    gaps = missed_gaps(lines) if path.busy else came_gaps(lines) if path.overflow else free_gaps(lines)
    between = [gap - 1000 * (path.wrap_up + path.overflow) for gap in gaps]
    return {
        "served": told.told["served"],
        "gaps": len(between),
        "p50_ms": share(between, 0.5),
        "p99_ms": share(between, 0.99),
    }


def free_gaps(lines: Sequence[str]) -> list[float]:
    """Give what lay between a phone's hanging up and its next ring, in milliseconds."""
    return _gaps(lines, "free", 1)


def missed_gaps(lines: Sequence[str]) -> list[float]:
    """Give what lay between a call's refusal by one phone and its ring at the next."""
    return _gaps(lines, "missed", 2)


def came_gaps(lines: Sequence[str]) -> list[float]:
    """Give what lay between a caller's INVITE and the first ring at a phone."""
    return _gaps(lines, "came", 2)


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if len(line.split()) == WORDS]


def _gaps(lines: Sequence[str], begun_by: str, key: int) -> list[float]:
    """Lines are: `came`, `rung`, `free` or `missed`, the agent, the caller, seconds, microseconds; in any order."""
    began: dict[str, float] = {}
    gaps: defaultdict[str, list[float]] = defaultdict(list)
    told = sorted((float(words[3]) + float(words[4]) / 1e6, words) for words in map(str.split, lines))
    for at, words in told:
        if words[0] == begun_by:
            began[words[key]] = at
        elif words[0] == "rung" and words[key] in began:
            gaps[words[key]].append(1000 * (at - began.pop(words[key])))
    return [gap for several in gaps.values() for gap in several]


async def measure_all() -> dict[str, dict[str, Any]]:
    """Measure each path both ways."""
    tree = bootstrap.present()
    if tree is None or not namespace.alone():
        raise SystemExit("run `make asterisk`, then this by `python -m tests.lab.namespace -- python -m ...`")
    found: dict[str, dict[str, Any]] = {}
    for name, path in PATHS.items():
        found[name] = {"load": os.getloadavg()[0]}
        for way, start in WAYS.items():
            found[name][way] = await measure(start, tree, path)
            sys.stderr.write(f"paths, {name}, {way}: {found[name][way]}\n")
    return found


def main() -> None:
    told = asyncio.run(measure_all())
    sys.stdout.write(f"{len(told)} paths\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
