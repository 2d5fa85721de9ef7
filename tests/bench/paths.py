"""What lies between an agent who is free and the next phone that rings: telekit beside app_queue, on the real Asterisk.

`python -m tests.lab.namespace -- python -m tests.bench.paths` prints a table, then one line of JSON. The phones write
down when they are rung, when they have hung up and when they were busy; callers come faster than agents get free.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import share
from tests.bench.path_phones import phones
from tests.bench.soak_callers import callers, heard
from tests.bench.ways import NUMBER, QUEUE, QUIET, be_quiet, rules
from tests.lab import accounts, bootstrap, namespace
from tests.lab.asterisk import Asterisk
from tests.lab.crowd import Crowd, CrowdFailed
from tests.lab.installation import Installation
from tests.lab.tree import Tree

AGENTS = [f"agent{number}" for number in range(10)]
ALL_END = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Route:
    """One way through a queue."""

    calls: int
    rate: float
    wrap_up: int = 0
    """Seconds."""
    busy: float = 0.0
    """Of the offers."""


PATHS = {
    "busy agent": Route(200, 40.0),
    "wrap-up": Route(60, 20.0, wrap_up=1),
    "missed": Route(100, 10.0, busy=0.3),
}


@asynccontextmanager
async def telekit(folder: Path, tree: Tree, path: Route) -> AsyncIterator[Asterisk]:
    """Let telekit lead the calls; whose phone was busy is passed over for a second."""
    told = rules(AGENTS).replace(
        "wrap_up: 0s", f"wrap_up: {path.wrap_up}s, missed: {{busy: {{skip: 1s}}, no-answer: {{skip: 1s}}}}"
    )
    installation = Installation(folder, tree, told, phones=tuple(AGENTS))
    installation.asterisk.config |= QUIET
    async with installation:
        yield installation.asterisk


@asynccontextmanager
async def queue(folder: Path, tree: Tree, path: Route) -> AsyncIterator[Asterisk]:
    """Let app_queue lead them, with the shortest pause that it has between two tries."""
    members = "".join(f"member => PJSIP/{name}\n" for name in AGENTS)
    config = QUIET | {
        "pjsip.conf": accounts.trunk() + "".join(accounts.phone(name, f"{name}-password") for name in AGENTS),
        "queues.conf": "[bench]\nstrategy = leastrecent\nringinuse = no\nautofill = yes\ntimeout = 20\nretry = 1\n"
        f"wrapuptime = {path.wrap_up}\n{members}",
        "extensions.conf": f"[from-carrier]\n{QUEUE.replace(',,,,20', '')}",
    }
    async with Asterisk(folder / "asterisk", tree, config) as asterisk:
        yield asterisk


Start = Callable[[Path, Tree, Route], AbstractAsyncContextManager[Asterisk]]
WAYS: Mapping[str, Start] = {"queue": queue, "telekit": telekit}


async def measure(start: Start, tree: Tree, path: Route) -> Mapping[str, Any]:
    """Let the calls come; give what lay between, in milliseconds."""
    folder = Path(tempfile.mkdtemp(prefix="telekit-bench-"))
    try:
        async with start(folder, tree, path) as asterisk:
            await be_quiet(asterisk)
            whose = [(name, f"{name}-password") for name in AGENTS]
            async with Crowd(asterisk, whose, answering=phones(path.busy)) as crowd:
                await asyncio.sleep(2.0)  # whoever decides is told of the phones meanwhile
                options = ["-r", f"{path.rate:g}", "-m", str(path.calls), "-l", str(path.calls)]
                options += ["-trace_stat", "-stf", "call.csv", "-fd", "1"]
                steps = callers(1, NUMBER, patient=True)
                process = await crowd.sipp("call", steps, *options, address="127.0.1.255")
                async with asyncio.timeout(ALL_END):
                    await process.wait()
                told, lines = heard(crowd.folder, "call"), (crowd.folder / "answer.log").read_text().splitlines()
    except (CrowdFailed, TimeoutError) as error:
        return {"failed": str(error) or "not all calls ended"}
    finally:
        shutil.rmtree(folder)
    between = missed_gaps(lines) if path.busy else [gap - 1000 * path.wrap_up for gap in free_gaps(lines)]
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


def _gaps(lines: Sequence[str], begun_by: str, key: int) -> list[float]:
    """Lines are: `rung`, `free` or `missed`, the agent, the caller, seconds, microseconds."""
    began: dict[str, float] = {}
    gaps: defaultdict[str, list[float]] = defaultdict(list)
    for line in lines:
        words = line.split()
        at = float(words[3]) + float(words[4]) / 1e6
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
        found[name] = {}
        for way, start in WAYS.items():
            found[name][way] = await measure(start, tree, path)
            sys.stderr.write(f"paths, {name}, {way}: {found[name][way]}\n")
    return found


def main() -> None:
    told = asyncio.run(measure_all())
    sys.stdout.write(f"{len(told)} paths\n{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
