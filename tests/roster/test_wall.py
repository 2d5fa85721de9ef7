"""Where clocks jump and repeat, a moment on the wall still has one first and one last instant."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from telekit.roster.wall import first_at, last_at
from tests.roster.written import PARIS, utc

APIA = ZoneInfo("Pacific/Apia")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ST_JOHNS = ZoneInfo("America/St_Johns")
MONROVIA = ZoneInfo("Africa/Monrovia")


def test_on_an_ordinary_day_first_and_last_are_the_same_instant() -> None:
    assert first_at(PARIS, date(2026, 11, 24), time(7)) == utc("2026-11-24 06:00")
    assert last_at(PARIS, date(2026, 11, 24), time(7)) == utc("2026-11-24 06:00")


@pytest.mark.parametrize(
    ("zone", "day", "clock", "first", "last"),
    [
        pytest.param(PARIS, "2026-10-25", "02:30", "2026-10-25 00:30", "2026-10-25 01:30", id="Paris"),
        pytest.param(PARIS, "2026-10-25", "02:00", "2026-10-25 00:00", "2026-10-25 01:00", id="Paris, the first of it"),
        pytest.param(LORD_HOWE, "2026-04-05", "01:45", "2026-04-04 14:45", "2026-04-04 15:15", id="half an hour"),
        pytest.param(SAO_PAULO, "2018-02-17", "23:15", "2018-02-18 01:15", "2018-02-18 02:15", id="before midnight"),
        pytest.param(ST_JOHNS, "2010-11-07", "00:00", "2010-11-07 02:30", "2010-11-07 03:30", id="over midnight"),
    ],
)
def test_a_moment_that_clocks_repeat_has_two_instants(
    zone: ZoneInfo, day: str, clock: str, first: str, last: str
) -> None:
    moment = zone, date.fromisoformat(day), time.fromisoformat(clock)
    assert (first_at(*moment), last_at(*moment)) == (utc(first), utc(last))


@pytest.mark.parametrize(
    ("zone", "day", "clock", "jump"),
    [
        pytest.param(PARIS, "2026-03-29", "02:30", "2026-03-29 01:00", id="Paris"),
        pytest.param(PARIS, "2026-03-29", "02:00", "2026-03-29 01:00", id="Paris, the first of it"),
        pytest.param(LORD_HOWE, "2026-10-04", "02:29", "2026-10-03 15:30", id="half an hour"),
        pytest.param(SAO_PAULO, "2018-11-04", "00:00", "2018-11-04 03:00", id="at midnight"),
        pytest.param(APIA, "2011-12-30", "09:00", "2011-12-30 10:00", id="a whole day"),
        pytest.param(MONROVIA, "1972-01-07", "00:30", "1972-01-07 00:44:30", id="odd seconds"),
    ],
)
def test_a_moment_that_clocks_skip_moves_to_their_jump(zone: ZoneInfo, day: str, clock: str, jump: str) -> None:
    moment = zone, date.fromisoformat(day), time.fromisoformat(clock)
    assert (first_at(*moment), last_at(*moment)) == (utc(jump), utc(jump))


def test_the_instant_just_after_a_jump_is_not_skipped() -> None:
    assert first_at(PARIS, date(2026, 3, 29), time(3)) == utc("2026-03-29 01:00")
    assert last_at(PARIS, date(2026, 10, 25), time(3)) == utc("2026-10-25 02:00")
