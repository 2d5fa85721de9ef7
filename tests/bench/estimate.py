"""How far off the expected wait is that callers are told, beside what app_queue would say on the same days.

`python -m tests.bench.estimate` lets invented days pass in virtual time through the real distributor, asks at several
moments of every wait what is to be expected, and compares it with what came. It prints a table, and with `--write`
puts it into docs/benchmarks/expected-wait.md, with a plot beside it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import fmean, median

from telekit.callflow.spoken import OVER_AN_HOUR, UNDER_A_MINUTE, minutes_told
from tests.bench.estimate_days import ASK_EVERY, Day, Moment, Shape
from tests.bench.estimate_plot import Curve, plot
from tests.bench.estimate_shapes import SHAPES
from tests.bench.figures import Spread

FOLDER = Path(__file__).parents[2] / "docs/benchmarks"
UNDER_A_MINUTE_MEANS = 30.0
"""Seconds; what a caller takes "less than a minute" for."""


def heard_from_telekit(moment: Moment) -> float:
    """Give the wait as telekit would say it, in seconds."""
    minutes = minutes_told(timedelta(seconds=moment.wait))
    if minutes == UNDER_A_MINUTE:
        return UNDER_A_MINUTE_MEANS
    return 75.0 * 60 if minutes == OVER_AN_HOUR else minutes * 60.0


def heard_from_app_queue(moment: Moment) -> float:
    """Give the wait as app_queue would say it, in seconds; its silence at no minutes is taken for less than one.

    Source: Asterisk apps/app_queue.c, say_position.
    """
    minutes = abs(int((moment.hold + 30 - moment.waited) / 60))
    return minutes * 60.0 if minutes else UNDER_A_MINUTE_MEANS


Heard = Callable[[Moment], float]


@dataclass(frozen=True, slots=True)
class Score:
    """How near one way of telling was to what came."""

    error: float
    """Half of what was heard was nearer, in seconds."""
    near: float
    """The share that was within a quarter of what came, or half a minute."""

    @classmethod
    def of(cls, moments: Sequence[Moment], heard: Heard) -> "Score":
        errors = [(abs(heard(moment) - came(moment)), came(moment)) for moment in moments]
        return cls(median(error for error, _ in errors), fmean(error <= max(30.0, wait / 4) for error, wait in errors))


def came(moment: Moment) -> float:
    """Give how long the call still waited, in seconds."""
    assert moment.came is not None
    return moment.came


@dataclass(frozen=True, slots=True)
class Result:
    """All days of one shape."""

    shape: Shape
    days: tuple[Day, ...]

    def moments(self, *, told: bool = False) -> list[list[Moment]]:
        """Give what can be judged, day by day: the callers who gave up never came to know."""
        return [[m for m in day.moments if m.came is not None and (m.is_told or not told)] for day in self.days]

    def scores(self, heard: Heard, *, told: bool = False) -> list[Score]:
        return [Score.of(moments, heard) for moments in self.moments(told=told)]


def seconds(values: Sequence[float]) -> str:
    spread = Spread.of(values)
    return f"**{spread.middle:.0f} s** ({spread.least:.0f}-{spread.most:.0f})"


def percent(values: Sequence[float]) -> str:
    spread = Spread.of([100 * value for value in values])
    return f"**{spread.middle:.0f} %** ({spread.least:.0f}-{spread.most:.0f})"


def table(results: Sequence[Result], *, told: bool) -> str:
    """Write the figures of all shapes; `told`: only of what telekit would tell a caller."""
    share = ["told"] if told else []
    head = [
        "day",
        *share,
        "telekit: error",
        "app_queue: error",
        "telekit: near",
        "app_queue: near",
        "telekit nearer on",
    ]
    rows = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for result in results:
        ours, theirs = (result.scores(way, told=told) for way in (heard_from_telekit, heard_from_app_queue))
        better = sum(our.error < their.error for our, their in zip(ours, theirs, strict=True))
        cells = [
            result.shape.name,
            seconds([score.error for score in ours]),
            seconds([score.error for score in theirs]),
            percent([score.near for score in ours]),
            percent([score.near for score in theirs]),
            f"{better} of {len(ours)} days",
        ]
        if told:
            all_, some = result.moments(), result.moments(told=True)
            cells.insert(1, percent([len(few) / len(many) for few, many in zip(some, all_, strict=True)]))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def days_table(results: Sequence[Result]) -> str:
    """Write what the days were like."""
    rows = ["| day | | answered | gave up | moments judged | still to wait, half of them less than |", f"|{'---|' * 6}"]
    for result in results:
        answered, gave_up = (sum(getattr(day, what) for day in result.days) for what in ("joined", "given_up"))
        judged = [moment for day in result.moments() for moment in day]
        still = median(map(came, judged))
        shape = result.shape
        rows.append(f"| {shape.name} | {shape.what} | {answered} | {gave_up} | {len(judged)} | {still:.0f} s |")
    return "\n".join(rows) + "\n"


def calibration(results: Sequence[Result]) -> float:
    """Give the share of waits that came within the middle half that was expected: half, if it is true to its name."""
    judged = [moment for result in results for day in result.moments() for moment in day]
    return fmean(moment.least <= came(moment) <= moment.most for moment in judged)


def page(results: Sequence[Result]) -> str:
    """Write the whole page."""
    days = len(results[0].days)
    return f"""\
