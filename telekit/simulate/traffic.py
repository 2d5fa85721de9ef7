"""The calls of one queue, drawn so that they are the same whatever rules lead them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from telekit.domain.names import QueueName
from telekit.simulate.spread import Spread, drawing


@dataclass(frozen=True, slots=True)
class Burst:
    """A stretch of time in which calls come at random at one rate."""

    start_at: datetime
    end_at: datetime
    calls: float
    """On average in the whole of it."""
    talk: Spread | None = None
    """In the place of the traffic's."""
    patience: Spread | None = None
    """In the place of the traffic's."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What callers do."""

    queue: QueueName
    bursts: tuple[Burst, ...]
    """One after the other."""
    talk: Spread
    """Without the wrap-up, which is the rules' to say."""
    patience: Spread | None = None
    """After how long in the line a caller gives up; None: never."""

    @property
    def expected(self) -> float:
        """Give how many calls come on average."""
        return sum(burst.calls for burst in self.bursts)


@dataclass(frozen=True, slots=True)
class Caller:
    """One call as it would go."""

    queue: QueueName
    at: datetime
    talks: timedelta
    patience: timedelta | None


def callers(traffic: Traffic, seed: object) -> Iterator[Caller]:
    """Draw the calls in the order in which they come; one seed always gives the same ones.

    Arrivals, talks and patience are drawn from streams of their own, so that another patience leaves arrivals alone.
    """
    arrivals, talks, waits = (Random(f"{seed}/{traffic.queue}/{what}") for what in ("come", "talk", "wait"))  # noqa: S311
    come, queue = arrivals.expovariate, traffic.queue
    for burst in traffic.bursts:
        if not burst.calls:
            continue
        length = (burst.end_at - burst.start_at).total_seconds()
        rate, start_at = burst.calls / length, burst.start_at
        talk, patience = drawing(burst.talk or traffic.talk, talks), burst.patience or traffic.patience
        wait = drawing(patience, waits) if patience is not None else None
        after = come(rate)
        while after < length:
            gives_up = timedelta(seconds=wait()) if wait is not None else None
            yield Caller(queue, start_at + timedelta(seconds=after), timedelta(seconds=talk()), gives_up)
            after += come(rate)
