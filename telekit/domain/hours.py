"""Blocks of weekly time as an administrator writes them: `mon-thu 22:00-06:00`, in nobody's zone yet."""

from dataclasses import dataclass
from datetime import date, time

from telekit.domain.names import ShiftName
from telekit.domain.origin import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class Span:
    """A time of day to a time of day; an end before or equal to the start is on the next day.

    `24:00` is kept as `00:00`, which is the same instant.
    """

    start: time
    end: time

    @property
    def crosses_midnight(self) -> bool:
        """Say whether the end belongs to the day after the first day."""
        return self.end <= self.start

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Hours:
    """A span on some weekdays, every week or every n weeks; it belongs to the day on which it starts."""

    days: frozenset[int]
    """Weekdays as `date.weekday()` counts them: Monday is 0."""
    span: Span
    every: int = 1
    """In every how many weeks; weeks start on Monday."""
    since: date | None = None
    """The first day on which it counts; its week is the first of the `every`. Given whenever `every` is over 1."""
    origin: Origin = NOWHERE

    def begin_on(self, day: date) -> bool:
        """Say whether a span begins on this day."""
        if day.weekday() not in self.days or (self.since is not None and day < self.since):
            return False
        return self.every == 1 or (_week(day) - _week(self.since or date.min)) % self.every == 0


@dataclass(frozen=True, slots=True)
class Shift:
    """A named set of hours that agents work, told in each agent's own zone."""

    name: ShiftName
    hours: tuple[Hours, ...]
    origin: Origin = NOWHERE


def _week(day: date) -> int:
    """Count weeks, each from Monday on; the calendar's first day is a Monday with the ordinal 1."""
    return (day.toordinal() - 1) // 7
