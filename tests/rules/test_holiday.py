"""Public holidays come from the `holidays` package, when they are asked for."""

from datetime import date

import pytest

from telekit.rules.holiday import PublicHolidays, parse_holidays
from telekit.rules.mistake import Mistake


def test_a_country_has_its_holidays_by_name() -> None:
    france = parse_holidays("FR")
    assert date(2026, 7, 14) in france
    assert date(2026, 7, 15) not in france
    assert france[date(2026, 7, 14)] == "National Day"


def test_a_part_of_a_country_has_more() -> None:
    assert date(2026, 1, 6) in parse_holidays("DE-BY")
    assert date(2026, 1, 6) not in parse_holidays("DE")


def test_any_year_is_known() -> None:
    assert date(2031, 12, 25) in parse_holidays("FR")


def test_holidays_of_one_place_are_equal_and_always_true() -> None:
    assert parse_holidays("DE-BY") == PublicHolidays("DE", "BY")
    assert len({parse_holidays("FR"), parse_holidays("FR"), parse_holidays("DE")}) == 2
    assert bool(PublicHolidays("FR"))


@pytest.mark.parametrize("text", ["__class__", "FR-", "fr", "", "HolidayBase", "FR-../x", "US-CA\n"])
def test_nothing_but_a_known_place_is_taken(text: str) -> None:
    with pytest.raises(Mistake):
        parse_holidays(text)
