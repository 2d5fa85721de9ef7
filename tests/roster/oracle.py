"""A slow second opinion: it watches a wall clock minute by minute and takes the language page at its word.

It shares nothing with the roster but the nouns, and never turns local time into UTC: it looks up when the
watched clock showed a moment. Zones and spans must be on whole minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from telekit.domain.hours import Hours, Span
from telekit.domain.plan import Plan

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

MARGIN = 4
"""Days watched before and after the judged ones, so that each block that touches them is seen whole."""


@dataclass(frozen=True)
class Watch:
    """What one zone's wall clock showed at each minute of a stretch of UTC."""

    begin: datetime
    walls: tuple[datetime, ...]
    occurrences: dict[datetime, tuple[int, ...]]

    def first(self, moment: datetime) -> int | None:
        """Give the minute of the first occurrence; of a skipped moment, the next one that exists."""
        if found := self.occurrences.get(moment):
            return found[0]
        return self._after_skip(moment)

    def last(self, moment: datetime) -> int | None:
        """Give the minute of the last occurrence; of a skipped moment, the next one that exists."""
        if found := self.occurrences.get(moment):
            return found[-1]
        return self._after_skip(moment)

    def _after_skip(self, moment: datetime) -> int | None:
        for index in range(1, len(self.walls)):
            if self.walls[index - 1] < moment < self.walls[index]:
                return index
        return None


@lru_cache(maxsize=40)
def watch(zone: ZoneInfo, middle: date, days: int) -> Watch:
    begin = datetime.combine(middle, time(), UTC) - (days + MARGIN) * DAY
    instants = (begin + n * MINUTE for n in range(2 * (days + MARGIN) * 1440))
    walls = tuple(instant.astimezone(zone).replace(tzinfo=None) for instant in instants)
    occurrences: dict[datetime, tuple[int, ...]] = {}
    for index, wall in enumerate(walls):
        occurrences[wall] = (*occurrences.get(wall, ()), index)
    return Watch(begin, walls, occurrences)


Stint = tuple[datetime, datetime, str]
"""Start, end, label."""


def stints(zone: ZoneInfo, middle: date, days: int, spans: dict[date, list[tuple[str, Span]]]) -> list[Stint]:
    """Give in order of start the blocks that the spans of each first day make, as the watched clock has them."""
    clock = watch(zone, middle, days)
    found = []
    for day, listed in spans.items():
        for label, span in listed:
            starts = datetime.combine(day, span.start)
            ends = datetime.combine(day, span.end)
            if span.end <= span.start:
                ends += DAY
            first, last = clock.first(starts), clock.last(ends)
            if first is not None and last is not None and first < last:
                found.append((clock.begin + first * MINUTE, clock.begin + last * MINUTE, label))
    return sorted(found, key=lambda stint: stint[0])


def weekly(named: list[tuple[str, Hours]], day: date) -> list[tuple[str, Span]]:
    return [(label, hours.span) for label, hours in named if day in _days_of(hours, day)]


def _days_of(hours: Hours, about: date) -> set[date]:
    """Write out, week after week, the days on which the hours count, up to some day."""
    if hours.since is None:
        return {about} if about.isoweekday() - 1 in hours.days else set()
    monday = hours.since
    while monday.isoweekday() != 1:
        monday -= DAY
    days = set()
    while monday <= about:
        days |= {monday + n * DAY for n in hours.days if monday + n * DAY >= hours.since}
        monday += hours.every * 7 * DAY
    return days


def agent_spans(plan: Plan, name: str, about: list[date]) -> dict[date, list[tuple[str, Span]]]:
    who = plan.agents[name]
    named = [(shift, hours) for shift in who.shifts for hours in plan.shifts[shift].hours]
    spans = {}
    for day in about:
        own = [e for e in plan.agent_exceptions if e.agent == name and e.on == day]
        given_away = any(e.instead_of == name and e.on == day for e in plan.agent_exceptions)
        if any(e.off is not None for e in own):
            spans[day] = []
        elif own or given_away:
            spans[day] = [(e.shift or "exception", span) for e in own for span in e.spans]
        else:
            spans[day] = weekly(named, day)
    return spans


def queue_spans(plan: Plan, name: str, about: list[date]) -> dict[date, list[tuple[str, Span]]]:
    what = plan.queues[name]
    named = [("opening hours", hours) for hours in what.opening]
    if not named:
        named = [("always", Hours(frozenset(range(7)), Span(time(), time())))]
    spans = {}
    for day in about:
        own = [e for e in plan.queue_exceptions if e.queue == name and e.on == day]
        if any(e.closed is not None for e in own):
            spans[day] = []
        elif own:
            spans[day] = [("exception", span) for e in own for span in e.spans]
        elif day in plan.holidays and not what.open_on_holidays:
            spans[day] = []
        else:
            spans[day] = weekly(named, day)
    return spans


class Judged:
    """Every minute of the judged days: on or off."""

    def __init__(self, found: list[Stint], middle: date, days: int) -> None:
        self.begin = datetime.combine(middle, time(), UTC) - days * DAY
        self.end = datetime.combine(middle, time(), UTC) + days * DAY
        self.on = bytearray((self.end - self.begin) // MINUTE)
        for start_at, end_at, _ in found:
            first, last = (max(0, (edge - self.begin) // MINUTE) for edge in (start_at, end_at))
            for index in range(first, min(last, len(self.on))):
                self.on[index] = True
        self._changes = [index for index in range(1, len(self.on)) if self.on[index] != self.on[index - 1]]

    def minutes(self) -> Iterator[tuple[datetime, bool]]:
        return ((self.begin + index * MINUTE, bool(on)) for index, on in enumerate(self.on))

    def change_after(self, index: int, to: bool | None = None) -> datetime | None:
        """Give the first later minute that differs from the one before it, and is `to` if that is asked."""
        for change in self._changes:
            if change > index and (to is None or self.on[change] == to):
                return self.begin + change * MINUTE
        return None
