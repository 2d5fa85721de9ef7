"""Another plan holds from one event to the next, while calls wait, ring and talk."""

from telekit.acd.actions import Finished, PresenceChanged, Queued
from telekit.acd.events import AgentLoggedOut, AgentPaused, ConversationFound, OfferDropped, PlanChanged
from telekit.domain.destination import HangUp
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit, Strategy
from tests.acd.day import Day, agent, plan, queue, seconds, sip, step


def _change(day: Day, plan: Plan) -> None:
    day.tell(PlanChanged(plan))


def test_a_plan_that_says_the_same_changes_nothing() -> None:
    same = plan([agent("amina"), agent("luc")], queue("help", step(), step(30), wrap_up=seconds(5)))
    day = Day(same)
    day.call("a")
    day.answer("a.1")
    day.call("b")
    day.tell(AgentPaused("luc"))
    day.call("c")
    before = day.distributor.agents(), day.distributor.queues(), day.distributor.offers()
    assert day.tell(PlanChanged(same)) == []
    assert (day.distributor.agents(), day.distributor.queues(), day.distributor.offers()) == before


def test_waiting_calls_keep_their_place_and_meet_the_new_requirement() -> None:
    day = Day(plan([agent("amina", french=4)], queue("help", step(french=5), step(600))))
    day.call("a")
    day.after(10)
    day.call("b")
    _change(day, plan([agent("amina", french=4)], queue("help", step(french=3))))
    assert day.offered() == [("a", "amina")]
    assert day.distributor.call("a").entered_at == day.now - seconds(10)


def test_an_agent_whom_the_new_plan_lets_do_more_takes_the_first_such_call() -> None:
    day = Day(plan([agent("amina", french=4), agent("luc", french=9)], queue("help", step(french=5))))
    day.call("x")
    day.answer("x.1")
    day.call("a")
    _change(day, plan([agent("amina", french=5), agent("luc", french=9)], queue("help", step(french=5))))
    assert day.offered() == [("a", "amina")]


def test_a_call_whose_exit_has_passed_under_the_new_plan_leaves_now() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentPaused("amina"))
    day.call("c")
    day.after(60)
    _change(day, plan([agent("amina")], queue(exits=(Exit(seconds(30), HangUp()),))))
    assert day.diverted() == [("c", "exit")]


def test_calls_of_a_queue_that_is_gone_are_sent_away() -> None:
    day = Day(plan([agent("amina")], queue("help"), queue("old")))
    day.call("a", "old")
    day.call("b", "old")
    _change(day, plan([agent("amina")], queue("help")))
    assert day.withdrawn() == [("a.1", "plan-changed")]
    assert day.diverted() == [("a", "queue-gone"), ("b", "queue-gone")]
    assert day.presence("amina") is Presence.AVAILABLE


def test_calls_that_nobody_can_take_any_more_are_sent_away() -> None:
    day = Day(plan([agent("amina", french=5)], queue("help", step(french=5))))
    day.tell(AgentPaused("amina"))
    day.call("c")
    _change(day, plan([agent("amina", french=5)], queue("help", step(french=6))))
    assert day.diverted() == [("c", "no-agent")]


def test_an_agent_who_is_gone_is_not_rung_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    _change(day, plan([agent("luc")]))
    assert day.withdrawn() == [("c.1", "plan-changed")]
    assert day.offered() == [("c", "luc")]
    (last,) = [a.now for a in day.all(PresenceChanged) if a.agent == "amina"][-1:]
    assert (last.presence, last.reason) == (Presence.LOGGED_OUT, "no longer in the rules")


def test_an_agent_whom_the_new_plan_gives_no_shift_now_is_not_rung_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    _change(day, plan([agent("amina", "20:00-22:00"), agent("luc")]))
    assert day.withdrawn() == [("c.1", "plan-changed")]
    assert day.offered() == [("c", "luc")]
    assert day.presence("amina") is Presence.LOGGED_OUT


def test_an_agent_who_lost_the_skill_is_not_rung_on() -> None:
    day = Day(plan([agent("amina", french=5), agent("luc", french=5)], queue("help", step(french=5))))
    day.call("c")
    _change(day, plan([agent("amina"), agent("luc", french=5)], queue("help", step(french=5))))
    assert day.withdrawn() == [("c.1", "plan-changed")]
    assert day.offered() == [("c", "luc")]


