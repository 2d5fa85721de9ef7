"""What several runs say together: a mean, and how far chance may have moved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, inf, pi, sin, sqrt
from statistics import fmean, stdev

SURE = 0.95


@dataclass(frozen=True, slots=True)
class Likely:
    """A mean with its confidence interval, of 95 % unless another is asked for."""

    mean: float
    margin: float
    """The interval goes so far to either side; endless for a single run."""

    @property
    def is_beyond_chance(self) -> bool:
        """Say of a difference whether the interval leaves out zero."""
        return abs(self.mean) > self.margin


def likely(values: Sequence[float], sure: float = SURE) -> Likely:
    """Give what values of independent runs say; there is at least one."""
    if len(values) < 2:
        return Likely(values[0], inf)
    return Likely(fmean(values), student(len(values) - 1, sure) * stdev(values) / sqrt(len(values)))


def difference(before: Sequence[float], after: Sequence[float], sure: float = SURE) -> Likely:
    """Give how two rule sets differ that led the same calls, run by run: what the calls' own luck did falls out."""
    return likely([late - early for early, late in zip(before, after, strict=True)], sure)


@cache
def student(freedom: int, sure: float = SURE) -> float:
    """Give Student's t for so many degrees of freedom, two-sided."""
    low, high = 0.0, 1.0
    while _within(high, freedom) < sure:
        high *= 2.0
    while high - low > high * 1e-10:
        middle = (low + high) / 2.0
        low, high = (middle, high) if _within(middle, freedom) < sure else (low, middle)
    return high


def _within(t: float, freedom: int) -> float:
    """Give how likely a value lies between -t and t.

    Source: Abramowitz and Stegun 26.7.3 and 26.7.4, exact for whole degrees of freedom.
    """
    angle = atan(t / sqrt(freedom))
    square = cos(angle) ** 2
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * square
        total += term
    return 2.0 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
