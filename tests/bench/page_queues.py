"""The parts of the page that tell how queues do: from one agent to the next, and with ever more agents."""

from collections.abc import Mapping
from typing import Any

from tests.bench.results import Results
from tests.bench.tables import table

PATHS = """\
What passes on the real Asterisk until the next phone rings, in milliseconds: ten agents and more callers than they can
take, or forty agents of whom many are free. Both choose the one who has been idle longest; `app_queue` has `autofill`
and the shortest `retry`, 1 s.
"""

GROWTH = """\
{calls} calls at {rate:g} a second, each number of agents with a fresh Asterisk, all of them free and able; phones need
not register. Delay from the INVITE that came in to the INVITE that went out; processor time without what is used while
nobody calls. The distributor alone, six of ten agents talking, is telekit's decision without Asterisk. Load
average before each row: {loads}.
"""

TOLD = {
    "busy agent": "from the end of an agent's call to the next caller who waits",
    "wrap-up": "the same after a wrap-up of 1 s: from its end",
    "missed": "from a phone that was busy to the next agent's",
    "overflow": "after a wait of 1 s, from its end to an agent of the queue that takes over",
}


def queue_parts(results: Results) -> list[str]:
    """Write both parts, as far as they were measured."""
    lines = []
    if "paths" in results:
        loads = ", ".join(f"{its['load']:.1f}" for its in results["paths"].values() if "load" in its)
        told = f"{PATHS}Load average before each row: {loads}.\n" if loads else PATHS
        lines += ["\n## From one agent to the next\n", told, *paths_table(results)]
    if "growth" in results:
        lines += ["\n## More agents\n", _growth(results), *growth_table(results)]
    return lines


def paths_table(results: Results) -> list[str]:
    """Set both ways side by side."""
    rows = []
    for name, its in results["paths"].items():
        rows.append([TOLD[name], *(_gap(its[way]) for way in ("queue", "telekit"))])
    return table(("", "`app_queue`: p50 / p99 ms", "telekit: p50 / p99 ms"), rows)


def growth_table(results: Results) -> list[str]:
    """Tell one row for each number of agents."""
    rows = []
    for row in results["growth"]["rows"]:
        alone = row["distributor"]
        cells = [cell for way in ("queue", "telekit") for cell in _grown(row.get(way))]
        rows.append([f"{row['agents']:,}", *cells, f"{alone['p50_us']:.0f} / {alone['p99_us']:.0f}"])
    heads = (
        "agents",
        "`app_queue`: delay p50 / p99 ms",
        "its processor ms a call",
        "telekit: delay p50 / p99 ms",
        "its processor ms a call",
        "distributor: one event, p50 / p99 µs",
    )
    return table(heads, rows)


def _growth(results: Results) -> str:
    growth = results["growth"]
    loads = ", ".join(f"{row['load']:.1f}" for row in growth["rows"])
    return GROWTH.format(calls=growth["calls"], rate=growth["rate"], loads=loads)


def _gap(its: Mapping[str, Any]) -> str:
    return its["failed"] if "failed" in its else f"{its['p50_ms']:.1f} / {its['p99_ms']:.1f}"


def _grown(its: Mapping[str, Any] | None) -> tuple[str, str]:
    if its is None:
        return "not tried", ""
    if "failed" in its:
        return its["failed"], ""
    cost = " + ".join(f"{used:.1f} {name}" for name, used in its["cpu_ms"].items())
    return f"{its['p50_ms']:.1f} / {its['p99_ms']:.1f}", cost
