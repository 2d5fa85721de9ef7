"""Intervals by which calls and work are counted."""

from datetime import datetime, timedelta

from telekit.simulate.slots import Slots, one_slot
from tests.acd.day import MONDAY, ZONE, clock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def names(slots: Slots) -> list[str]:
    return [str(slot) for slot in slots.all]


def test_a_day_has_forty_eight_and_a_year_those_of_a_week() -> None:
    assert names(Slots(MONDAY, MONDAY + DAY, ZONE))[:2] == ["Mon 00:00", "Mon 00:30"]
    assert len(Slots(MONDAY, MONDAY + DAY, ZONE)) == 48
    assert len(Slots(MONDAY, MONDAY + 365 * DAY, ZONE)) == 7 * 48


def test_an_instant_is_in_the_slot_that_clocks_show() -> None:
    slots = Slots(MONDAY, MONDAY + 365 * DAY, ZONE)
    summer = datetime(2027, 7, 5, 9, 45, tzinfo=ZONE)  # a Monday, an hour nearer to UTC
    assert str(slots.all[slots.at(summer)]) == "Mon 09:30"


def test_the_hour_that_clocks_show_twice_is_one() -> None:
    night = datetime(2026, 10, 25, tzinfo=ZONE)
    slots = Slots(night, night.replace(day=26), ZONE)
    assert len(slots) == 48
    twice = [datetime(2026, 10, 25, 2, 10, tzinfo=ZONE, fold=fold) for fold in (0, 1)]
    assert {str(slots.all[slots.at(each)]) for each in twice} == {"Sun 02:00"}


def test_a_span_is_cut_at_the_edges_and_at_the_ends_of_the_stretch() -> None:
    slots = Slots(clock("09:00"), clock("10:00"), ZONE)
    assert [(str(slots.all[n]), s) for n, s in slots.parts(clock("08:50"), clock("10:20"))] == [
        ("Mon 09:00", 1800.0),
        ("Mon 09:30", 1800.0),
    ]
    assert [s for _, s in slots.parts(clock("09:20"), clock("09:40"))] == [600.0, 600.0]


def test_what_is_not_cut_is_one() -> None:
    slots = one_slot(clock("09:00"))
    assert (len(slots), slots.at(clock("09:00")), slots.at(clock("09:00") + 400 * DAY)) == (1, 0, 0)
    assert list(slots.parts(clock("09:00"), clock("09:00") + 400 * DAY)) == [(0, (400 * DAY).total_seconds())]
