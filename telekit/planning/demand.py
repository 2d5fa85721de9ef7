"""What callers ask of a queue in one interval."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import isfinite

from telekit.errors import PlanningError

NOTHING = timedelta(0)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Demand:
    """Calls that come at random, each with a handle time and, unless callers never give up, with a patience.

    Raises `PlanningError` for what no interval can be.
    """

    calls: float
    """On average in one interval."""
    per: timedelta
    """The interval."""
    handle: timedelta
    """The mean handle time: talk, hold and wrap-up."""
    patience: timedelta | None = None
    """The mean time after which a caller who waits gives up; None: never."""

    def __post_init__(self) -> None:
        if not isfinite(self.calls) or self.calls < 0:
            raise PlanningError(f"There cannot be {self.calls:g} calls in an interval: give 0 or more.")
        for what, span in (("interval", self.per), ("handle time", self.handle), ("patience", self.patience)):
            if span is not None and span <= NOTHING:
                raise PlanningError(f"The {what} must be longer than nothing, not {span.total_seconds():g}s.")

    @property
    def erlangs(self) -> float:
        """Give the offered load: how many agents would be busy if nobody ever waited.

        Worked out in fractions and rounded once, so that 120 calls of 4 minutes in half an hour are 16 and no less.
        """
        load = Fraction(str(self.calls)) * (self.handle // MICROSECOND) / (self.per // MICROSECOND)
        try:
            return float(load)
        except OverflowError:
            raise PlanningError(f"A load of {self.calls:g} calls in an interval is beyond all reckoning.") from None
