"""Erlang's loss formula against sums of fractions, against books, and against itself."""

from fractions import Fraction

import pytest

from telekit.planning.erlang_b import erlang_b
from tests.planning.slow_way import lost, lost_in_many_digits


@pytest.mark.parametrize("lines", [0, 1, 2, 5, 17, 60, 200])
@pytest.mark.parametrize("erlangs", ["1/1000", "1/3", "1", "7/2", "16", "55", "180", "1000"])
def test_it_is_the_formula_of_the_books(lines: int, erlangs: str) -> None:
    load = Fraction(erlangs)
    assert erlang_b(lines, float(load)) == pytest.approx(float(lost(lines, load)), rel=1e-13)


@pytest.mark.parametrize(
    ("lines", "erlangs"),
    [(1, 0.0101), (5, 1.36), (10, 4.46), (20, 12.0), (30, 20.3), (50, 37.9), (100, 84.1)],
)
def test_one_call_in_a_hundred_is_lost_at_the_loads_of_the_printed_tables(lines: int, erlangs: float) -> None:
    """Source: ITU-D Teletraffic Engineering Handbook, table of Erlang's B-formula, column 1 %."""
    below, above = erlangs - 0.5 * 10 ** -_places(erlangs), erlangs + 0.5 * 10 ** -_places(erlangs)
    assert erlang_b(lines, below) <= 0.01 <= erlang_b(lines, above)


@pytest.mark.parametrize(
    ("lines", "erlangs"),
    [(100_000, 100_000.0), (100_000, 99_000.0), (100_000, 101_500.0), (99_000, 250_000.0), (100_000, 98_000.5)],
)
def test_it_is_exact_for_a_hundred_thousand_lines(lines: int, erlangs: float) -> None:
    assert erlang_b(lines, erlangs) == pytest.approx(lost_in_many_digits(lines, erlangs), rel=1e-12)


@pytest.mark.parametrize("erlangs", [0.3, 40.0, 170.0, 2500.0, 1e5])
def test_each_number_of_lines_follows_from_the_one_below(erlangs: float) -> None:
    for lines in (1, int(erlangs * 0.7) + 1, int(erlangs) + 1, int(erlangs * 1.02) + 3):
        before = erlang_b(lines - 1, erlangs)
        assert erlang_b(lines, erlangs) == pytest.approx(erlangs * before / (lines + erlangs * before), rel=1e-12)


def test_without_calls_none_is_lost_and_without_lines_all_are() -> None:
    assert (erlang_b(1, 0.0), erlang_b(0, 0.0), erlang_b(0, 5.0)) == (0.0, 1.0, 1.0)


@pytest.mark.parametrize(("lines", "erlangs"), [(10**9, 1.0), (10**12, 1e6), (1, 1e300), (3, 1e-320)])
def test_it_ends_soon_wherever_it_is_asked(lines: int, erlangs: float) -> None:
    assert 0.0 <= erlang_b(lines, erlangs) <= 1.0


def _places(number: float) -> int:
    return len(str(number).partition(".")[2])
