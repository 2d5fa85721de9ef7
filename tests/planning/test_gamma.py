"""The incomplete gamma function where it is known exactly."""

from decimal import Decimal, localcontext
from math import erf, exp, sqrt

import pytest

from telekit.planning.gamma import inverse_sum, lower, point, series


def many_digits(s: int, z: float) -> float:
    """Give P(s, z) for a whole s: the Poisson probabilities from s on."""
    with localcontext() as context:
        context.prec = 40
        term, total, k = (-Decimal(z)).exp(), Decimal(0), 0
        while k < s or k < z or term > total * Decimal(10) ** -25:
            total += term if k >= s else 0
            k += 1
            term = term * Decimal(z) / k
        return float(total)


@pytest.mark.parametrize("s", [1, 2, 5, 15, 16, 17, 40, 1000, 100_000])
@pytest.mark.parametrize("part", [0.5, 0.9, 0.99, 1.0, 1.01, 1.2, 3.0])
def test_it_is_one_less_the_poisson_probabilities(s: int, part: float) -> None:
    expected = many_digits(s, s * part)
    assert lower(s, s * part) == pytest.approx(expected, rel=1e-9 if expected < 0.01 else 1e-12, abs=1e-280)


@pytest.mark.parametrize("z", [0.01, 0.3, 1.0, 4.0, 20.0])
def test_at_a_half_it_is_the_error_function(z: float) -> None:
    assert lower(0.5, z) == pytest.approx(erf(sqrt(z)), rel=1e-13)


def test_of_nothing_it_is_nothing() -> None:
    assert lower(3.0, 0.0) == 0.0


def test_the_series_ends_the_exponential() -> None:
    assert series(0.0, 1.0) == pytest.approx(exp(1.0))


@pytest.mark.parametrize("s", [15, 16, 30])
def test_a_point_is_a_poisson_probability(s: int) -> None:
    probability = exp(-20.0)
    for k in range(1, s + 1):
        probability *= 20.0 / k
    assert point(s, 20.0) == pytest.approx(probability, rel=1e-13)


@pytest.mark.parametrize(
    ("x", "count"), [(0.0, 1), (0.0, 5000), (3.7, 100), (900.0, 1), (900.0, 70_000), (1e6, 40_000)]
)
def test_a_sum_of_inverses_is_that(x: float, count: int) -> None:
    assert inverse_sum(x, count) == pytest.approx(sum(1 / (x + k) for k in range(1, count + 1)), rel=1e-12)
