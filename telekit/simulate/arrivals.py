"""How many calls come when: told by the interval of the day, of the week, or of one date."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.names import QueueName
from telekit.roster.roster import Roster
from telekit.roster.wall import first_at
from telekit.simulate.spread import Spread
from telekit.simulate.traffic import Burst, Traffic

DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Rate:
    """What one interval brings; its start is told in the rules' zone."""

    queue: QueueName
    start: time
    calls: float
    """On average in the whole interval."""
    days: frozenset[int] = EVERY_DAY
    """Weekdays as `date.weekday()` counts them: Monday is 0."""
    on: date | None = None
    """The only day on which it counts."""
    talk: Spread | None = None
    patience: Spread | None = None

    def holds_on(self, day: date) -> bool:
        return self.on == day if self.on is not None else day.weekday() in self.days

    @property
    def weight(self) -> int:
        """Of several rates for one interval that with the most weight holds: of a date, of weekdays, of every day."""
        return 2 if self.on is not None else 1 if len(self.days) < len(EVERY_DAY) else 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time that is simulated."""

    start_at: datetime
    end_at: datetime
    zone: ZoneInfo
    """The rules'."""

    def days(self) -> Iterator[date]:
        """Give every day that it touches."""
        day, last = (at.astimezone(self.zone).date() for at in (self.start_at, self.end_at))
        while day <= last:
            yield day
            day += DAY

    def burst(self, start_at: datetime, end_at: datetime, rate: Rate) -> Burst | None:
        """Give what of an interval lies within, with its part of the calls."""
        first_at_, last_at = max(start_at, self.start_at), min(end_at, self.end_at)
        if first_at_ >= last_at or not rate.calls:
            return None
        part = (last_at - first_at_) / (end_at - start_at)
        return Burst(first_at_, last_at, rate.calls * part, rate.talk, rate.patience)


@dataclass(frozen=True, slots=True)
class Callers:
    """What callers do of whose interval nothing else is said."""

    talk: Spread
    patience: Spread | None = None


def by_interval(rates: Iterable[Rate], stretch: Stretch, per: timedelta, usual: Callers) -> Sequence[Traffic]:
    """Give the traffic of each queue for which rates are told."""
    by_queue: dict[QueueName, list[Rate]] = {}
    for rate in rates:
        by_queue.setdefault(rate.queue, []).append(rate)
    return [
        Traffic(queue, tuple(_bursts(told, stretch, per)), usual.talk, usual.patience)
        for queue, told in by_queue.items()
    ]


def while_open(
    calls: Mapping[QueueName, float], roster: Roster, stretch: Stretch, per: timedelta, usual: Callers
) -> Sequence[Traffic]:
    """Give the traffic of queues to which so many calls come in every interval in which they are open."""
    traffic = []
    for queue, number in calls.items():
        bursts, at = [], stretch.start_at
        while at < stretch.end_at:
            closes_at = roster.open_until(queue, at)
            if closes_at is None:
                at = roster.next_opening(queue, at) or stretch.end_at
                continue
            until_at = min(closes_at, stretch.end_at)
            bursts.append(Burst(at, until_at, number * ((until_at - at) / per)))
            at = until_at
        traffic.append(Traffic(queue, tuple(bursts), usual.talk, usual.patience))
    return traffic


def _bursts(rates: Sequence[Rate], stretch: Stretch, per: timedelta) -> Iterator[Burst]:
    for day in stretch.days():
        of_day: dict[time, Rate] = {}
        for rate in rates:
            if rate.holds_on(day) and (rate.start not in of_day or of_day[rate.start].weight <= rate.weight):
                of_day[rate.start] = rate
        for start in sorted(of_day):
            start_at = first_at(stretch.zone, day, start)
            burst = stretch.burst(start_at, start_at + per, of_day[start])
            if burst is not None:
                yield burst