def test_an_offer_that_the_new_plan_allows_rings_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.after(5)
    _change(day, plan([agent("luc"), agent("amina")]))
    assert day.last == []
    day.after(25)
    assert day.withdrawn() == [("c.1", "overdue")]


def test_the_conversation_of_an_agent_who_is_gone_goes_on_to_its_end() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(wrap_up=seconds(30))))
    day.call("c")
    day.answer("c.1")
    _change(day, plan([agent("luc")], queue(wrap_up=seconds(30))))
    assert day.presence("amina") is Presence.ON_CALL
    day.after(60)
    day.end("c")
    assert [finished.agent for finished in day.all(Finished)] == ["amina"]
    (last,) = [a.now.presence for a in day.all(PresenceChanged) if a.agent == "amina"]
    assert last is Presence.LOGGED_OUT


def test_an_agent_who_is_gone_and_comes_back_in_one_conversation_is_still_in_it() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.answer("c.1")
    _change(day, plan([agent("luc")]))
    _change(day, plan([agent("luc"), agent("amina")]))
    day.tell(AgentPaused("luc"))
    day.call("d")
    assert day.offered() == []
    day.end("c")
    assert day.offered() == [("d", "amina")]


def test_somebody_found_talking_before_the_plan_had_them_is_busy_once_it_has() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(ConversationFound("c", "luc", None, day.now))
    _change(day, plan([agent("luc"), agent("amina")]))
    day.phone("luc")
    assert day.presence("luc") is Presence.ON_CALL
    day.call("d")
    assert day.offered() == [("d", "amina")]


def test_pause_logout_misses_and_wrap_up_are_carried_over() -> None:
    first = plan([agent(name) for name in ("a", "b", "c", "d")], queue(wrap_up=seconds(60)))
    day = Day(first)
    day.call("x")
    day.answer("x.1")
    day.end("x")
    day.tell(AgentPaused("b", "lunch"), AgentLoggedOut("c"))
    day.call("y")
    day.miss("y.1")
    _change(day, plan([agent(name) for name in ("d", "c", "b", "a")], queue(wrap_up=seconds(60))))
    assert [day.presence(name) for name in "abcd"] == ["wrap-up", "paused", "logged-out", "offered"]
    day.miss("y.2")
    assert day.reason("d") == "2 missed offers"


def test_a_phone_of_the_new_plan_is_known_if_it_was_seen_before() -> None:
    day = Day(plan([agent("amina")]))
    day.phone(sip("new"))
    _change(day, plan([agent("amina", phones=(sip("new"),))]))
    day.call("c")
    assert day.distributor.call("c").offers[0].phone == sip("new")


def test_turns_are_taken_on_from_the_same_agent() -> None:
    taking_turns = queue("help", step(0, Strategy.ROUND_ROBIN))
    day = Day(plan([agent("a"), agent("b"), agent("c")], taking_turns))
    day.talk("1")
    _change(day, plan([agent("c"), agent("a"), agent("b")], taking_turns))
    day.call("2")
    assert day.offered() == [("2", "b")]


def test_idle_time_and_calls_taken_are_carried_over() -> None:
    for strategy in (Strategy.LONGEST_IDLE, Strategy.FEWEST_CALLS):
        ordered = queue("help", step(0, strategy))
        day = Day(plan([agent("a"), agent("b")], ordered))
        day.talk("1")
        _change(day, plan([agent("a"), agent("b")], ordered))
        day.call("2")
        assert day.offered() == [("2", "b")]


def test_a_call_that_rests_is_offered_again_under_the_new_plan() -> None:
    same = plan([agent("amina")])
    day = Day(same)
    day.call("c")
    day.tell(OfferDropped("c.1"))
    _change(day, same)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("c", "amina")]


def test_it_is_told_that_a_call_waits_again_when_its_offer_was_taken_back() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.tell(AgentPaused("luc"))
    day.call("c")
    _change(day, plan([agent("luc")]))
    assert [queued.call for queued in day.all(Queued)] == ["c"]


def test_it_is_not_told_again_that_a_call_waits() -> None:
    day = Day(plan([agent("amina")]))
    day.tell(AgentPaused("amina"))
    day.call("c")
    _change(day, plan([agent("amina"), agent("luc")]))
    assert day.all(Queued) == []
