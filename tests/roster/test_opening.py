"""Queues open and close as the language page says."""

from datetime import date

import holidays
import pytest

from telekit.domain.exception import QueueException
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster
from tests.roster.written import PARIS, at, queue, roster, span

HOURS = ("mon-fri 08:00-20:00", "sat 09:00-13:00")
CHRISTMAS_EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)
FRANCE = holidays.country_holidays("FR")


def is_open(roster: Roster, text: str) -> bool:
    return roster.opening_at("billing", at(text)) is not None


def test_a_queue_opens_by_the_plans_zone() -> None:
    of = roster(queues=(queue("billing", *HOURS),))
    minutes = {clock: is_open(of, f"2026-11-24 {clock}") for clock in ("07:59", "08:00", "19:59", "20:00")}
    assert minutes == {"07:59": False, "08:00": True, "19:59": True, "20:00": False}
    assert of.open_until("billing", at("2026-11-24 09:00")) == at("2026-11-24 20:00")
    assert of.next_opening("billing", at("2026-11-24 09:00")) == at("2026-11-25 08:00")
    assert of.next_opening("billing", at("2026-11-28 14:00")) == at("2026-11-30 08:00")
    assert of.next_opening_change("billing", at("2026-11-24 20:00")) == at("2026-11-25 08:00")


def test_a_public_holiday_closes_a_queue() -> None:
    of = roster(queues=(queue("billing", *HOURS),), holidays=FRANCE)
    assert not is_open(of, "2026-12-25 10:00")
    assert of.next_opening("billing", at("2026-12-24 21:00")) == at("2026-12-26 09:00")


def test_a_public_holiday_does_not_close_a_queue_that_says_so() -> None:
    of = roster(queues=(queue("billing", *HOURS, open_on_holidays=True),), holidays=FRANCE)
    assert is_open(of, "2026-12-25 10:00")


def test_queues_with_the_same_hours_keep_their_own_holidays_and_exceptions() -> None:
    closed = QueueException("works", CHRISTMAS_EVE, closed="works")
    names = ("billing", "works", "always")
    queues = tuple(queue(name, *HOURS, open_on_holidays=name == "always") for name in names)
    of = roster(queues=queues, queue_exceptions=(closed,), holidays=FRANCE)
    for text, expected in (("2026-12-24 10:00", [True, False, True]), ("2026-12-25 10:00", [False, False, True])):
        assert [of.opening_at(name, at(text)) is not None for name in names] == expected


def test_several_exceptions_on_a_day_add_up() -> None:
    twice = (QueueException("billing", CHRISTMAS_EVE, (span(text),)) for text in ("08:00-09:00", "15:00-16:00"))
    of = roster(queues=(queue("billing", *HOURS),), queue_exceptions=tuple(twice))
    assert [is_open(of, f"2026-12-24 {hour}:30") for hour in ("08", "10", "15")] == [True, False, True]


def test_a_public_holiday_does_not_cut_the_night_that_began_the_day_before() -> None:
    of = roster(queues=(queue("billing", "mon-sun 20:00-04:00"),), holidays={CHRISTMAS})
    assert is_open(of, "2026-12-25 03:59")
    assert not is_open(of, "2026-12-25 21:00")
    assert not is_open(of, "2026-12-26 03:00")


def test_an_exception_replaces_the_days_hours() -> None:
    shorter = QueueException("billing", CHRISTMAS_EVE, (span("09:00-12:00"),))
    of = roster(queues=(queue("billing", *HOURS),), queue_exceptions=(shorter,))
    assert [is_open(of, f"2026-12-24 {clock}") for clock in ("08:30", "09:00", "12:00")] == [False, True, False]
    assert of.opening_at("billing", at("2026-12-24 10:00")).label == "exception"


def test_an_exception_outweighs_the_public_holiday() -> None:
    opened = QueueException("billing", CHRISTMAS, (span("09:00-12:00"),))
    of = roster(queues=(queue("billing", *HOURS),), queue_exceptions=(opened,), holidays=FRANCE)
    assert is_open(of, "2026-12-25 10:00")


def test_closed_outweighs_spans_on_the_same_day() -> None:
    spans = QueueException("billing", CHRISTMAS_EVE, (span("09:00-12:00"),))
    closed = QueueException("billing", CHRISTMAS_EVE, closed="works")
    for order in ((spans, closed), (closed, spans)):
        assert not is_open(roster(queues=(queue("billing", *HOURS),), queue_exceptions=order), "2026-12-24 10:00")


def test_a_queue_without_hours_is_always_open() -> None:
    of = roster(queues=(queue("billing"),))
    now = at("2026-11-24 10:00")
    block = of.opening_at("billing", now)
    assert (block.start_at, block.end_at, block.label) == (at("2026-11-24 00:00"), FOREVER, "always")
    assert of.open_until("billing", now) == FOREVER
    assert of.next_opening("billing", now) is None
    assert of.next_opening_change("billing", now) is None


def test_the_end_of_what_has_none_can_still_be_told_in_a_zone() -> None:
    assert FOREVER.astimezone(PARIS).year == 9999


def test_a_queue_without_hours_closes_on_holidays_and_closed_days() -> None:
    closed = QueueException("billing", CHRISTMAS_EVE, closed="works")
    of = roster(queues=(queue("billing"),), queue_exceptions=(closed,), holidays=FRANCE)
    assert of.opening_at("billing", at("2026-12-23 23:59")).end_at == at("2026-12-24 00:00")
    assert of.next_opening("billing", at("2026-12-23 10:00")) == at("2026-12-26 00:00")
    assert of.open_until("billing", at("2026-12-26 10:00")) == at("2027-01-01 00:00")


def test_a_queue_without_hours_closes_on_a_holiday_that_is_months_ahead() -> None:
    of = roster(queues=(queue("billing"),), holidays=FRANCE)
    assert of.open_until("billing", at("2026-08-16 10:00")) == at("2026-11-01 00:00")


def test_an_exception_gives_hours_to_a_queue_without() -> None:
    shorter = QueueException("billing", CHRISTMAS_EVE, (span("09:00-12:00"),))
    of = roster(queues=(queue("billing"),), queue_exceptions=(shorter,))
    assert of.open_until("billing", at("2026-12-20 10:00")) == at("2026-12-24 00:00")
    assert of.opening_at("billing", at("2026-12-24 10:00")).end_at == at("2026-12-24 12:00")
    assert of.next_opening("billing", at("2026-12-24 10:00")) == at("2026-12-25 00:00")


def test_a_holiday_years_ahead_is_found_where_the_holidays_are_a_finite_set() -> None:
    of = roster(queues=(queue("billing"),), holidays={date(2030, 1, 1)})
    assert of.open_until("billing", at("2026-11-24 10:00")) == at("2030-01-01 00:00")


def test_a_queue_whom_the_plan_does_not_know_raises_key_error() -> None:
    of = roster()
    for ask in (of.opening_at, of.open_until, of.next_opening, of.next_opening_change, of.why_closed):
        with pytest.raises(KeyError):
            ask("nowhere", at("2026-11-24 10:00"))
