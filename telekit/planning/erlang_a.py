"""Erlang A: callers who wait give up after a random patience. In pure numbers; times are told in mean handle times."""

from dataclasses import dataclass
from math import exp, expm1, floor

from telekit.planning.erlang_b import erlang_b
from telekit.planning.gamma import inverse_sum, lower, series

SMALLEST = 2.0**-60
"""States that all together weigh less than this part are left out."""


@dataclass(frozen=True, slots=True)
class Waiters:
    """What becomes of those who find all agents busy."""

    served: float
    """The share of them who are answered in the end."""
    gone: float
    """The share of them who give up; worked out by itself, since it may be next to nothing."""
    wait: float
    """The mean wait of those who are answered, times their share; in mean patiences."""
    first: float
    """The share of them who find nobody waiting."""


@dataclass(frozen=True, slots=True)
class ErlangA:
    """The steady state of exponential arrivals, handle times and patience; there always is one.

    Source: C. Palm, Research on Telephone Traffic Carried by Full Availability Groups, 1957; O. Garnett, A. Mandelbaum,
    M. Reiman, Designing a Call Center with Impatient Customers, 2002.
    """

    agents: int
    erlangs: float
    patience: float
    """Its mean."""
    at_once: float
    """The share of callers who find an agent free."""
    waiting: float
    """The share of callers who find all agents busy."""
    waiters: Waiters

    @classmethod
    def of(cls, agents: int, erlangs: float, patience: float) -> "ErlangA":
        """Work it out; the load is above zero."""
        waiters = _waiters(agents * patience, erlangs * patience)
        blocked = erlang_b(agents, erlangs)
        free = waiters.first * (1.0 - blocked)
        return cls(agents, erlangs, patience, free / (free + blocked), blocked / (free + blocked), waiters)

    @property
    def abandoning(self) -> float:
        """Give the share of callers who give up."""
        return self.waiting * self.waiters.gone

    @property
    def answered(self) -> float:
        """Give the share of callers who are answered; next to nothing where next to all give up."""
        return self.at_once + self.waiting * self.waiters.served

    @property
    def occupancy(self) -> float:
        """Give the share of their time that agents are busy."""
        return self.erlangs * self.answered / self.agents if self.agents else 0.0

    @property
    def mean_wait(self) -> float:
        """Give the mean wait of all callers, those who give up too."""
        return self.abandoning * self.patience

    @property
    def speed_of_answer(self) -> float:
        """Give the mean wait of the callers who are answered; there must be an agent."""
        return self.waiting * self.waiters.wait * self.patience / self.answered

    def answered_within(self, within: float) -> float:
        """Give the share of all callers who are answered after at most that wait.

        Of those who wait and are answered the share that waits longer is the ratio of two incomplete gamma functions.
        """
        x, y = self.agents * self.patience, self.erlangs * self.patience
        left = exp(-within / self.patience)
        if y <= x + 1.0:
            spent = -expm1(-within / self.patience) * self.patience
            shrunk = exp(self.erlangs * spent - within * (self.agents + 1.0 / self.patience))
            longer = shrunk * series(x + 1.0, y * left) / series(x + 1.0, y)
        else:
            longer = lower(x + 1.0, y * left) / lower(x + 1.0, y)
        return self.at_once + self.waiting * self.waiters.served * (1.0 - longer)


def _waiters(x: float, y: float) -> Waiters:
    """Sum over how many wait, from the likeliest number up and down.

    x is how many all agents serve in a mean patience, y how many come.
    Whoever finds j waiting is answered with the probability x / (x+j+1), after 1/(x+1) + ... + 1/(x+j+1) on average.
    """
    likeliest = max(0, floor(y - x))
    waited_at_likeliest = inverse_sum(x, likeliest + 1)
    total = served = gone = wait = 0.0
    weight, waited, waiting = 1.0, waited_at_likeliest, likeliest
    while True:
        total += weight
        answered = x / (x + waiting + 1.0)
        served += weight * answered
        gone += weight * ((waiting + 1.0) / (x + waiting + 1.0))
        wait += weight * answered * waited
        waiting += 1
        ratio = y / (x + waiting)
        weight *= ratio
        waited += 1.0 / (x + waiting + 1.0)
        if weight * ratio <= total * SMALLEST * (1.0 - ratio):
            break
    weight, waited, waiting = 1.0, waited_at_likeliest, likeliest
    while waiting > 0 and weight > total * SMALLEST * SMALLEST:
        weight *= (x + waiting) / y
        waited -= 1.0 / (x + waiting + 1.0)
        waiting -= 1
        total += weight
        answered = x / (x + waiting + 1.0)
        served += weight * answered
        gone += weight * ((waiting + 1.0) / (x + waiting + 1.0))
        wait += weight * answered * waited
    first = weight if waiting == 0 else 0.0
    return Waiters(served / total, gone / total, wait / total, first / total)
