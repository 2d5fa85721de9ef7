"""How evenly waits fall on queues that share agents: `python -m tests.bench.fairness` writes the page.

Both ways are given the very same calls. Nothing here depends on the machine: the same numbers come out everywhere.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import mean

from tests.bench.fairness_days import Call, Kind, Served, World, a_day, jain, overtaken
from tests.bench.fairness_models import by_app_queue, by_app_queue_longest_first, by_telekit

PAGE = Path(__file__).parents[2] / "docs/benchmarks/fairness.md"
DAYS = 20

OPENING = """\
# Fairness between queues that share agents

This page is made by `python -m tests.bench.fairness`; edit that, not this. Nothing in it depends on the machine.

{number} invented days of ten hours: calls come at random at a constant rate, talks last three minutes in the mean,
every phone is answered after four seconds, and ten seconds of wrap-up follow. All ways are given the very same calls,
and ring the agent who has been idle longest. telekit is its own distributor, on an invented clock. app_queue is a plain
model of what its source says: a line for each queue, each caller looks once a second whether it is their turn, no order
between queues of the same weight, and a member is kept for a heavier queue that has at least as many callers as free
members. `force_longest_waiting_caller` is an option of newer Asterisks, off unless set, that lets a queue wait for one
of the same weight whose first caller came earlier. None of it was measured on a running Asterisk.

- **Index**: Jain's, of the queues' mean waits: 1 when all wait equally long, 1/n when one of n does all the waiting.
- **Overtaken**: calls that had come earlier, with the same priority, and whom an agent who could serve them passed over
  for a later one.
"""
CLOSING = """\
With ageing the longest wait has a bound that can be reckoned beforehand (`tests/acd/test_starvation.py`); with strict
priority, as with weights, it has none.
"""

ALL = frozenset({"busy", "middle", "quiet"})
SHARED = World(
    "three queues, ten agents who serve them all",
    {"busy": Kind(100), "middle": Kind(50), "quiet": Kind(14)},
    [ALL] * 10,
)
SKILLS = World(
    "two queues, four agents for each and four for both",
    {"english": Kind(72), "french": Kind(124)},
    [frozenset({"french"})] * 4 + [frozenset({"english"})] * 4 + [frozenset({"french", "english"})] * 4,
)
URGENT = World(
    "two queues of which one is more urgent, six agents who serve both",
    {"urgent": Kind(74, priority=10), "usual": Kind(30)},
    [frozenset({"urgent", "usual"})] * 6,
)

Way = Callable[[World, list[Call]], list[Served]]

WAYS: tuple[tuple[str, Way], ...] = (
    ("telekit", by_telekit),
    ("app_queue", by_app_queue),
    ("app_queue, `force_longest_waiting_caller`", by_app_queue_longest_first),
)
AGED = replace(URGENT, ages=timedelta(seconds=30))
UNEQUAL = (
    (URGENT, "telekit, strict priority 10", by_telekit),
    (AGED, "telekit, `ages: 1 per 30s`", by_telekit),
    (URGENT, "app_queue, weight 10", by_app_queue),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of all days."""

    waits: dict[str, list[float]]
    """Of each queue, in seconds."""
    overtaken: int
    calls: int

    @property
    def index(self) -> float:
        """Jain's index of the queues' mean waits."""
        return jain([mean(waits) for waits in self.waits.values()])


def days(world: World, way: Way, number: int) -> Outcome:
    """Lead so many days."""
    waits: dict[str, list[float]] = {queue: [] for queue in world.kinds}
    passed = calls = 0
    for seed in range(number):
        day = a_day(world, seed)
        served = way(world, day)
        for one in served:
            waits[one.call.queue].append(one.wait)
        passed += len(overtaken(world, served))
        calls += len(day)
    return Outcome(waits, passed, calls)


def page(number: int) -> str:
    """Write the page."""
    equal = (line for world in (SHARED, SKILLS) for line in _equal(world, number))
    return "\n".join([OPENING.format(number=number), *equal, *_unequal(number)])


def _equal(world: World, number: int) -> Iterator[str]:
    yield f"## Equal priority: {world.title}"
    yield ""
    queues = list(world.kinds)
    rates = " | ".join(f"{queue}, {world.kinds[queue].calls_an_hour:g}/h: mean / longest" for queue in queues)
    yield f"|  | index | overtaken | {rates} |"
    yield f"|---|---:|---:|{'---:|' * len(queues)}"
    for name, way in WAYS:
        came = days(world, way, number)
        spans = " | ".join(f"{mean(came.waits[queue]):.1f} / {max(came.waits[queue]):.0f} s" for queue in queues)
        yield f"| {name} | {came.index:.4f} | {came.overtaken / came.calls:.1%} | {spans} |"
    yield ""


def _unequal(number: int) -> Iterator[str]:
    yield f"## Unequal priority: {URGENT.title}"
    yield ""
    yield "Here the waits shall differ. What counts is how long the one that is less urgent waits at the worst."
    yield ""
    queues = list(URGENT.kinds)
    rates = " | ".join(f"{queue}, {URGENT.kinds[queue].calls_an_hour:g}/h: mean / longest" for queue in queues)
    yield f"|  | overtaken | {rates} |"
    yield f"|---|---:|{'---:|' * len(queues)}"
    yield from (unequal_line(world, name, way, number) for world, name, way in UNEQUAL)
    yield ""
    yield CLOSING


def unequal_line(world: World, name: str, way: Way, number: int) -> str:
    """Tell what one way gives where one queue is more urgent."""
    came = days(world, way, number)
    spans = " | ".join(f"{mean(waits):.1f} / {max(waits):.0f} s" for waits in came.waits.values())
    return f"| {name} | {came.overtaken / came.calls:.1%} | {spans} |"


if __name__ == "__main__":
    PAGE.write_text(page(int(sys.argv[1]) if len(sys.argv) > 1 else DAYS), encoding="utf-8")
