"""What an agent is doing: one presence at every instant, and every change of it told."""

from dataclasses import replace

import pytest

from telekit.acd.actions import PresenceChanged
from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    WrapUpEnded,
    WrapUpExtended,
)
from telekit.domain.agent import Login
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence, PresenceSince
from tests.acd.day import Day, agent, clock, plan, queue, seconds, sip


def _changes(day: Day, name: str) -> list[str]:
    """Give the presences that were told of an agent, in order."""
    return [a.now.presence.value for a in day.all(PresenceChanged, day.actions) if a.agent == name]


def test_a_call_leads_an_agent_through_every_presence_in_order() -> None:
    day = Day(plan([agent("amina", "09:00-18:00")], queue(wrap_up=seconds(30))), at="08:00")
    day.until("09:30")
    day.talk("c")
    day.until("18:00")
    assert _changes(day, "amina") == ["available", "offered", "on-call", "wrap-up", "available", "logged-out"]


def test_a_presence_is_told_with_the_moment_it_began_even_when_the_news_of_time_come_late() -> None:
    day = Day(plan([agent("amina", "09:00-18:00")]), at="08:00")
    day.now = clock("09:05")
    day.tell()
    assert day.distributor.agent("amina").presence == PresenceSince(Presence.AVAILABLE, clock("09:00"))


def test_an_agent_whose_login_is_the_roster_is_there_when_the_shift_starts() -> None:
    day = Day(plan([agent("amina", "09:00-18:00")]), at="08:59:59")
    assert (day.presence("amina"), day.reason("amina")) == (Presence.LOGGED_OUT, "off shift")
    day.after(1)
    assert day.presence("amina") is Presence.AVAILABLE


def test_an_agent_whose_login_is_a_code_is_there_once_they_dialed_it() -> None:
    day = Day(plan([agent("amina", "09:00-18:00", login=Login.CODE)]), at="09:30")
    assert (day.presence("amina"), day.reason("amina")) == (Presence.LOGGED_OUT, "not logged in")
    day.tell(AgentLoggedIn("amina"))
    assert day.presence("amina") is Presence.AVAILABLE
    day.until("18:00")
    day.tell()
    assert day.presence("amina") is Presence.LOGGED_OUT


def test_a_login_before_the_shift_counts_for_it() -> None:
    day = Day(plan([agent("amina", "09:00-18:00", login=Login.CODE)]), at="08:58")
    day.tell(AgentLoggedIn("amina"))
    assert day.presence("amina") is Presence.LOGGED_OUT
    day.until("09:00")
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_logout_holds_until_the_next_shift_starts() -> None:
    day = Day(plan([agent("amina", "08:00-12:00,13:00-18:00")]))
    day.tell(AgentLoggedOut("amina"))
    assert (day.presence("amina"), day.reason("amina")) == (Presence.LOGGED_OUT, "by code")
    day.until("12:59")
    assert day.presence("amina") is Presence.LOGGED_OUT
    day.until("13:00")
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_logout_ends_when_the_agent_logs_in_again() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentLoggedOut("amina"), AgentLoggedIn("amina"))
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_pause_keeps_calls_away_until_the_agent_is_back() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentPaused("amina", "lunch"))
    assert (day.presence("amina"), day.reason("amina")) == (Presence.PAUSED, "lunch")
    day.call("c")
    assert day.offered() == []
    day.tell(AgentResumed("amina"))
    assert day.offered() == [("c", "amina")]


def test_a_pause_for_another_reason_is_told() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentPaused("amina", "lunch"))
    day.after(60)
    day.tell(AgentPaused("amina", "training"))
    assert day.distributor.agent("amina").presence == PresenceSince(Presence.PAUSED, day.now, "training")


@pytest.mark.parametrize("login", list(Login))
def test_a_pause_ends_with_the_shift(login: Login) -> None:
    day = Day(plan([agent("amina", "08:00-12:00,13:00-18:00", login=login)]))
    day.tell(AgentLoggedIn("amina"), AgentPaused("amina", "lunch"))
    day.until("13:00")
    day.tell(AgentLoggedIn("amina"))
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_pause_asked_for_in_a_conversation_begins_after_it() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.call("c")
    day.answer("c.1")
    day.tell(AgentPaused("amina", "lunch"))
    assert day.presence("amina") is Presence.ON_CALL
    day.end("c")
    assert day.presence("amina") is Presence.WRAP_UP
    day.after(30)
    assert day.presence("amina") is Presence.PAUSED


def test_wrap_up_may_be_ended_early() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.talk("c")
    day.call("d")
    day.tell(WrapUpEnded("amina"))
    assert day.offered() == [("d", "amina")]


def test_wrap_up_may_be_extended_and_never_shortened_so() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.talk("c")
    day.tell(WrapUpExtended("amina", day.now + seconds(90)))
    day.tell(WrapUpExtended("amina", day.now + seconds(10)))
    day.after(89)
    assert day.presence("amina") is Presence.WRAP_UP
    day.after(1)
    assert day.presence("amina") is Presence.AVAILABLE


def test_wrap_up_is_one_deadline_for_all_queues() -> None:
    """Pain 5: elsewhere a wrap-up ends early for whoever serves several queues."""
    day = Day(plan([agent("amina")], queue("help", wrap_up=seconds(30)), queue("other")))
    day.talk("c", "help")
    day.call("d", "other")
    assert day.offered() == []
    day.after(30)
    assert day.offered() == [("d", "amina")]


