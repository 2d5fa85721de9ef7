"""The roster says why an agent is off shift and why a queue is closed, and where that was written."""

from dataclasses import replace
from datetime import date

import holidays

from telekit.domain.exception import AgentException, QueueException
from telekit.domain.origin import Origin
from telekit.roster.reason import ClosedDay, DayOff, NoShift, OutsideHours, OutsideShifts, PublicHoliday, Replaced
from tests.roster.written import REUNION, agent, at, queue, roster, span

SHIFTS = {
    "early": ["mon-fri 07:00-13:00"],
    "late": ["mon 15:00-20:00"],
    "night": ["mon-thu 22:00-06:00", "fri 22:00-02:00"],
}
CHRISTMAS_EVE = date(2026, 12, 24)
HERE = Origin("rules/agents.yaml", 9, 5)


def test_nothing_is_wrong_with_who_is_on_shift() -> None:
    assert roster([agent("amina", "early")], SHIFTS).why_off("amina", at("2026-11-24 10:00")) is None


def test_a_shift_ended_earlier_this_day() -> None:
    reason = roster([agent("amina", "early")], SHIFTS).why_off("amina", at("2026-11-24 21:15"))
    assert isinstance(reason, OutsideShifts)
    assert str(reason) == "early ended 13:00"


def test_a_shift_starts_later_this_day() -> None:
    assert (
        str(roster([agent("amina", "early")], SHIFTS).why_off("amina", at("2026-11-24 06:59"))) == "early starts 07:00"
    )


def test_between_two_shifts_both_are_told() -> None:
    reason = roster([agent("amina", "early", "late")], SHIFTS).why_off("amina", at("2026-11-23 14:00"))
    assert str(reason) == "early ended 13:00, late starts 15:00"


def test_the_night_that_ended_this_morning_is_told_by_the_agents_own_clock() -> None:
    of = roster([agent("luc", "night", zone=REUNION)], SHIFTS)
    assert str(of.why_off("luc", at("2026-11-28 03:00", REUNION))) == "night ended 02:00"
    assert str(of.why_off("luc", at("2026-11-24 12:00", REUNION))) == "night ended 06:00, night starts 22:00"


def test_a_shift_that_ended_at_midnight_ended_this_day() -> None:
    of = roster([agent("leo", "evening")], {"evening": ["mon 16:00-24:00"]})
    assert str(of.why_off("leo", at("2026-11-24 00:30"))) == "evening ended 00:00"


def test_no_shift_on_a_day_points_to_the_agents_shifts() -> None:
    amina = replace(agent("amina", "early"), places={"shifts": HERE})
    reason = roster([amina], SHIFTS).why_off("amina", at("2026-11-28 10:00"))
    assert reason == NoShift(date(2026, 11, 28), HERE)
    assert str(reason) == "no shift"


def test_an_exception_says_off() -> None:
    off = AgentException("amina", CHRISTMAS_EVE, off="leave", origin=HERE)
    reason = roster([agent("amina", "early")], SHIFTS, (off,)).why_off("amina", at("2026-12-24 10:00"))
    assert reason == DayOff("leave", CHRISTMAS_EVE, HERE)
    assert str(reason) == "off: leave (exception)"
    assert reason.origins == (HERE,)


def test_another_agent_works_instead() -> None:
    swap = AgentException("luc", CHRISTMAS_EVE, (span("13:00-21:00"),), instead_of="amina", origin=HERE)
    of = roster([agent("amina", "early"), agent("luc", "night")], SHIFTS, (swap,))
    reason = of.why_off("amina", at("2026-12-24 10:00"))
    assert reason == Replaced("luc", CHRISTMAS_EVE, HERE)
    assert str(reason) == "luc works instead (exception)"
    other = of.why_off("luc", at("2026-12-24 10:00"))
    assert str(other) == "night ended 06:00, exception starts 13:00"
    assert other.origins[-1] == HERE


def test_who_gave_a_day_away_but_works_other_spans_is_told_by_those() -> None:
    swap = AgentException("luc", CHRISTMAS_EVE, (span("07:00-13:00"),), instead_of="amina")
    back = AgentException("amina", CHRISTMAS_EVE, (span("22:00-06:00"),), shift="night", instead_of="luc")
    of = roster([agent("amina", "early"), agent("luc", "night")], SHIFTS, (swap, back))
    assert str(of.why_off("amina", at("2026-12-24 10:00"))) == "night starts 22:00"


def test_a_queue_outside_its_hours_says_when_it_opens() -> None:
    of = roster(queues=(queue("billing", "mon-fri 08:00-20:00"),))
    assert of.why_closed("billing", at("2026-11-24 10:00")) is None
    reason = of.why_closed("billing", at("2026-11-24 21:15"))
    assert isinstance(reason, OutsideHours)
    assert reason.opens_at == at("2026-11-25 08:00")
    assert str(reason) == "closed until Wed 25 Nov 08:00"


def test_a_queue_closed_by_a_holiday_says_which() -> None:
    france = holidays.country_holidays("FR", language="fr")
    for given, told in ((france, "public holiday: Noël"), ({date(2026, 12, 25)}, "public holiday")):
        of = roster(queues=(queue("billing", "mon-fri 08:00-20:00"),), holidays=given)
        reason = of.why_closed("billing", at("2026-12-25 10:00"))
        assert isinstance(reason, PublicHoliday)
        assert str(reason) == told


def test_a_queue_closed_by_an_exception_says_why() -> None:
    closed = QueueException("billing", CHRISTMAS_EVE, closed="works", origin=HERE)
    of = roster(queues=(queue("billing", "mon-fri 08:00-20:00"),), queue_exceptions=(closed,))
    reason = of.why_closed("billing", at("2026-12-24 10:00"))
    assert reason == ClosedDay("works", CHRISTMAS_EVE, HERE)
    assert str(reason) == "closed: works (exception)"


def test_a_queue_with_other_hours_on_a_holiday_is_outside_its_hours_then() -> None:
    opened = QueueException("billing", date(2026, 12, 25), (span("09:00-12:00"),))
    of = roster(
        queues=(queue("billing", "mon-fri 08:00-20:00"),), queue_exceptions=(opened,), holidays={date(2026, 12, 25)}
    )
    assert str(of.why_closed("billing", at("2026-12-25 08:30"))) == "closed until Fri 25 Dec 09:00"


def test_a_queue_that_never_opens_again_says_so() -> None:
    once = QueueException("billing", date(2026, 12, 25), (span("09:00-12:00"),))
    of = roster(queues=(queue("billing", "mon 08:00-09:00"),), queue_exceptions=(once,), holidays=Everyday())
    assert str(of.why_closed("billing", at("2026-12-25 13:00"))) == "never opens again"


class Everyday:
    def __contains__(self, day: object) -> bool:
        return True