# The expected wait that callers are told

How far off is it? {days} invented days of each of {len(results)} shapes went through telekit's own distributor in
virtual time: agents with shifts, breaks and missed calls, callers who lose patience, conversations of very different
lengths. When a call began to wait, and every {ASK_EVERY:.0f} seconds from then on, telekit was asked how long it would
still wait; beside it stands what Asterisk's `app_queue` would have said at the same moment of the same day. Both are
taken as a caller hears them, in whole minutes, and compared with the wait that came.

- **error**: half of the announcements were nearer than this to what came.
- **near**: the share that was within a quarter of what came, or half a minute.
- The figure in bold is the middle one of the {days} days, behind it stand the least and the greatest.

![How many announcements were off by at most so much](expected-wait.svg)

## What telekit tells

Only moments at which telekit knows the wait well enough to tell it; *told* says how many of all these were.

{table(results, told=True)}
## All moments

Also those at which telekit would rather say nothing.

{table(results, told=False)}
The middle half of what telekit expects should hold half of what comes: it held
{100 * calibration(results):.0f} %.

## What it does not do well

- **A small team.** With five agents one long conversation is a fifth of all there is: nobody can know when it ends.
  telekit says nothing at half of the moments, and is off by half a minute at the others.
- **Breaks** are not foreseen: an agent who is paused does not count, and comes back without notice.
- **Callers who give up** are not in the figures, for their wait never came to an end. They are the ones who waited
  longest.

## What it costs

Each estimate is worked out at once, in the thread that leads all calls, so it must be short. By the processor's clock
of a machine with two cores that others use too, one takes about 1 ms with 20 agents and 30 calls in line. With 15,000
agents and 5,000 queues that share them it takes 4 to 6 ms when 1,300 calls wait, and 11 ms when 5,300 do
(`python -m tests.bench.estimate_cost`).

## How app_queue reckons

It keeps one figure a queue: after each answered call (3 x the figure + the call's wait) / 4. It announces that figure
plus 30 seconds less what the caller has waited, without its sign, in whole minutes; it knows neither the place nor the
agents. At less than one minute it says nothing, which is taken here for "less than a minute".
Source: Asterisk `apps/app_queue.c`, `recalc_holdtime` and `say_position`.

## The days

{days_table(results)}
Calls come at random, and are answered after 2 to 9 seconds; one offer in seventeen is missed. A conversation lasts by a
gamma distribution, but one in twelve is over within half a minute. Each agent takes a break of 5 to 15 minutes every
one to three hours, unannounced. Callers have a patience of 23 minutes on average (Weibull, shape 1.3). Wrap-up is 20
seconds. A day has calls from 8 to 18 h, and telekit knows nothing when it begins.

`python -m tests.bench.estimate --write` makes this page anew: the same days, the same figures.
"""


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=8, help="of each shape")
    parser.add_argument("--shape", help="only shapes with this in their name")
    parser.add_argument("--write", action="store_true", help=f"write the page and the plot into {FOLDER}")
    options = parser.parse_args()
    results = []
    for shape in SHAPES:
        if options.shape is None or options.shape in shape.name:
            results.append(Result(shape, tuple(Day(shape, seed).run() for seed in range(options.days))))
            sys.stderr.write(f"{shape.name}: done\n")
    sys.stdout.write(f"{table(results, told=True)}\n{table(results, told=False)}\n{days_table(results)}")
    if options.write:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / "expected-wait.md").write_text(page(results), encoding="utf-8")
        (FOLDER / "expected-wait.svg").write_text(plot([curve(result) for result in results]), encoding="utf-8")
    return 0


def curve(result: Result) -> Curve:
    """Give by how much each announcement was off, of what telekit would tell."""
    judged = [moment for day in result.moments(told=True) for moment in day]
    telekit = sorted(abs(heard_from_telekit(moment) - came(moment)) for moment in judged)
    app_queue = sorted(abs(heard_from_app_queue(moment) - came(moment)) for moment in judged)
    return result.shape.name, telekit, app_queue


if __name__ == "__main__":
    sys.exit(main())
