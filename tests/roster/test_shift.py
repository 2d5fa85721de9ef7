"""Shifts, swaps and days off mean what the language page says."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from telekit.domain.exception import AgentException
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster
from tests.roster.written import PARIS, REUNION, agent, at, roster, span, utc

SHIFTS = {
    "early": ["mon-fri 07:00-13:00"],
    "saturdays": ["sat 09:00-13:00 every 2 weeks from 2026-11-28"],
    "night": ["mon-thu 22:00-06:00", "fri 22:00-02:00"],
}
ST_JOHNS = ZoneInfo("America/St_Johns")
CHRISTMAS_EVE = date(2026, 12, 24)
A_MOMENT = timedelta(microseconds=1)


def on(roster: Roster, who: str, text: str, zone=PARIS, fold: int = 0) -> bool:
    return roster.shift_at(who, at(text, zone, fold)) is not None


def test_a_shift_runs_from_its_start_up_to_but_not_at_its_end() -> None:
    of = roster([agent("amina", "early")], SHIFTS)
    start_at, end_at = at("2026-11-24 07:00"), at("2026-11-24 13:00")
    assert of.shift_at("amina", start_at - A_MOMENT) is None
    assert of.shift_at("amina", start_at).label == "early"
    assert of.shift_at("amina", end_at - A_MOMENT).label == "early"
    assert of.shift_at("amina", end_at) is None


def test_a_night_shift_belongs_to_its_first_day() -> None:
    """Pain 19: elsewhere hours cannot pass midnight."""
    of = roster([agent("luc", "night")], SHIFTS)
    assert on(of, "luc", "2026-11-27 05:59")  # friday morning is thursday's night
    assert not on(of, "luc", "2026-11-23 05:59")  # monday morning is sunday's, who does not work
    assert of.shift_at("luc", at("2026-11-25 01:00")).start_at == at("2026-11-24 22:00")


def test_friday_night_ends_at_two_on_saturday() -> None:
    of = roster([agent("luc", "night")], SHIFTS)
    assert on(of, "luc", "2026-11-28 01:59")
    assert not on(of, "luc", "2026-11-28 02:00")
    assert of.next_start("luc", at("2026-11-28 01:00")) == at("2026-11-30 22:00")


def test_a_shift_is_told_in_the_agents_own_zone() -> None:
    of = roster([agent("luc", "night", zone=REUNION)], SHIFTS)
    assert of.shift_at("luc", utc("2026-11-24 18:00")).end_at == utc("2026-11-25 02:00")
    assert of.shift_at("luc", utc("2026-11-24 17:59")) is None


def test_a_start_that_clocks_skip_moves_to_the_jump() -> None:
    """Pain 19: elsewhere hours are told in UTC, and clock changes shift them."""
    of = roster([agent("amina", "dawn")], {"dawn": ["sun 02:30-06:00"]})
    assert of.next_start("amina", at("2026-03-28 12:00")) == at("2026-03-29 03:00") == utc("2026-03-29 01:00")


def test_an_end_that_clocks_skip_moves_to_the_jump() -> None:
    of = roster([agent("luc", "late")], {"late": ["sat 22:00-02:30"]})
    assert of.on_until("luc", at("2026-03-28 23:00")) == utc("2026-03-29 01:00")


def test_a_shift_that_clocks_skip_whole_does_not_happen() -> None:
    of = roster([agent("amina", "blink")], {"blink": ["sun 02:15-02:45"]})
    assert of.next_start("amina", at("2026-03-28 12:00")) == at("2026-04-05 02:15")


def test_a_shift_over_the_hour_that_clocks_repeat_lasts_an_hour_longer() -> None:
    of = roster([agent("luc", "late")], {"late": ["sat 22:00-06:00"]})
    block = of.shift_at("luc", at("2026-10-24 23:00"))
    assert block.end_at - block.start_at == timedelta(hours=9)


def test_a_shift_within_the_hour_that_clocks_repeat_runs_from_its_first_start_to_its_last_end() -> None:
    of = roster([agent("luc", "short")], {"short": ["sun 02:15-02:45"]})
    first, last = (at("2026-10-25 02:15", fold=0), at("2026-10-25 02:45", fold=1))
    block = of.shift_at("luc", first)
    assert (block.start_at, block.end_at) == (first, last)
    assert on(of, "luc", "2026-10-25 02:50", fold=0)


def test_a_shift_of_nearly_a_day_runs_on_over_a_midnight_that_clocks_repeat() -> None:
    of = roster([agent("amina", "long", zone=ST_JOHNS)], {"long": ["fri 23:45-23:30"]})
    assert on(of, "amina", "2010-11-07 00:00", ST_JOHNS, fold=0)  # a minute later it is 23:01 on saturday again
    assert on(of, "amina", "2010-11-06 23:29", ST_JOHNS, fold=1)
    assert not on(of, "amina", "2010-11-06 23:30", ST_JOHNS, fold=1)


def test_a_shift_from_a_midnight_that_clocks_repeat_runs_from_its_first() -> None:
    of = roster([agent("amina", "sundays", zone=ST_JOHNS)], {"sundays": ["sun 00:00-06:00"]})
    first = at("2010-11-07 00:00", ST_JOHNS, fold=0)
    assert of.next_start("amina", first - timedelta(days=1)) == first
    assert on(of, "amina", "2010-11-06 23:30", ST_JOHNS, fold=1)
    assert [b.start_at for b in of.blocks("amina", first + timedelta(minutes=10), first + timedelta(minutes=20))] == [
        first
    ]


def test_every_second_week_counts_from_the_week_of_its_date() -> None:
    of = roster([agent("amina", "saturdays")], SHIFTS)
    saturdays = [day for day in (14, 21, 28) if on(of, "amina", f"2026-11-{day} 10:00")]
    assert saturdays == [28]
    assert not on(of, "amina", "2026-12-05 10:00")
    assert on(of, "amina", "2026-12-12 10:00")


def test_every_second_week_starts_on_monday_and_not_before_its_date() -> None:
    of = roster(
        [agent("amina", "some")], {"some": ["mon-sun 09:00-13:00 every 2 weeks from 2026-11-25"]}
    )  # a wednesday
    worked = [day for day in range(16, 31) if on(of, "amina", f"2026-11-{day} 10:00")]
    assert worked == [25, 26, 27, 28, 29]
    assert on(of, "amina", "2026-12-07 10:00")


def test_an_exception_replaces_the_days_shifts() -> None:
    late = AgentException("amina", CHRISTMAS_EVE, (span("15:00-18:00"), span("19:00-20:00")))
    of = roster([agent("amina", "early")], SHIFTS, (late,))
    assert not on(of, "amina", "2026-12-24 10:00")
    assert of.shift_at("amina", at("2026-12-24 15:00")).label == "exception"
    assert on(of, "amina", "2026-12-24 19:30")
    assert on(of, "amina", "2026-12-23 10:00")


def test_a_day_off_does_not_cut_the_night_that_began_the_day_before() -> None:
    off = AgentException("luc", CHRISTMAS_EVE, off="leave")
    of = roster([agent("luc", "night")], SHIFTS, (off,))
    assert on(of, "luc", "2026-12-24 05:59")
    assert not on(of, "luc", "2026-12-24 22:30")
    assert not on(of, "luc", "2026-12-25 01:00")


def test_several_exceptions_on_a_day_add_up() -> None:
    twice = [AgentException("amina", CHRISTMAS_EVE, (span(text),)) for text in ("08:00-09:00", "15:00-16:00")]
    of = roster([agent("amina", "early")], SHIFTS, tuple(twice))
    assert [on(of, "amina", f"2026-12-24 {hour}:30") for hour in ("08", "10", "15")] == [True, False, True]


def test_off_outweighs_spans_on_the_same_day() -> None:
    spans, off = (
        AgentException("amina", CHRISTMAS_EVE, (span("08:00-09:00"),)),
        AgentException("amina", CHRISTMAS_EVE, off="leave"),
    )
    for order in ((spans, off), (off, spans)):
        assert not on(roster([agent("amina", "early")], SHIFTS, order), "amina", "2026-12-24 08:30")


def test_a_swap_gives_the_day_to_the_other() -> None:
    swap = AgentException("luc", CHRISTMAS_EVE, (span("13:00-21:00"),), instead_of="amina")
    of = roster([agent("amina", "early"), agent("luc", "night", zone=REUNION)], SHIFTS, (swap,))
    assert not on(of, "amina", "2026-12-24 10:00")
    assert on(of, "luc", "2026-12-24 13:00", REUNION)
    assert not on(of, "luc", "2026-12-24 22:30", REUNION)  # his own night is replaced
    assert on(of, "amina", "2026-12-25 10:00")


def test_who_gave_a_day_away_works_the_spans_that_another_exception_gives() -> None:
    swap = AgentException("luc", CHRISTMAS_EVE, (span("07:00-13:00"),), instead_of="amina")
    back = AgentException("amina", CHRISTMAS_EVE, (span("22:00-06:00"),), shift="night", instead_of="luc")
    for order in ((swap, back), (back, swap)):
        of = roster([agent("amina", "early"), agent("luc", "night")], SHIFTS, order)
        assert of.shift_at("amina", at("2026-12-25 01:00")).label == "night"
        assert not on(of, "amina", "2026-12-24 10:00")
        assert of.shift_at("luc", at("2026-12-24 10:00")).label == "exception"
        assert not on(of, "luc", "2026-12-24 23:00")


def test_agents_with_the_same_shifts_keep_their_own_days_off() -> None:
    off = AgentException("amina", CHRISTMAS_EVE, off="leave")
    of = roster([agent("amina", "early"), agent("zoe", "early"), agent("leo", "early")], SHIFTS, (off,))
    assert [on(of, who, "2026-12-24 10:00") for who in ("amina", "zoe", "leo")] == [False, True, True]


def test_touching_and_overlapping_shifts_are_one_stretch_of_work() -> None:
    shifts = {
        "one": ["mon 07:00-13:00"],
        "two": ["mon 13:00-17:00"],
        "three": ["mon 16:00-24:00"],
        "four": ["tue 00:00-01:00"],
    }
    of = roster([agent("amina", *shifts)], shifts)
    start_at, end_at = at("2026-11-23 07:00"), at("2026-11-24 01:00")
    assert of.on_until("amina", start_at) == end_at
    assert of.next_change("amina", start_at) == end_at
    assert of.next_start("amina", start_at) == at("2026-11-30 07:00")
    assert of.shift_at("amina", at("2026-11-23 16:30")).label == "two"  # which began first


def test_a_short_shift_within_a_long_one_does_not_cut_it() -> None:
    of = roster([agent("amina", "long", "short")], {"long": ["mon 07:00-17:00"], "short": ["mon 09:00-10:00"]})
    assert of.on_until("amina", at("2026-11-23 09:30")) == at("2026-11-23 17:00")
    assert of.shift_at("amina", at("2026-11-23 09:30")).label == "long"


def test_a_window_has_the_blocks_that_run_within_it_whole_and_in_order() -> None:
    of = roster([agent("luc", "night")], SHIFTS)
    window = at("2026-11-25 06:00"), at("2026-11-26 22:00")
    assert [block.start_at for block in of.blocks("luc", *window)] == [at("2026-11-25 22:00")]
    minute = timedelta(minutes=1)
    wider = list(of.blocks("luc", window[0] - minute, window[1] + minute))
    assert [block.start_at for block in wider] == [at(f"2026-11-{day} 22:00") for day in (24, 25, 26)]
    assert wider[-1].end_at == at("2026-11-27 06:00")


def test_who_works_round_the_clock_never_goes_off() -> None:
    of = roster([agent("amina", "always")], {"always": ["mon-sun 00:00-24:00"]})
    now = at("2026-11-24 10:00")
    assert of.on_until("amina", now) == FOREVER
    assert of.next_change("amina", now) is None
    assert of.next_start("amina", now) is None
    for days in range(0, 400, 7):  # the clocks change twice
        assert of.shift_at("amina", now + timedelta(days)).start_at <= now + timedelta(days)


def test_a_day_off_years_ahead_ends_work_round_the_clock() -> None:
    off = AgentException("amina", date(2031, 5, 1), off="leave")
    of = roster([agent("amina", "always")], {"always": ["mon-sun 00:00-24:00"]}, (off,))
    assert of.on_until("amina", at("2026-11-24 10:00")) == at("2031-05-01 00:00")
    assert of.next_start("amina", at("2026-11-24 10:00")) == at("2031-05-02 00:00")


def test_who_has_no_shifts_starts_at_the_next_exception_however_far() -> None:
    help_out = AgentException("leo", date(2040, 5, 1), (span("09:00-12:00"),))
    of = roster([agent("leo")], SHIFTS, (help_out,))
    assert of.next_start("leo", at("2026-11-24 10:00")) == at("2040-05-01 09:00")
    assert of.next_change("leo", at("2040-05-01 10:00")) == at("2040-05-01 12:00")
    assert of.next_change("leo", at("2040-05-01 12:00")) is None
    assert of.on_until("leo", at("2040-05-01 11:00")) == at("2040-05-01 12:00")


def test_a_pattern_that_begins_years_ahead_is_found() -> None:
    of = roster([agent("leo", "rare")], {"rare": ["sat 09:00-13:00 every 52 weeks from 2033-01-01"]})
    assert of.next_start("leo", at("2026-11-24 10:00")) == at("2033-01-01 09:00")
    assert of.next_start("leo", at("2033-01-01 09:00")) == at("2033-12-31 09:00")


def test_an_exception_on_the_calendars_last_day_is_too_far_to_be_found() -> None:
    typo = AgentException("leo", date.max, (span("22:00-06:00"),))
    assert roster([agent("leo")], SHIFTS, (typo,)).next_start("leo", at("2026-11-24 10:00")) is None


def test_lines_that_hardly_ever_repeat_together_leave_the_next_start_exact() -> None:
    lines = [f"mon 09:00-13:00 every {weeks} weeks from 2026-11-23" for weeks in (47, 49, 51)]
    of = roster([agent("leo", "rare")], {"rare": lines})
    assert of.next_start("leo", at("2026-11-23 10:00")) == at("2027-10-18 09:00")


def test_who_has_neither_shifts_nor_exceptions_never_works() -> None:
    of = roster([agent("leo")])
    now = at("2026-11-24 10:00")
    assert (of.shift_at("leo", now), of.on_until("leo", now)) == (None, None)
    assert (of.next_start("leo", now), of.next_change("leo", now)) == (None, None)
    assert list(of.blocks("leo", now, now + timedelta(365))) == []


def test_an_agent_whom_the_plan_does_not_know_raises_key_error() -> None:
    of = roster([agent("amina", "early")], SHIFTS)
    now = at("2026-11-24 10:00")
    for ask in (of.shift_at, of.on_until, of.next_start, of.next_change, of.why_off):
        with pytest.raises(KeyError):
            ask("nobody", now)
    with pytest.raises(KeyError):
        of.blocks("nobody", now, now)
