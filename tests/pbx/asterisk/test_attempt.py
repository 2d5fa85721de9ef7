"""Until when news of a leg that telekit makes is waited for."""

from datetime import timedelta

from telekit.domain.names import LegId
from telekit.pbx.asterisk.attempt import Attempt


def attempt(*, seen: bool, failed_at: float | None, ended_at: float | None) -> Attempt:
    return Attempt(
        LegId("telekit-1"),
        timedelta(seconds=20),
        asks=False,
        began_at=0.0,
        look_at=60.0,
        seen=seen,
        failed_at=failed_at,
        ended_at=ended_at,
    )


def test_a_leg_that_has_rung_is_waited_for_longer_as_its_end_says_why_nobody_answered() -> None:
    never_rang = attempt(seen=False, failed_at=10.0, ended_at=None).settled_at
    has_rung = attempt(seen=True, failed_at=10.0, ended_at=None).settled_at
    assert never_rang is not None
    assert has_rung is not None
    assert has_rung > never_rang > 10.0


def test_nothing_more_is_waited_for_once_both_are_told_in_whatever_order() -> None:
    assert attempt(seen=True, failed_at=10.0, ended_at=11.5).settled_at == 11.5
    assert attempt(seen=True, failed_at=11.5, ended_at=10.0).settled_at == 11.5


def test_a_leg_of_which_nothing_is_told_goes_on() -> None:
    assert attempt(seen=True, failed_at=None, ended_at=None).settled_at is None
