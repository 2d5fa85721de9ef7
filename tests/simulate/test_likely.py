"""What several values say together."""

from math import inf
from random import Random

import pytest

from telekit.simulate.likely import difference, likely, student


def test_a_mean_has_the_margin_of_a_textbook() -> None:
    found = likely([4.0, 6.0, 8.0, 10.0])
    assert found.mean == 7.0
    assert found.margin == pytest.approx(3.1824 * 2.5820 / 2, rel=1e-4)


def test_one_value_alone_is_sure_of_nothing() -> None:
    assert likely([5.0]).margin == inf
    assert not likely([5.0]).is_beyond_chance


@pytest.mark.parametrize(("freedom", "expected"), [(1, 12.706), (10, 2.228), (11, 2.201), (29, 2.045), (1000, 1.962)])
def test_students_t_is_that_of_the_tables(freedom: int, expected: float) -> None:
    assert student(freedom) == pytest.approx(expected, abs=6e-4)


def test_pairs_tell_what_the_two_alone_do_not() -> None:
    chance = Random(3)
    before = [chance.gauss(100, 20) for _ in range(10)]
    after = [value + chance.gauss(3, 1) for value in before]
    assert difference(before, after).is_beyond_chance
    assert not difference(before, sorted(after)).is_beyond_chance


def test_about_one_in_twenty_intervals_misses_the_truth() -> None:
    chance = Random(7)
    missed = sum(likely([chance.gauss(0, 1) for _ in range(6)]).is_beyond_chance for _ in range(4000))
    assert 0.04 < missed / 4000 < 0.06
