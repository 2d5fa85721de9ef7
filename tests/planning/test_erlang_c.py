"""Erlang's delay formula against sums of fractions and a worked example."""

from fractions import Fraction
from math import exp

import pytest

from telekit.planning.erlang_c import erlang_c, late_c, mean_wait_c
from tests.planning.slow_way import delayed, lost_in_many_digits


@pytest.mark.parametrize(("agents", "erlangs"), [(1, "1/2"), (2, "7/4"), (14, "10"), (20, "399/20"), (180, "170")])
def test_it_is_the_formula_of_the_books(agents: int, erlangs: str) -> None:
    load = Fraction(erlangs)
    assert erlang_c(agents, float(load)) == pytest.approx(float(delayed(agents, load)), rel=1e-12)


def test_it_agrees_with_a_worked_example() -> None:
    """Source: callcentrehelper.com, Erlang C Formula Made Simple With an Easy Worked Example: 100 calls of 180 s."""
    assert round(erlang_c(14, 10.0), 3) == 0.174
    assert round(1 - late_c(14, 10.0, 20 / 180), 3) == 0.888
    assert round(mean_wait_c(14, 10.0) * 180, 1) == 7.8


def test_one_agent_is_the_queue_of_every_textbook() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert mean_wait_c(1, 0.7) == pytest.approx(0.7 / 0.3)
    assert late_c(1, 0.7, 2.0) == pytest.approx(0.7 * exp(-0.6))


@pytest.mark.parametrize("erlangs", [99_999.5, 99_990.0, 99_000.0, 97_000.0])
def test_it_is_exact_for_a_hundred_thousand_agents(erlangs: float) -> None:
    lost = lost_in_many_digits(100_000, erlangs)
    assert erlang_c(100_000, erlangs) == pytest.approx(lost / (1 - erlangs / 100_000 * (1 - lost)), rel=1e-9)


def test_just_below_saturation_nearly_everybody_waits() -> None:
    assert 1 - 1e-6 < erlang_c(50, 50 * (1 - 1e-9)) < 1.0
