from datetime import timedelta

from telekit.pbx.backoff import Backoff

SECOND = timedelta(seconds=1)


def test_the_wait_doubles_up_to_a_cap_that_holds_for_ever() -> None:
    backoff = Backoff(first=SECOND, longest=10 * SECOND, chance=lambda: 1.0)
    assert [backoff.after(failures) / SECOND for failures in (1, 2, 3, 4, 5, 6, 1_000_000)] == [1, 2, 4, 8, 10, 10, 10]


def test_chance_takes_up_to_half_of_it_away() -> None:
    assert Backoff(first=4 * SECOND, chance=lambda: 0.0).after(1) == 2 * SECOND
    assert Backoff(first=4 * SECOND, chance=lambda: 0.5).after(1) == 3 * SECOND
