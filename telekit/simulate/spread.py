"""How long things last: a mean, and how far single lengths lie from it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist
from typing import assert_never

STANDARD = NormalDist()
LEAST_LUCK = 2.0**-53
"""Of the lucks from 0 to 1 the least above nothing."""


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


def drawing(spread: Spread, chance: Random) -> Callable[[], float]:
    """Give what draws one length after the other, in seconds."""
    match spread:
        case Constant(seconds):
            return lambda: seconds
        case Exponential(mean):
            rate, draw = 1.0 / mean, chance.expovariate
            return lambda: draw(rate)
        case LogNormal(mean, deviation):
            middle, width = _logarithms(mean, deviation)
            return lambda: chance.lognormvariate(middle, width)
        case _:
            assert_never(spread)


def at_luck(spread: Spread, luck: float) -> float:
    """Give the length in seconds below which this share of all lengths lies."""
    match spread:
        case Constant(seconds):
            return seconds
        case Exponential(mean):
            return -mean * log(1.0 - luck)
        case LogNormal(mean, deviation):
            middle, width = _logarithms(mean, deviation)
            return exp(middle + width * STANDARD.inv_cdf(max(luck, LEAST_LUCK)))
        case _:
            assert_never(spread)


def mean_of(spread: Spread) -> float:
    """Give the mean length in seconds."""
    return spread.seconds if isinstance(spread, Constant) else spread.mean


def _logarithms(mean: float, deviation: float) -> tuple[float, float]:
    """Give mean and standard deviation of the logarithm of a log-normal length."""
    variance = log(1.0 + (deviation / mean) ** 2)
    return log(mean) - variance / 2.0, sqrt(variance)
