"""What is to be expected of an interval with so many agents."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Prediction:
    """The steady state; every share is of all calls, from 0 to 1."""

    agents: int
    service_level: float
    """The share answered within the wait that was asked for; who gives up was not answered."""
    speed_of_answer: timedelta | None
    """The mean wait of those who are answered; None when nobody is."""
    waiting: float
    """The share that is not answered at once."""
    occupancy: float
    """The share of their time that agents are busy: handle time / (handle + available)."""
    abandoning: float
    """The share that gives up."""
    mean_wait: timedelta
    """Of all callers, those who give up too."""
