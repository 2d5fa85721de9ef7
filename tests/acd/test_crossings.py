"""News that cross each other on the way: the switch knows best who talks with whom, and nobody is left hanging."""

from telekit.acd.actions import Finished, Joined, OfferEnded, Withdraw
from telekit.acd.events import (
    AgentLoggedOut,
    AgentPaused,
    CallArrived,
    CallGone,
    ConversationEnded,
    ConversationFound,
    OfferAnswered,
)
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from tests.acd.day import Day, agent, plan, queue, seconds


def test_an_offer_of_which_nothing_is_heard_is_given_up_and_the_agent_is_free_again() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.after(29.9)
    assert day.withdrawn() == []
    day.after(0.1)
    assert day.withdrawn() == [("c.1", "overdue")]
    assert day.offered() == [("c", "amina")]


def test_an_overdue_offer_goes_to_somebody_else_first() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.after(30)
    assert day.offered() == [("c", "luc")]
    assert day.presence("amina") is Presence.AVAILABLE


def test_an_agent_who_has_to_press_a_key_is_given_time_for_it() -> None:
    day = Day(plan([agent("luc", phones=(Phone(PhoneKind.TEL, "+33199005512"),))]))
    day.call("c")
    day.after(59)
    assert day.withdrawn() == []
    day.after(1)
    assert day.withdrawn() == [("c.1", "overdue")]


def test_an_answer_that_crossed_the_end_of_the_shift_holds() -> None:
    day = Day(plan([agent("amina", "08:00-13:00"), agent("luc")]), at="12:59:50")
    day.call("c")
    day.until("13:00")
    assert day.withdrawn() == [("c.1", "shift-ended")]
    assert day.offered() == [("c", "luc")]
    day.answer("c.1")
    assert day.withdrawn() == [("c.2", "answered")]
    assert [(joined.agent, joined.offer) for joined in day.all(Joined)] == [("amina", "c.1")]
    assert day.presence("amina") is Presence.ON_CALL
    assert day.presence("luc") is Presence.AVAILABLE


def test_an_answer_that_came_too_late_takes_the_agent_out_of_another_offer() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("a")
    day.after(30)
    assert day.offered() == [("a", "luc")]
    day.call("b")
    assert day.offered() == [("b", "amina")]
    day.answer("a.1")
    assert day.withdrawn() == [("a.2", "answered"), ("b.1", "agent-gone")]
    assert day.offered() == [("b", "luc")]
    assert day.presence("amina") is Presence.ON_CALL


def test_an_answer_for_a_caller_who_is_gone_changes_nothing() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.gone("c")
    assert day.answer("c.1") == []
    assert day.presence("amina") is Presence.AVAILABLE


def test_late_news_of_an_answer_tell_how_long_they_have_talked() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.after(15)
    day.tell(OfferAnswered("c.1", talked=seconds(10)))
    assert [(joined.waited, joined.rang) for joined in day.all(Joined)] == [(seconds(5), seconds(5))]
    day.after(5)
    day.end("c")
    assert [finished.talked for finished in day.all(Finished)] == [seconds(15)]


def test_a_caller_who_hangs_up_while_it_rings_stops_the_ringing() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.gone("c")
    assert day.withdrawn() == [("c.1", "call-gone")]
    assert [type(action).__name__ for action in day.last] == ["Withdraw", "OfferEnded", "PresenceChanged", "Abandoned"]


def test_a_caller_who_hangs_up_in_a_conversation_ends_it_once() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.answer("c.1")
    day.tell(CallGone("c"), ConversationEnded("c"), CallGone("c"))
    assert len(day.all(Finished)) == 1


def test_a_call_that_comes_in_again_out_of_a_conversation_has_ended_it() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.answer("c.1")
    day.call("c")
    assert len(day.all(Finished)) == 1
    assert day.offered() == [("c", "amina")]


def test_no_offer_of_a_call_has_the_name_of_an_earlier_one() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.answer("c.1")
    day.end("c")
    day.call("c")
    assert day.all(Joined) == []
    assert day.distributor.call("c").offers[0].offer == "c.2"
    day.gone("c")
    day.call("c")
    assert day.distributor.call("c").offers[0].offer == "c.3"
    day.tell(CallArrived("d", "help", offers=4))
    day.gone("c")
    assert day.distributor.call("d").offers[0].offer == "d.5"


def test_a_conversation_found_alive_makes_the_agent_busy_since_then() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.tell(ConversationFound("c", "amina", "help", day.now - seconds(100)))
    assert day.presence("amina") is Presence.ON_CALL
    assert day.all(Joined) == []
    day.after(20)
    day.end("c")
    assert [(finished.queue, finished.talked) for finished in day.all(Finished)] == [("help", seconds(120))]
    assert day.presence("amina") is Presence.WRAP_UP


def test_a_waiting_call_that_is_found_talking_leaves_the_line() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.tell(ConversationFound("c", "luc", "help", day.now))
    assert day.withdrawn() == [("c.1", "answered")]
    assert [(joined.offer, joined.agent) for joined in day.all(Joined)] == [("c.2", "luc")]
    assert day.distributor.queue("help").calls == ()


def test_a_call_found_talking_with_whom_it_rings_was_answered() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.tell(ConversationFound("c", "amina", "help", day.now))
    assert [joined.offer for joined in day.all(Joined)] == ["c.1"]
    assert day.all(Withdraw) == []


def test_an_agent_found_talking_is_not_rung_for_another_call() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.tell(ConversationFound("old", "amina", None, day.now))
    assert day.withdrawn() == [("c.1", "agent-gone")]
    assert day.offered() == [("c", "luc")]


def test_a_conversation_found_twice_is_one() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(ConversationFound("c", "amina", None, day.now))
    assert day.tell(ConversationFound("c", "amina", None, day.now)) == []


def test_a_conversation_that_goes_on_with_somebody_else_ends_for_the_first() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.tell(ConversationFound("c", "amina", None, day.now))
    day.tell(ConversationFound("c", "luc", None, day.now))
    assert [finished.agent for finished in day.all(Finished)] == ["amina"]
    assert (day.presence("amina"), day.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)


def test_a_conversation_with_somebody_whom_the_plan_does_not_have_is_told_at_its_end() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(ConversationFound("c", "ghost", None, day.now - seconds(5)))
    day.end("c")
    assert day.all(Finished) == [Finished("c", None, AgentName("ghost"), seconds(5))]


def test_an_agent_who_logs_out_or_pauses_while_it_rings_is_not_rung_on() -> None:
    for event in (AgentLoggedOut("amina"), AgentPaused("amina", "lunch")):
        day = Day(plan([agent("amina"), agent("luc")]))
        day.call("c")
        day.tell(event)
        assert day.withdrawn() == [("c.1", "agent-gone")]
        assert [ended.cause for ended in day.all(OfferEnded)] == [None]
        assert day.offered() == [("c", "luc")]


def test_two_calls_at_one_instant_never_ring_one_phone() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.tell(CallArrived("a", "help"), CallArrived("b", "help"), CallArrived("c", "help"))
    assert day.offered() == [("a", "amina"), ("b", "luc")]
