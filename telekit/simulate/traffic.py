"""The calls of one queue, drawn so that they are the same whatever rules lead them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from telekit.domain.names import QueueName
from telekit.simulate.spread import Spread, draw


@dataclass(frozen=True, slots=True)
class Burst:
    """A stretch of time in which calls come at random at one rate."""

    start_at: datetime
    end_at: datetime
    calls: float
    """On average in the whole of it."""


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
    arrivals, talks, patience = (Random(f"{seed}/{traffic.queue}/{what}") for what in ("come", "talk", "wait"))  # noqa: S311
    for burst in traffic.bursts:
        length = (burst.end_at - burst.start_at).total_seconds()
        after = arrivals.expovariate(burst.calls / length) if burst.calls else length
        while after < length:
            waits = timedelta(seconds=draw(traffic.patience, patience)) if traffic.patience is not None else None
            at = burst.start_at + timedelta(seconds=after)
            yield Caller(traffic.queue, at, timedelta(seconds=draw(traffic.talk, talks)), waits)
            after += arrivals.expovariate(burst.calls / length)
