"""The report's arithmetic: what several rounds say together."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure measured several times."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(median(values), min(values), max(values))

    @classmethod
    def of_ratios(cls, values: Sequence[float], others: Sequence[float]) -> Self:
        """Compare round by round: what else the machine did in a round fell on both."""
        return cls.of([value / other for value, other in zip(values, others, strict=True)])


def share(values: Sequence[float], part: float) -> float:
    """Return the value that this part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be at least, or at most."""

    what: str
    wanted: float
    found: Spread
    unit: str = ""
    at_most: bool = False

    @property
    def met(self) -> bool:
        return self.found.middle <= self.wanted if self.at_most else self.found.middle >= self.wanted
