"""When an agent works or a queue is open: what is known exactly, and what surely holds after that.

The days just ahead are told exactly, as instants, by the same roster that telekit itself asks. After them what is
written may be old, so the week's pattern holds, and only where nothing that was known then speaks against it: every day
with an exception or a holiday is off, and so is what is worked every few weeks. It errs on the side of silence.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Span
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.roster.roster import Roster

KNOWN = timedelta(days=14)
"""How far ahead a fallback knows every day exactly."""
DAY = timedelta(days=1)
MIDNIGHT = datetime.min.time()
HOLIDAY_HORIZON = 400
"""How many days ahead holidays are asked for: more than a year, as the lines that close on them may name no year."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The time that is known exactly."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Stretches:
    """When a gate is open, in the terms of its own time zone."""

    zone: ZoneInfo
    known: tuple[tuple[datetime, datetime], ...]
    """Inside the horizon."""
    weekly: tuple[Hours, ...]
    """After the horizon, but for the days off."""
    off: tuple[date, ...]


def agent_stretches(plan: Plan, roster: Roster, agent: Agent, horizon: Horizon, margin: timedelta) -> Stretches:
    """Give an agent's shifts; each known one ends `margin` early, so that no phone rings beyond it."""
    hours = [each for shift in agent.shifts for each in plan.shifts[shift].hours]
    blocks = roster.blocks(agent.name, horizon.start_at, horizon.end_at)
    known = _merged((block.start_at, block.end_at) for block in blocks)
    exceptions = plan.agent_exceptions
    dates = {each.on for each in exceptions if each.agent == agent.name or each.instead_of == agent.name}
    return _stretches(agent.zone, known, hours, dates, horizon, margin)


def queue_stretches(plan: Plan, roster: Roster, queue: Queue, horizon: Horizon) -> Stretches:
    """Give a queue's opening hours, without its holidays and with its exceptions."""
    known = _merged(_openings(roster, queue, horizon))
    dates = {each.on for each in plan.queue_exceptions if each.queue == queue.name}
    if not queue.open_on_holidays:
        dates |= _holidays(plan.holidays, horizon.end_at.astimezone(plan.zone).date())
    hours = queue.opening or (Hours(frozenset(range(7)), Span(MIDNIGHT, MIDNIGHT)),)
    return _stretches(plan.zone, known, hours, dates, horizon, timedelta(0))


def always_open(plan: Plan, queue: Queue) -> bool:
    """Say whether a queue never closes."""
    exceptional = any(exception.queue == queue.name for exception in plan.queue_exceptions)
    return not queue.opening and queue.open_on_holidays and not exceptional


def _stretches(
    zone: ZoneInfo,
    known: Iterable[tuple[datetime, datetime]],
    hours: Iterable[Hours],
    dates: Iterable[date],
    horizon: Horizon,
    margin: timedelta,
) -> Stretches:
    after = horizon.end_at.astimezone(zone).date() - 2 * DAY
    weekly = tuple(each for each in hours if each.every == 1 and (each.since is None or each.since <= after))
    late = any(each.span.crosses_midnight and each.span.end != MIDNIGHT for each in weekly)
    return Stretches(
        zone,
        tuple((start_at, end_at - margin) for start_at, end_at in known if start_at < end_at - margin),
        weekly,
        tuple(_days_off(dates, after, late)),
    )


def _openings(roster: Roster, queue: Queue, horizon: Horizon) -> Iterator[tuple[datetime, datetime]]:
    at: datetime | None = horizon.start_at
    while at is not None and at < horizon.end_at:
        until = roster.open_until(queue.name, at)
        if until is None:
            at = roster.next_opening(queue.name, at)
            continue
        yield at, min(until, horizon.end_at)
        at = until


def _holidays(holidays: Container[date], first: date) -> set[date]:
    days = (first + number * DAY for number in range(-2, HOLIDAY_HORIZON))
    return {day for day in days if day in holidays}


def _merged(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join stretches that touch, so that a margin is kept at the end of the last only."""
    merged: list[tuple[datetime, datetime]] = []
    for start_at, end_at in sorted(stretches):
        if merged and start_at <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end_at)
        else:
            merged.append((start_at, end_at))
    return merged


def _days_off(dates: Iterable[date], after: date, late: bool) -> list[date]:
    """Give the days on which nothing holds; where work crosses midnight, the mornings after them too."""
    days = {day for day in dates if day >= after}
    if late:
        days |= {day + DAY for day in days}
    return sorted(days)
