"""When an agent may be rung or a queue is open, as a subroutine of the dialplan that returns 1 or 0."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.pbx.render import word
from telekit.pbx.render.stretches import Horizon, Stretches, agent_stretches, queue_stretches
from telekit.roster.roster import Roster

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Gate:
    """The lines of a subroutine; equal ones are written once."""

    lines: tuple[str, ...]


def agent_gate(plan: Plan, roster: Roster, agent: Agent, horizon: Horizon, margin: timedelta) -> Gate:
    """Make the gate of an agent's shifts; it shuts `margin` before the end, so that no phone rings beyond it."""
    return _gate(agent_stretches(plan, roster, agent, horizon, margin), horizon, margin)


def queue_gate(plan: Plan, roster: Roster, queue: Queue, horizon: Horizon) -> Gate:
    """Make the gate of a queue's opening hours, holidays and exceptions."""
    return _gate(queue_stretches(plan, roster, queue, horizon), horizon, timedelta(0))


def _gate(stretches: Stretches, horizon: Horizon, margin: timedelta) -> Gate:
    zone = stretches.zone
    lines = [f"GotoIf($[${{EPOCH}} >= {_epoch(horizon.end_at)}]?week)"]
    for start_at, end_at in stretches.known:
        first, last = start_at.astimezone(zone), (end_at + margin).astimezone(zone)
        lines += [
            f"; {first:%a %d %b %H:%M} to {last:%a %d %b %H:%M} {word.zone(zone.key)}",
            f"GotoIf($[${{EPOCH}} >= {_epoch(start_at)} & ${{EPOCH}} < {_epoch(end_at)}]?on)",
        ]
    lines += ["Return(0)", f"(week){_zone_known(zone, horizon.end_at)}"]
    if stretches.weekly:
        lines += _off(stretches.off, zone)
        lines += dict.fromkeys(line for each in stretches.weekly for line in _weekly(each, zone, margin))
    return Gate((*lines, "(off)Return(0)", "(on)Return(1)"))


def _zone_known(zone: ZoneInfo, at: datetime) -> str:
    """Stay off where Asterisk does not know the zone: it would silently take UTC (main/stdtime/localtime.c)."""
    halves = [datetime(at.year, month, 1, tzinfo=UTC) for month in (1, 7)]
    told = max(halves, key=lambda half: abs(half.astimezone(zone).utcoffset() or timedelta(0)))
    local = told.astimezone(zone)
    return f'GotoIf($["${{STRFTIME({_epoch(told)},{word.zone(zone.key)},%H:%M)}}" != "{local:%H:%M}"]?off)'


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


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
