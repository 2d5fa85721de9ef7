"""What calls that were led before say of those to come: how many come when, how long they last, what agents miss."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from statistics import fmean, stdev
from zoneinfo import ZoneInfo

from telekit.domain.names import QueueName
from telekit.domain.queue import MissCause
from telekit.history.past_call import Outcome, PastCall
from telekit.simulate.arrivals import Rate
from telekit.simulate.spread import Exponential, LogNormal, Spread

DAY = timedelta(days=1)
FEWEST = 10
"""Of fewer lengths the spread is not known well enough: they are taken for exponential."""
REJECTED = {MissCause.REJECTED, MissCause.BUSY}
MISSED = {MissCause.NO_ANSWER, MissCause.VOICEMAIL, *REJECTED}
"""What an agent may do with an offer but answer it; whom it could not reach is a matter of lines."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The usual week of what was observed."""

    calls: int
    """Of queues that the rules have."""
    first_day: date
    last_day: date
    rates: tuple[Rate, ...]
    """By weekday and time of day, with talk and patience as they were."""
    pickup: Spread | None
    """None where nobody answered."""
    missed: float
    rejected: float
    unknown: Mapping[str, int]
    """How many calls came to queues that the rules do not have; they are left out."""


@dataclass(slots=True)
class _Queue:
    """The calls of one queue."""

    came: Counter[tuple[int, int]] = field(default_factory=Counter)
    """By weekday and interval of the day."""
    talks: list[float] = field(default_factory=list)
    waited: float = 0.0
    given_up: int = 0

    @property
    def patience(self) -> Spread | None:
        """Give how long callers would wait, as if patience had no memory; None when nobody gave up.

        Source: the maximum likelihood of an exponential law of which some lengths are cut short.
        """
        return Exponential(self.waited / self.given_up) if self.given_up and self.waited else None


def observe(
    calls: Iterable[PastCall], queues: Mapping[str, QueueName], zone: ZoneInfo, per: timedelta
) -> Observed | None:
    """Learn from calls; None when there is none of these queues. `queues` gives the rules' names by those in the log.

    A call counts where it came first: whether it is sent on is the rules' to say.
    """
    found: defaultdict[QueueName, _Queue] = defaultdict(_Queue)
    unknown: Counter[str] = Counter()
    seen: set[str] = set()
    days: set[date] = set()
    rang: list[float] = []
    missed: Counter[MissCause] = Counter()
    for call in calls:
        queue = queues.get(call.queue)
        if queue is None:
            unknown[call.queue] += 1
            continue
        local = call.entered_at.astimezone(zone)
        kept = found[queue]
        if call.call not in seen:
            seen.add(call.call)
            days.add(local.date())
            kept.came[local.weekday(), (local.hour * 60 + local.minute) * 60 // int(per.total_seconds())] += 1
        kept.waited += call.waited.total_seconds()
        kept.given_up += call.outcome is Outcome.ABANDONED
        if call.talked is not None:
            kept.talks.append(call.talked.total_seconds())
        for offer in call.offers:
            if offer.taken:
                rang.append(offer.rang.total_seconds())
            elif offer.cause in MISSED:
                missed[offer.cause] += 1
    if not days:
        return None
    offers = len(rang) + missed.total()
    rejected = sum(missed[cause] for cause in REJECTED)
    return Observed(
        calls=len(seen),
        first_day=min(days),
        last_day=max(days),
        rates=tuple(_rates(found, min(days), max(days), per)),
        pickup=spread_of(rang),
        missed=(missed.total() - rejected) / offers if offers else 0.0,
        rejected=rejected / offers if offers else 0.0,
        unknown=unknown,
    )


def spread_of(lengths: Sequence[float]) -> Spread | None:
    """Give how lengths are spread, in seconds; None of none that takes time."""
    if not lengths or not any(lengths):
        return None
    mean = fmean(lengths)
    return LogNormal(mean, stdev(lengths)) if len(lengths) >= FEWEST and stdev(lengths) else Exponential(mean)


def _rates(found: Mapping[QueueName, _Queue], first: date, last: date, per: timedelta) -> Iterable[Rate]:
    """Give how many calls came in an interval of one weekday, on average of all such days, those without calls too."""
    number = (last - first) // DAY + 1
    weekdays = Counter((first + day * DAY).weekday() for day in range(number))
    for queue, kept in found.items():
        talk, patience = spread_of(kept.talks), kept.patience
        for (weekday, interval), calls in sorted(kept.came.items()):
            hours, minutes = divmod(interval * int(per.total_seconds()) // 60, 60)
            mean = calls / weekdays[weekday]
            yield Rate(queue, time(hours, minutes), mean, frozenset({weekday}), talk=talk, patience=patience)
