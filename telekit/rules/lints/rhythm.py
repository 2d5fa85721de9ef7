"""Work and opening by the clock on the wall, as minutes from the first day looked at: without zones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import lcm
from typing import NamedTuple

from telekit.domain.hours import Hours, Span
from telekit.domain.names import ShiftName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.rules.week import DAY
from telekit.rules.weekly import DAYS

LONGEST_CYCLE = 52
"""Weeks that are looked at; lines of hours that together repeat in more are judged by these."""


class Work(NamedTuple):
    """One block of work or opening."""

    start: int
    end: int
    label: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Some shifts, from a Monday on which all of them count."""

    monday: date
    weeks: int
    """After so many they repeat."""
    works: Sequence[Work]
    """All that begin from the week before the Monday to one after the weeks, in order."""


class Rhythms:
    """What people do who work some shifts, worked out once for each set of them."""

    def __init__(self, plan: Plan, today: date) -> None:
        self._plan = plan
        self._today = today
        self._known: dict[tuple[ShiftName, ...], Rhythm] = {}

    def of(self, shifts: tuple[ShiftName, ...]) -> Rhythm:
        """Give what somebody does who works these shifts."""
        if shifts not in self._known:
            self._known[shifts] = self._together(shifts) or rhythm_of_hours(self._lines(shifts), self._today)
        return self._known[shifts]

    def _together(self, shifts: tuple[ShiftName, ...]) -> Rhythm | None:
        """Put together what is known of each shift by itself, where they begin and repeat alike."""
        if len(shifts) < 2:
            return None
        first, *others = [self.of((shift,)) for shift in shifts]
        if any((one.monday, one.weeks) != (first.monday, first.weeks) for one in others):
            return None
        return replace(first, works=sorted([*first.works, *(work for one in others for work in one.works)]))

    def _lines(self, shifts: Iterable[ShiftName]) -> list[tuple[str, Hours]]:
        return [(shift, hours) for shift in shifts for hours in self._plan.shifts[shift].hours]


def rhythm_of_hours(lines: Sequence[tuple[str, Hours]], today: date) -> Rhythm:
    """Give what lines of hours make together, each with its label."""
    begins = max([today, *(hours.since for _, hours in lines if hours.since)])
    monday = begins + timedelta(days=7 - begins.weekday())
    weeks = min(LONGEST_CYCLE, lcm(*(hours.every for _, hours in lines)))
    works = []
    for number in range(-7, 7 * (weeks + 1)):
        day = monday + timedelta(days=number)
        for label, hours in lines:
            if hours.begin_on(day):
                works.append(work_of(number, hours.span, label, hours.origin))
    works.sort()
    return Rhythm(monday, weeks, works)


def work_of(day: int, span: Span, label: str, origin: Origin) -> Work:
    """Give a span that begins on a day, told by number."""
    start = day * DAY + span.start.hour * 60 + span.start.minute
    end = day * DAY + span.end.hour * 60 + span.end.minute
    return Work(start, end + DAY * span.crosses_midnight, label, origin)


def joined(works: Iterable[Work]) -> Iterator[Work]:
    """Join what touches or overlaps, in order; labels and origins are those of the first."""
    run: Work | None = None
    for work in works:
        if run is None:
            run = work
        elif work.start <= run.end:
            run = run._replace(end=max(run.end, work.end))
        else:
            yield run
            run = work
    if run is not None:
        yield run


def when(minute: int) -> str:
    """Say a minute as weekday and time of day."""
    return f"{DAYS[minute // DAY % 7]} {minute // 60 % 24:02}:{minute % 60:02}"


def lasting(minutes: int) -> str:
    """Say a number of minutes: `10h`, `9h30m`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest:02}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"
