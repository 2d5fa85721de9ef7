"""What several runs say together: a mean, and how far chance may have moved it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist, fmean, stdev

SURE = 0.95
STUDENT = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281)
"""Student's t for `SURE`, two-sided, of 1 to 10 degrees of freedom. Source: any table of it."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A mean with its confidence interval of 95 %."""

    mean: float
    margin: float
    """The interval goes so far to either side; endless for a single run."""

    @property
    def is_beyond_chance(self) -> bool:
        """Say of a difference whether the interval leaves out zero."""
        return abs(self.mean) > self.margin


def likely(values: Sequence[float]) -> Likely:
    """Give what values of independent runs say; there is at least one."""
    if len(values) < 2:
        return Likely(values[0], inf)
    return Likely(fmean(values), student(len(values) - 1) * stdev(values) / sqrt(len(values)))


def difference(before: Sequence[float], after: Sequence[float]) -> Likely:
    """Give how two rule sets differ that led the same calls, run by run: what the calls' own luck did falls out."""
    return likely([late - early for early, late in zip(before, after, strict=True)])


def student(freedom: int) -> float:
    """Give Student's t; above the table by the expansion round the normal distribution.

    Source: Abramowitz and Stegun 26.7.5.
    """
    if freedom <= len(STUDENT):
        return STUDENT[freedom - 1]
    z = NormalDist().inv_cdf((1.0 + SURE) / 2.0)
    first = (z**3 + z) / 4.0
    second = (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0
    third = (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0
    return z + first / freedom + second / freedom**2 + third / freedom**3
