"""One timetable: weekly hours and dated days in one zone, turned into blocks of absolute time."""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import lcm
from zoneinfo import ZoneInfo

from telekit.domain.hours import Hours, Span
from telekit.domain.origin import Origin
from telekit.roster.block import FOREVER, Block
from telekit.roster.wall import first_at, last_at

DAY = timedelta(days=1)

REACH = 2
"""How many days after its first day a block may still run: its end is on the next, and clocks may repeat a day."""

LAST_DAY = FOREVER.date()
"""No search goes further."""

LONGEST_CYCLE = 520
"""Lines of hours that together repeat in more weeks than this are searched no further ahead than twice as many."""

HOLIDAY_HORIZON = 400
"""How many days ahead days are asked for holidays, when nobody can say which holiday is the last."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A span that counts on some day, with its label and where it was written."""

    label: str
    span: Span
    origin: Origin


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time without a change between on and off, as far as known."""

    known_from: datetime
    known_until: datetime
    change_at: datetime | None
    """When on turns off, or off on; None when never."""
    blocks: tuple[Block, ...]
    """The blocks that make it on, in order; none when off."""


class Timetable:
    """Answer when one agent works or one queue is open. It remembers the last stretch it was asked for."""

    __slots__ = ("_closed", "_cycle", "_dated", "_dates", "_settled", "_stretch", "_week", "zone")

    def __init__(
        self,
        zone: ZoneInfo,
        weekly: Iterable[tuple[str, Hours]],
        dated: Mapping[date, tuple[Slot, ...]],
        closed: Container[date] = frozenset(),
    ) -> None:
        """Take weekly hours with their labels, what replaces them on which day, and other days without any."""
        lines = [(hours, Slot(label, hours.span, hours.origin)) for label, hours in weekly]
        self.zone = zone
        self._dated = dated
        self._dates = sorted(day for day in dated if day < LAST_DAY)
        self._closed = closed
        self._week = tuple(tuple(line for line in lines if weekday in line[0].days) for weekday in range(7))
        self._cycle = 7 * min(LONGEST_CYCLE, lcm(*(hours.every for hours, _ in lines))) if any(self._week) else 0
        special = [*self._dates, *(hours.since for hours, _ in lines if hours.since)]
        if isinstance(closed, frozenset | set):
            special += closed
        elif self._cycle:
            self._cycle += HOLIDAY_HORIZON
        self._settled = max(special, default=date.min)
        self._stretch: Stretch | None = None

    def block_at(self, at: datetime) -> Block | None:
        """Give the block that runs; of several, the one that began first."""
        for block in self.stretch(at).blocks:
            if block.start_at <= at < block.end_at:
                return block
        return None

    def on_until(self, at: datetime) -> datetime | None:
        """Give the end of the unbroken run of blocks, `FOREVER` if it has none; None when no block runs."""
        stretch = self.stretch(at)
        return (stretch.change_at or FOREVER) if stretch.blocks else None

    def next_change(self, after: datetime) -> datetime | None:
        return self.stretch(after).change_at

    def next_start(self, after: datetime) -> datetime | None:
        stretch = self.stretch(after)
        if not stretch.blocks or stretch.change_at is None:
            return stretch.change_at
        return self._find(stretch.change_at).change_at

    def blocks(self, start_at: datetime, end_at: datetime) -> Iterator[Block]:
        """Give the blocks that run at some time in [start, end), whole, in the order of their starts."""
        first = start_at.astimezone(self.zone).date() - REACH * DAY
        last = end_at.astimezone(self.zone).date() + DAY
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            for block in self._blocks_of(date.fromordinal(ordinal)):
                if block.start_at < end_at and start_at < block.end_at:
                    yield block

    def stretch(self, at: datetime) -> Stretch:
        known = self._stretch
        if known is None or not known.known_from <= at < known.known_until:
            known = self._stretch = self._find(at)
        return known

    def _find(self, at: datetime) -> Stretch:
        first = at.astimezone(self.zone).date() - REACH * DAY
        until = at
        run: list[Block] = []
        for day in self._days(first):
            for block in self._blocks_of(day):
                if block.end_at <= at:
                    continue
                if block.start_at > until:
                    change_at = until if run else block.start_at
                    return Stretch(at, change_at, change_at, tuple(run))
                run.append(block)
                until = max(until, block.end_at)
        if not run:
            return Stretch(at, FOREVER, None, ())
        endless = self._cycle and until.astimezone(self.zone).date().toordinal() >= self._horizon(first)
        return Stretch(at, until, None if endless else until, tuple(run))

    def _horizon(self, first: date) -> int:
        """Give the ordinal of the day by which all has come twice that ever comes: once might fall in a jump."""
        return min(max(first, self._settled).toordinal() + 2 * self._cycle + REACH, LAST_DAY.toordinal())

    def _days(self, first: date) -> Iterator[date]:
        """Give in order the days from `first` on that may have blocks."""
        if not self._cycle:
            yield from self._dates[bisect_left(self._dates, first) :]
            return
        for ordinal in range(first.toordinal(), self._horizon(first) + 1):
            yield date.fromordinal(ordinal)

    def _blocks_of(self, day: date) -> list[Block]:
        """Give the blocks whose first day this is, in the order of their starts."""
        slots = self._dated.get(day)
        if slots is None:
            if day in self._closed:
                return []
            slots = tuple(slot for hours, slot in self._week[day.weekday()] if hours.begin_on(day))
        blocks = []
        for slot in slots:
            span = slot.span
            start_at = first_at(self.zone, day, span.start)
            end_at = last_at(self.zone, day + DAY if span.crosses_midnight else day, span.end)
            if start_at < end_at:
                blocks.append(Block(start_at, end_at, slot.label, slot.origin))
        blocks.sort(key=lambda block: block.start_at)
        return blocks
