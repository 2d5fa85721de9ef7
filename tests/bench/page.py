"""The page of the benchmark, written from its results."""

from tests.bench.figures import Aim, Spread
from tests.bench.page_queues import queue_parts
from tests.bench.results import WAYS, Results, aims, servers, ways
from tests.bench.tables import table

ABOUT = """\
# Benchmarks

`make bench` measures all of this anew, side by side with what it is compared with, and writes this page, its plot and
`results.json`. The subjects take turns in every round, so what else the machine does falls on all of them alike:
trust the ratios, not the seconds. A figure is the median of its rounds, with the least and the most in brackets.

![calls held, their delay, sessions and events, each beside its peers](benchmarks.svg)
"""

CALLS = """\
SIPp calls and SIPp answers; 250 phones. Each way has an Asterisk of its own, fresh for each round. A rate is held when
every call reached a phone, and no slower than offered. The delay is from the INVITE that came in to the INVITE that
went out, at 20 calls a second. Callers, phones, Asterisk and what decides share the machine's cores, so what one of
them uses the others lack; and as soon as any program listens on the manager interface, Asterisk writes out its events.
"""


def page(results: Results) -> str:
    """Write it."""
    machine = [f"- {name}: {value}" for name, value in results["machine"].items()]
    return "\n".join(
        [
            ABOUT,
            "## The machine\n",
            *machine,
            "\n## What was aimed at\n",
            *table(("", "aim", "found", ""), map(_aim, aims(results))),
            "\n## Calls on a real Asterisk\n",
            CALLS,
            *_calls(results),
            *queue_parts(results),
            "\n## FastAGI sessions\n",
            "Each session is an environment and four commands, against one server in a process of its own.\n",
            *_servers(results, "fastagi", "sessions_per_second", "sessions/s"),
            "\n## AMI events\n",
            "The events of recorded calls, every header read; *one kind wanted* is what telekit does beside calls.\n",
            *_servers(results, "ami", "events_per_second", "events/s"),
            "\n## Decisions\n",
            _size(results),
            *_decisions(results),
            "",
        ]
    )


def _aim(aim: Aim) -> list[str]:
    places = 2 if aim.unit == "x" or aim.found.middle < 10 else 0
    bound = "at most" if aim.at_most else "at least"
    found = _spread(aim.found, places)
    return [aim.what, f"{bound} {aim.wanted:g} {aim.unit}", f"{found} {aim.unit}", "met" if aim.met else "**not met**"]


def _spread(spread: Spread, places: int = 0) -> str:
    return f"{spread.middle:.{places}f} ({spread.least:.{places}f} to {spread.most:.{places}f})"


def _calls(results: Results) -> list[str]:
    calls = results["calls"]
    rows = []
    for way, row in zip((way for way in WAYS if way in calls), ways(results), strict=True):
        its = calls[way]
        used = " + ".join(f"{Spread.of(each).middle:.1f} {name}" for name, each in its["cpu_ms"].items())
        delay = f"{its['all_p50_ms']:.1f} / {its['all_p99_ms']:.1f}"
        rows.append([row.name, _spread(row.rate), _spread(row.of, 2), delay, used])
    return table(("", "calls/s held", "of the AGI", "delay p50 / p99 ms", "processor ms a call"), rows)


def _servers(results: Results, part: str, figure: str, unit: str) -> list[str]:
    rows = [
        [
            f"{row.name}, {loop}",
            _spread(row.rate),
            _spread(row.of, 2),
            _spread(row.of_processor, 2) if row.of_processor else "",
        ]
        for loop in ("asyncio", "uvloop")
        for row in servers(results, part, figure, loop)
    ]
    return table(("", unit, "of the bare one", "of it, by processor time"), rows)


def _size(results: Results) -> str:
    size = results["decisions"]["size"]
    return (
        f"One process with {size['agents']:,} agents, {size['skills']:,} skills, {size['queues']:,} queues and "
        f"{size['calls']:,} calls at once, in {results['decisions']['memory_mb']:.0f} MB. Processor time of one event, "
        "wake-ups too; a decision is an offer.\n"
    )


def _decisions(results: Results) -> list[str]:
    told = {"filling": "while all calls come in", "steady": "with all calls here", "noon": "at the change of shift"}
    rows = [
        [
            what,
            f"{phase['decisions_per_second']:,}",
            f"{phase['events_per_second']:,}",
            f"{phase['all']['p50_us'] / 1000:.3f}",
            f"{phase['all']['p99_us'] / 1000:.3f}",
        ]
        for name, what in told.items()
        for phase in [results["decisions"]["phases"][name]]
    ]
    return table(("", "decisions/s", "events/s", "p50 ms", "p99 ms"), rows)
