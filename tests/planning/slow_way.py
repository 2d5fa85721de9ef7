"""The same figures the slow way: states added up one by one, or integrals taken by small steps."""

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from math import exp, expm1

DIGITS = 60


def lost(lines: int, erlangs: Fraction) -> Fraction:
    """Give Erlang's loss formula as it stands in the books: a^n / n! over the sum of a^k / k!."""
    term = total = Fraction(1)
    for k in range(1, lines + 1):
        term = term * erlangs / k
        total += term
    return term / total


def delayed(agents: int, erlangs: Fraction) -> Fraction:
    """Give Erlang's delay formula likewise."""
    term = total = Fraction(1)
    for k in range(1, agents):
        term = term * erlangs / k
        total += term
    tail = term * erlangs / agents * agents / (agents - erlangs)
    return tail / (total + tail)


def lost_in_many_digits(lines: int, erlangs: float) -> float:
    """Give the loss formula from the first line on, with so many digits that none is missing."""
    with localcontext() as context:
        context.prec = DIGITS
        load, inverse = Decimal(erlangs), Decimal(1)
        for line in range(1, lines + 1):
            inverse = 1 + inverse * line / load
        return float(1 / inverse)


def states(agents: int, erlangs: float, patience: float) -> list[float]:
    """Give the probability of each number of calls, with patience, by the balance between neighbours."""
    with localcontext() as context:
        context.prec = DIGITS
        load, leaving = Decimal(erlangs), 1 / Decimal(patience)
        weights, weight, most, calls = [Decimal(1)], Decimal(1), Decimal(1), 0
        while weight > most * Decimal(10) ** -30 or calls < agents:
            calls += 1
            weight *= load / (min(calls, agents) + max(0, calls - agents) * leaving)
            weights.append(weight)
            most = max(most, weight)
        total = sum(weights)
        return [float(each / total) for each in weights]


class OfferedWait:
    """How long a caller with endless patience would wait, from the density of that wait.

    Source: F. Baccelli, G. Hebuterne, On Queues with Impatient Customers, 1981; S. Zeltyn, A. Mandelbaum, Call Centers
    with Impatient Customers, 2005.
    """

    def __init__(self, agents: int, erlangs: float, patience: float) -> None:
        def density(wait: float) -> float:
            return exp(-erlangs * patience * expm1(-wait / patience) - agents * wait)

        self._density, self._patience = density, patience
        self._end = 1.0
        while density(self._end) > 1e-25 * max(density(0), density(self._end / 2), density(self._end / 4)):
            self._end *= 1.25
        self._all = integral(density, 0.0, self._end)

    def answered(self, within: float | None = None) -> float:
        """Give the share of those who find all busy and are answered, within that time."""
        end = self._end if within is None else min(within, self._end)
        return integral(lambda wait: self._density(wait) * exp(-wait / self._patience), 0.0, end) / self._all

    def waits(self) -> float:
        """Give the mean wait of those who find all busy and are answered, times their share."""
        answered = integral(lambda wait: wait * self._density(wait) * exp(-wait / self._patience), 0.0, self._end)
        return answered / self._all


def integral(of: Callable[[float], float], start: float, end: float, steps: int = 20_000) -> float:
    """Give an integral by Simpson's rule."""
    width = (end - start) / steps
    inner = sum((4 if step % 2 else 2) * of(start + step * width) for step in range(1, steps))
    return (of(start) + inner + of(end)) * width / 3
