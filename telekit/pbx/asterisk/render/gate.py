"""When an agent may be rung or a queue is open, as a subroutine of the dialplan that returns 1 or 0.

The days just ahead are told exactly, as instants, by the same roster that telekit itself asks. After them the file may
be old, so the week's pattern holds, and only where nothing that was known then speaks against it: every day with an
exception or a holiday is off, and so is what is worked every few weeks. It errs on the side of silence.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Span
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.pbx.asterisk.render import word
from telekit.roster.roster import Roster

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
HOLIDAY_HORIZON = 400
"""How many days ahead holidays are asked for: more than a year, as the lines that close on them name no year."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The time that is known exactly."""

    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """The lines of a subroutine; equal ones are written once."""

    lines: tuple[str, ...]


def agent_gate(plan: Plan, roster: Roster, agent: Agent, horizon: Horizon, margin: timedelta) -> Gate:
    """Make the gate of an agent's shifts; it shuts `margin` before the end, so that no phone rings beyond it."""
    hours = [each for shift in agent.shifts for each in plan.shifts[shift].hours]
    blocks = roster.blocks(agent.name, horizon.start_at, horizon.end_at)
    known = _merged((block.start_at, block.end_at) for block in blocks)
    exceptions = plan.agent_exceptions
    dates = {each.on for each in exceptions if each.agent == agent.name or each.instead_of == agent.name}
    return _gate(agent.zone, known, hours, dates, horizon, margin)


def queue_gate(plan: Plan, roster: Roster, queue: Queue, horizon: Horizon) -> Gate:
    """Make the gate of a queue's opening hours, holidays and exceptions."""
    known = _merged(_openings(roster, queue, horizon))
    dates = {each.on for each in plan.queue_exceptions if each.queue == queue.name}
    if not queue.open_on_holidays:
        dates |= _holidays(plan.holidays, horizon.end_at.astimezone(plan.zone).date())
    hours = queue.opening or (Hours(frozenset(range(7)), Span(_MIDNIGHT, _MIDNIGHT)),)
    return _gate(plan.zone, known, hours, dates, horizon, timedelta(0))


_MIDNIGHT = datetime.min.time()


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


def _gate(
    zone: ZoneInfo,
    known: Sequence[tuple[datetime, datetime]],
    hours: Iterable[Hours],
    dates: Iterable[date],
    horizon: Horizon,
    margin: timedelta,
) -> Gate:
    lines = [f"GotoIf($[${{EPOCH}} >= {_epoch(horizon.end_at)}]?week)"]
    for start_at, end_at in known:
        if start_at < end_at - margin:
            first, last = start_at.astimezone(zone), end_at.astimezone(zone)
            lines += [
                f"; {first:%a %d %b %H:%M} to {last:%a %d %b %H:%M} {word.zone(zone.key)}",
                f"GotoIf($[${{EPOCH}} >= {_epoch(start_at)} & ${{EPOCH}} < {_epoch(end_at - margin)}]?on)",
            ]
    lines += ["Return(0)", f"(week){_zone_known(zone, horizon.end_at)}"]
    after = horizon.end_at.astimezone(zone).date() - 2 * DAY
    weekly = [each for each in hours if each.every == 1 and (each.since is None or each.since <= after)]
    if weekly:
        late = any(each.span.crosses_midnight and each.span.end != _MIDNIGHT for each in weekly)
        lines += _off(_days_off(dates, after, late), zone)
        lines += dict.fromkeys(line for each in weekly for line in _weekly(each, zone, margin))
    return Gate((*lines, "(off)Return(0)", "(on)Return(1)"))


def _zone_known(zone: ZoneInfo, at: datetime) -> str:
    """Stay off where Asterisk does not know the zone: it would silently take UTC (main/stdtime/localtime.c)."""
    halves = [datetime(at.year, month, 1, tzinfo=UTC) for month in (1, 7)]
    told = max(halves, key=lambda half: abs(half.astimezone(zone).utcoffset() or timedelta(0)))
    local = told.astimezone(zone)
    return f'GotoIf($["${{STRFTIME({_epoch(told)},{word.zone(zone.key)},%H:%M)}}" != "{local:%H:%M}"]?off)'


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def _days_off(dates: Iterable[date], after: date, late: bool) -> list[date]:
    """Give the days on which nothing holds; where work crosses midnight, the mornings after them too."""
    days = {day for day in dates if day >= after}
    if late:
        days |= {day + DAY for day in days}
    return sorted(days)


def _off(days: Iterable[date], zone: ZoneInfo) -> Iterator[str]:
    """Write days, a month a line: GotoIfTime knows no years, so they are off in every year."""
    dates: dict[str, set[int]] = {}
    for day in days:
        dates.setdefault(MONTHS[day.month - 1], set()).add(day.day)
    for month, numbers in dates.items():
        yield f"GotoIfTime(*,*,{'&'.join(map(str, sorted(numbers)))},{month},{word.zone(zone.key)}?off)"


def _weekly(hours: Hours, zone: ZoneInfo, margin: timedelta) -> Iterator[str]:
    """Write a span on weekdays; what crosses midnight is two, the second on the days after.

    GotoIfTime counts whole minutes and includes the last. Source: Asterisk main/pbx_timing.c, get_timerange.
    """
    span = hours.span
    start = span.start.hour * 60 + span.start.minute + bool(span.start.second)
    end = span.end.hour * 60 + span.end.minute + (MINUTES_A_DAY if span.crosses_midnight else 0)
    last = int((timedelta(minutes=end) - margin) // timedelta(minutes=1)) - 1
    if start <= last:
        yield _on(start, min(last, MINUTES_A_DAY - 1), hours.days, zone)
    if last >= MINUTES_A_DAY:
        yield _on(0, last - MINUTES_A_DAY, {(day + 1) % 7 for day in hours.days}, zone)


def _on(first: int, last: int, days: Iterable[int], zone: ZoneInfo) -> str:
    return f"GotoIfTime({_clock(first)}-{_clock(last)},{_weekdays(set(days))},*,*,{word.zone(zone.key)}?on)"


def _weekdays(days: set[int]) -> str:
    """Write weekdays with the runs among them as ranges: `mon-thu&sat`."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "&".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
