"""A stretch of time cut into intervals, by which calls and work are counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from telekit.roster.wall import first_at

HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
AN_AGE = timedelta(days=365_000)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One interval of the day, or of each week where the stretch is longer than a day."""

    weekday: int
    """As `date.weekday()` counts them: Monday is 0."""
    minute: int
    """Of the day, told in the rules' zone."""

    def __str__(self) -> str:
        hours, minutes = divmod(self.minute, 60)
        return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[self.weekday]} {hours:02}:{minutes:02}"


class Slots:
    """Tells for an instant of the stretch which slot it is in.

    Intervals of one weekday and one time of day are one slot, so that a year is told as its usual week. A time of day
    that clocks show twice is one slot too.
    """

    def __init__(self, start_at: datetime, end_at: datetime, zone: ZoneInfo, per: timedelta = HALF_AN_HOUR) -> None:
        midnight_at = first_at(zone, start_at.astimezone(zone).date(), time(0))
        self._start_at = midnight_at + (start_at - midnight_at) // per * per
        self._per = per
        starts = [self._start_at + number * per for number in range(-(-(end_at - self._start_at) // per))]
        told = [_slot(at.astimezone(zone), per) for at in starts]
        self.all: Sequence[Slot] = tuple(sorted(set(told)))
        """Those that there are, in the order of the week."""
        places = {slot: place for place, slot in enumerate(self.all)}
        self._places = [places[slot] for slot in told]

    def __len__(self) -> int:
        return len(self.all)

    def at(self, moment: datetime) -> int:
        """Give the place in `all` of the slot that an instant is in; after the end, the last."""
        number = (moment - self._start_at) // self._per
        return self._places[min(number, len(self._places) - 1)]

    def parts(self, from_at: datetime, to_at: datetime) -> Iterator[tuple[int, float]]:
        """Cut a span at the edges of intervals: the place of each part's slot, with its seconds.

        What lies before the stretch or after it is left out.
        """
        first, last = (from_at - self._start_at) // self._per, (to_at - self._start_at) // self._per
        for number in range(max(first, 0), min(last + 1, len(self._places))):
            start_at = self._start_at + number * self._per
            seconds = (min(to_at, start_at + self._per) - max(from_at, start_at)).total_seconds()
            if seconds > 0.0:
                yield self._places[number], seconds


def _slot(local: datetime, per: timedelta) -> Slot:
    minutes = local.hour * 60 + local.minute
    return Slot(local.weekday(), minutes - minutes % max(1, per // timedelta(minutes=1)))


def one_slot(start_at: datetime) -> Slots:
    """Make the slots of a stretch that is not cut."""
    return Slots(start_at, start_at + DAY, ZoneInfo("UTC"), AN_AGE)
