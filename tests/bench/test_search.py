"""The search for the highest rate, on switches of known strength."""

import pytest

from tests.bench.search import RESOLUTION, highest


class Switch:
    def __init__(self, strength: float) -> None:
        self.strength = strength
        self.tried: list[float] = []

    async def holds(self, rate: float) -> bool:
        self.tried.append(rate)
        return rate <= self.strength


@pytest.mark.parametrize("strength", [7.0, 99.0, 150.0, 151.0, 300.0, 4000.0])
async def test_the_limit_is_found_from_below_and_from_above(strength: float) -> None:
    switch = Switch(strength)
    assert strength / RESOLUTION <= await highest(switch.holds, 150) <= strength


async def test_a_good_guess_saves_tries() -> None:
    guessed, not_guessed = Switch(300), Switch(300)
    await highest(guessed.holds, 290)
    await highest(not_guessed.holds, 50)
    assert len(guessed.tried) < len(not_guessed.tried)


async def test_a_switch_that_bears_nothing_ends_the_search() -> None:
    assert await highest(Switch(0).holds, 150) == 0


async def test_when_time_is_over_the_best_rate_so_far_counts() -> None:
    switch = Switch(300)
    assert await highest(switch.holds, 100, over=lambda: len(switch.tried) >= 2) == 120
    assert switch.tried == [100, 120]


async def test_time_is_not_over_before_one_rate_held() -> None:
    assert await highest(Switch(10).holds, 100, over=lambda: True) > 0