def test_wrap_up_that_is_extended_when_a_call_rings_already_is_too_late() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    assert day.tell(WrapUpExtended("amina", day.now + seconds(90))) == []


def test_wrap_up_goes_on_past_the_end_of_the_shift_and_no_offer_follows() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")], queue(wrap_up=seconds(120))), at="12:58:30")
    day.call("c")
    day.answer("c.1")
    day.call("d")
    day.until("12:59:30")
    day.end("c")
    day.until("13:00")
    assert day.presence("amina") is Presence.WRAP_UP
    assert day.diverted() == [("d", "no-agent")]
    day.until("13:01:30")
    assert day.presence("amina") is Presence.LOGGED_OUT


def test_a_conversation_goes_on_past_the_end_of_the_shift() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")]), at="12:59:30")
    day.call("c")
    day.answer("c.1")
    day.until("13:10")
    assert day.presence("amina") is Presence.ON_CALL
    day.end("c")
    assert day.presence("amina") is Presence.LOGGED_OUT


def test_who_logs_out_ends_the_wrap_up() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.talk("c")
    day.tell(AgentLoggedOut("amina"))
    assert day.presence("amina") is Presence.LOGGED_OUT


def test_an_own_call_shows_and_keeps_offers_away() -> None:
    day = Day(plan([agent("amina")]))
    day.phone("amina", engaged=True)
    assert (day.presence("amina"), day.reason("amina")) == (Presence.ON_CALL, "own call")
    day.call("c")
    assert day.offered() == []
    day.phone("amina", engaged=False)
    assert day.offered() == [("c", "amina")]


def test_what_somebody_does_with_their_phone_off_shift_or_in_a_pause_does_not_show() -> None:
    day = Day(plan([agent("amina", "10:00-18:00"), agent("luc")]))
    day.tell(AgentPaused("luc", "lunch"))
    day.phone("amina", engaged=True)
    day.phone("luc", engaged=True)
    assert (day.presence("amina"), day.presence("luc")) == (Presence.LOGGED_OUT, Presence.PAUSED)


def test_our_own_leg_on_the_phone_is_no_own_call() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.phone("amina", engaged=True)
    day.answer("c.1")
    day.end("c")
    assert day.presence("amina") is Presence.AVAILABLE
    day.call("d")
    assert day.offered() == []
    day.phone("amina", engaged=False)
    assert day.offered() == [("d", "amina")]
    assert _changes(day, "amina") == ["unreachable", "available", "offered", "on-call", "available", "offered"]


def test_a_phone_that_stays_engaged_after_our_leg_shows_as_an_own_call() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.phone("amina", engaged=True)
    day.answer("c.1")
    day.end("c")
    day.after(2)
    assert (day.presence("amina"), day.reason("amina")) == (Presence.ON_CALL, "own call")


def test_a_phone_that_is_not_registered_makes_the_agent_unreachable() -> None:
    day = Day(plan([agent("amina")]))
    day.phone("amina", reachable=False)
    assert (day.presence("amina"), day.reason("amina")) == (Presence.UNREACHABLE, "sip:amina is not registered")
    day.call("c")
    assert day.offered() == []
    day.phone("amina")
    assert day.offered() == [("c", "amina")]


def test_a_phone_of_which_nothing_was_heard_is_not_rung() -> None:
    day = Day(plan([agent("amina")]), reachable=False)
    assert day.presence("amina") is Presence.UNREACHABLE


def test_the_first_phone_that_can_be_rung_is_rung() -> None:
    number = Phone(PhoneKind.TEL, "+33199005512")
    day = Day(plan([agent("luc", phones=(sip("luc"), number))]), reachable=False)
    day.call("a")
    assert day.distributor.call("a").offers[0].phone == number
    day.gone("a")
    day.phone("luc")
    day.call("b")
    assert day.distributor.call("b").offers[0].phone == sip("luc")


def test_agents_who_share_a_phone_are_never_rung_both() -> None:
    day = Day(plan([agent("amina", phones=(sip("kitchen"),)), agent("luc", phones=(sip("kitchen"),))]))
    day.call("a")
    day.call("b")
    assert [call for call, _ in day.offered()] == []
    assert (day.presence("amina"), day.presence("luc")) == (Presence.OFFERED, Presence.ON_CALL)
    day.gone("a")
    assert day.offered() == [("b", "amina")]


def test_an_agent_is_free_again_when_a_colleague_has_talked_on_the_phone_that_they_share() -> None:
    day = Day(plan([agent("amina", phones=(sip("kitchen"),)), agent("luc", phones=(sip("kitchen"),))]))
    day.talk("a")
    assert (day.presence("amina"), day.presence("luc")) == (Presence.AVAILABLE, Presence.AVAILABLE)


def test_an_agent_without_any_phone_is_unreachable() -> None:
    day = Day(plan([replace(agent("amina"), phones=())]))
    assert (day.presence("amina"), day.reason("amina")) == (Presence.UNREACHABLE, "no phone")


@pytest.mark.parametrize("event", [AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentResumed, WrapUpEnded])
def test_what_somebody_unknown_says_is_harmless(event: type) -> None:
    day = Day(plan([agent("amina")]))
    assert day.tell(event("stranger")) == []
