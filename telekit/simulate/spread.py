"""How long things last: a mean, and how far single lengths lie from it."""

from dataclasses import dataclass
from math import log, sqrt
from random import Random
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory, as the Erlang formulas have it."""

    mean: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Never below zero, with a long tail, as conversations are."""

    mean: float
    """Seconds."""
    deviation: float
    """The standard deviation, in seconds."""


Spread = Constant | Exponential | LogNormal


def draw(spread: Spread, chance: Random) -> float:
    """Draw one length, in seconds."""
    match spread:
        case Constant(seconds):
            return seconds
        case Exponential(mean):
            return chance.expovariate(1.0 / mean)
        case LogNormal(mean, deviation):
            variance = log(1.0 + (deviation / mean) ** 2)
            return chance.lognormvariate(log(mean) - variance / 2.0, sqrt(variance))
        case _:
            assert_never(spread)
