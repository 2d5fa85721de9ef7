"""What `telekit staffing` prints: what so many agents are worth, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import floor, log10
from typing import Any

from telekit.cli.aligned import aligned
from telekit.cli.span import span
from telekit.planning.demand import Demand
from telekit.planning.erlang import is_stable, least_agents, predict, with_shrinkage
from telekit.planning.intervals import Interval
from telekit.planning.prediction import Prediction
from telekit.planning.target import Target
from telekit.rules.duration import write_duration

BELOW, ABOVE = 2, 3
"""So many agents fewer and more than needed are shown too."""

SHOWN, LEAST = 0.05, 1e-6
"""Of what is left to 100%, in percent: more is told by one digit, less is nothing."""
MINUTE = timedelta(minutes=1)
ENDLESS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted, and what part of paid time is not worked."""

    target: Target
    shrinkage: float

    def rostered(self, agents: int) -> list[str]:
        return [f"{with_shrinkage(agents, self.shrinkage):,}"] if self.shrinkage else []

    def heads(self) -> list[str]:
        rostered = ["on roster"] if self.shrinkage else []
        return ["agents", *rostered, f"in {write_duration(self.target.within)}", "ASA", "wait", "give up", "occupancy"]


def around(demand: Demand, wish: Wish) -> Iterator[str]:
    """Show the least number of agents among its neighbours."""
    least = least_agents(demand, wish.target)
    patience = demand.patience
    model = f"Erlang A, patience {write_duration(patience)}" if patience is not None else "Erlang C, nobody gives up"
    calls = f"{demand.calls:g} calls in {write_duration(demand.per)} of {write_duration(demand.handle)} each"
    yield f"{calls}: {demand.erlangs:,.6g} erlangs ({model})"
    numbers = range(max(0, least - BELOW), least + ABOVE + 1)
    rows = [["", *wish.heads()]]
    rows += [[">" if number == least else "", *_cells(demand, number, wish)] for number in numbers]
    yield from aligned(rows)
    rostered = f", {wish.rostered(least)[0]} on the roster" if wish.shrinkage else ""
    yield f"{least:,} agents{rostered}"


def by_interval(intervals: Sequence[Interval], wish: Wish) -> Iterator[str]:
    """Show for each interval the least number of agents, and what all of them come to."""
    rows, work = [["interval", "calls", "erlangs", *wish.heads()]], timedelta(0)
    for interval in intervals:
        demand = interval.demand
        least = least_agents(demand, wish.target)
        work += demand.per * with_shrinkage(least, wish.shrinkage)
        rows.append([interval.name, f"{demand.calls:g}", f"{demand.erlangs:.2f}", *_cells(demand, least, wish)])
    yield from aligned(rows, left=1)
    yield f"{work.total_seconds() / 3600:,.1f} hours of work"


def for_program(demand: Demand, wish: Wish) -> dict[str, Any]:
    """Tell the least number of agents and its neighbours for a program; times in seconds, shares from 0 to 1."""
    least = least_agents(demand, wish.target)
    numbers = range(max(0, least - BELOW), least + ABOVE + 1)
    return {
        "calls": demand.calls,
        "erlangs": demand.erlangs,
        "agents": least,
        "on_roster": with_shrinkage(least, wish.shrinkage),
        "around": [_told(predict(demand, n, wish.target.within)) for n in numbers if is_stable(demand, n)],
    }


def _cells(demand: Demand, agents: int, wish: Wish) -> list[str]:
    first = [f"{agents:,}", *wish.rostered(agents)]
    if not is_stable(demand, agents):
        return [*first, "-", "endless", "100.0%", "-", "100.0%"]
    found = predict(demand, agents, wish.target.within)
    shares = (found.waiting, found.abandoning, found.occupancy)
    return [*first, _share(found.service_level), _wait(found.speed_of_answer), *map(_share, shares)]


def _told(found: Prediction) -> dict[str, Any]:
    answered = found.speed_of_answer
    return {
        "agents": found.agents,
        "service_level": found.service_level,
        "speed_of_answer": answered.total_seconds() if answered is not None else None,
        "waiting": found.waiting,
        "abandoning": found.abandoning,
        "occupancy": found.occupancy,
    }


def _share(share: float) -> str:
    """Tell a share; near all of it what is left, in two digits, so that 99.988% is not told as 100.0%."""
    left = 100 * (1 - share)
    return f"{share:.1%}" if left >= SHOWN or left < LEAST else f"{share:.{1 - floor(log10(left))}%}"


def _wait(wait: timedelta | None) -> str:
    if wait is None:
        return "-"
    if wait >= ENDLESS:
        return f"{wait.days:,} days"
    return f"{wait.total_seconds():.1f}s" if wait < MINUTE else span(wait)
