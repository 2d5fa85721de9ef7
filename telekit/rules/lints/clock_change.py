"""`clock-change`: a shift that is longer, shorter or ambiguous on the day on which clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.hours import Hours
from telekit.domain.names import ShiftName
from telekit.roster.wall import first_at, last_at
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.rhythm import lasting
from telekit.rules.lints.subject import Subject
from telekit.rules.week import WHOLE_WEEK, minutes_of

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WEEKS_AHEAD = 53


def findings(subject: Subject) -> Iterator[Finding]:
    """Find the hours of shifts that a change of the clocks in the year ahead falls into, each once."""
    plan = subject.plan
    zones: dict[tuple[ShiftName, str], ZoneInfo] = {}
    for agent in plan.agents.values():
        for shift in agent.shifts:
            zones.setdefault((shift, agent.zone.key), agent.zone)
    changes = {zone.key: list(_changes(zone, subject.now)) for zone in set(zones.values())}
    told: set[int] = set()
    for (name, _), zone in zones.items():
        for hours in plan.shifts[name].hours:
            if id(hours) in told or minutes_of(hours, every_week=True) == WHOLE_WEEK:
                continue
            message = next((hit for at in changes[zone.key] if (hit := _hit(hours, zone, at))), None)
            if message is not None:
                told.add(id(hours))
                hint = "see that this is meant, and that rest and pay are right"
                yield Finding(LintName.CLOCK_CHANGE, hours.origin, f"shifts.{name}", message, hint)


def _changes(zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """Give the instants of the year ahead at which a zone's clocks change."""
    low = now.astimezone(UTC).replace(microsecond=0)
    for _ in range(WEEKS_AHEAD):
        high = low + 7 * DAY
        if _offset(zone, low) != _offset(zone, high):
            yield _change(zone, low, high)
        low = high


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def _hit(hours: Hours, zone: ZoneInfo, at: datetime) -> str | None:
    """Say what becomes of hours that run at a change of the clocks; None when none do."""
    first = at.astimezone(zone).date()
    for day in (first - DAY, first):
        if hours.begin_on(day):
            told = _told(hours, zone, day, at)
            if told is not None:
                return told
    return None


def _told(hours: Hours, zone: ZoneInfo, day: date, at: datetime) -> str | None:
    span = hours.span
    last = day + DAY if span.crosses_midnight else day
    start_at, end_at = first_at(zone, day, span.start), last_at(zone, last, span.end)
    meant = datetime.combine(last, span.end) - datetime.combine(day, span.start)
    lasts = end_at - start_at
    if lasts == meant:
        return None
    ahead = (_offset(zone, at) or DAY) > (_offset(zone, at - MINUTE) or DAY)
    which = "forward" if ahead else "back"
    on = f"{at.astimezone(zone):%a %d %b %Y}"
    if lasts <= timedelta(0):
        return f"on {on} the clocks go {which} and skip it: it does not run"
    return f"on {on} the clocks go {which}: '{span}' lasts {_minutes(lasts)} then, not {_minutes(meant)} ({zone.key})"


def _minutes(span: timedelta) -> str:
    return lasting(round(span / MINUTE))
