"""Holds, and callers whom agents pass on."""

from telekit.acd.actions import Finished, Held, PresenceChanged, Resumed, TakenOver, Withdraw
from telekit.acd.events import CallHeld, CallPassedOn, CallResumed, ConversationEnded, WrapUpExtended
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.presence import Presence
from telekit.domain.whisper import Whisper
from tests.acd.day import Day, agent, plan, queue, seconds, sip

CALL, HELP = CallId("1"), QueueName("help")


def talking(wrap_up: float = 30, *others: str) -> Day:
    """Give a day on which amina talks with caller 1 since 9 o'clock."""
    agents = [agent("amina"), *(agent(name) for name in others)]
    day = Day(plan(agents, queue(wrap_up=seconds(wrap_up))))
    day.call("1")
    day.answer("1.1")
    return day


def pass_on(day: Day, to: str | None = None, by: str = "amina") -> None:
    target = AgentName(to) if to is not None else None
    day.tell(CallPassedOn(CALL, AgentName(by), target, sip(to) if to else None, HELP))


def test_time_on_hold_is_told_apart_from_talk() -> None:
    day = talking()
    day.after(10)
    day.tell(CallHeld(CALL))
    assert day.all(Held) == [Held(CALL, HELP, AgentName("amina"))]
    day.after(5)
    day.tell(CallResumed(CALL))
    assert day.all(Resumed) == [Resumed(CALL, HELP, AgentName("amina"), seconds(5))]
    day.after(20)
    day.tell(CallHeld(CALL))
    day.after(2)
    day.end("1")
    assert day.all(Resumed) == [Resumed(CALL, HELP, AgentName("amina"), seconds(2))]
    assert day.all(Finished) == [Finished(CALL, HELP, AgentName("amina"), seconds(30), seconds(7))]


def test_what_the_switch_repeats_of_a_hold_is_no_news() -> None:
    day = talking()
    assert day.tell(CallResumed(CALL)) == []
    day.tell(CallHeld(CALL))
    day.after(5)
    assert day.tell(CallHeld(CALL)) == []
    day.tell(CallResumed(CALL))
    assert day.tell(CallResumed(CALL)) == []
    assert day.tell(CallHeld(CallId("another"))) == []


def test_who_passes_a_caller_on_has_the_wrap_up_until_another_agent_talks() -> None:
    day = talking(30, "luc")
    day.after(10)
    pass_on(day)
    assert day.all(Finished) == [Finished(CALL, HELP, AgentName("amina"), seconds(10), seconds(0))]
    assert day.presence("amina") is Presence.WRAP_UP
    day.after(4)
    pass_on(day, "luc")
    assert day.all(TakenOver) == [TakenOver(CALL, HELP, AgentName("luc"), AgentName("amina"))]
    assert (day.presence("amina"), day.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)
    day.after(6)
    day.tell(ConversationEnded(CALL))
    assert day.all(Finished) == [Finished(CALL, HELP, AgentName("luc"), seconds(6), seconds(0))]
    assert (day.presence("amina"), day.presence("luc")) == (Presence.AVAILABLE, Presence.WRAP_UP)


def test_who_hands_over_to_a_colleague_they_asked_is_free_at_once() -> None:
    day = talking(30, "luc")
    pass_on(day, "luc")
    assert day.presence("amina") is Presence.AVAILABLE
    day.call("2")
    assert day.offered() == [("2", "amina")]


def test_a_wrap_up_for_another_call_is_left_alone() -> None:
    day = talking(30, "luc")
    pass_on(day)
    day.after(40)
    day.talk("2")
    assert day.presence("amina") is Presence.WRAP_UP
    pass_on(day, "luc")
    assert day.presence("amina") is Presence.WRAP_UP


def test_an_extended_wrap_up_ends_too_when_a_colleague_takes_over() -> None:
    day = talking(1, "luc")
    pass_on(day)
    day.tell(WrapUpExtended(AgentName("amina"), day.now + seconds(600)))
    day.after(60)
    assert day.presence("amina") is Presence.WRAP_UP
    pass_on(day, "luc")
    assert day.presence("amina") is Presence.AVAILABLE


def test_nobody_is_rung_who_takes_a_caller_over() -> None:
    day = talking(30, "luc")
    day.call("2")
    assert day.offered() == [("2", "luc")]
    pass_on(day, "luc")
    assert day.withdrawn() == [("2.1", "agent-gone")]
    assert day.presence("luc") is Presence.ON_CALL


def test_a_call_taken_over_counts_as_taken() -> None:
    day = talking(0, "luc")
    pass_on(day, "luc")
    assert [day.distributor.agent(AgentName(name)).calls for name in ("amina", "luc")] == [1, 1]


def test_the_phone_of_one_who_took_over_may_show_engaged_for_a_moment_longer() -> None:
    day = talking(0, "luc")
    pass_on(day, "luc")
    day.phone("luc", engaged=True)
    day.tell(ConversationEnded(CALL))
    assert day.presence("luc") is Presence.AVAILABLE
    day.after(3)
    assert day.reason("luc") == "own call"


def test_a_caller_may_come_back_to_the_one_who_passed_them_on() -> None:
    day = talking(30, "luc")
    pass_on(day)
    pass_on(day, "amina")
    assert day.presence("amina") is Presence.ON_CALL
    pass_on(day, "amina")
    assert day.all(TakenOver) == []
    day.tell(ConversationEnded(CALL))
    assert day.presence("amina") is Presence.WRAP_UP


def test_a_call_that_waits_is_nobodys_to_pass_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")]), reachable=False)
    day.call("1")
    pass_on(day, "luc")
    assert day.last == []
    assert day.presence("luc") is Presence.UNREACHABLE


def test_agents_whom_the_plan_does_not_have_are_told_of_too() -> None:
    day = talking(30)
    pass_on(day, "a-stranger")
    assert day.presence("amina") is Presence.AVAILABLE
    day.after(5)
    day.tell(ConversationEnded(CALL))
    assert [action.agent for action in day.all(Finished)] == ["a-stranger"]


def test_who_hands_over_to_a_colleague_they_asked_is_never_in_wrap_up() -> None:
    day = talking(30, "luc")
    pass_on(day, "luc")
    now = [change.now.presence for change in day.all(PresenceChanged) if change.agent == "amina"]
    assert now == [Presence.AVAILABLE]


def test_an_agent_who_hears_a_whisper_is_waited_for() -> None:
    day = Day(plan([agent("amina")], queue(ring=seconds(20), whisper=Whisper(("billing",)))))
    day.call("1")
    day.after(35)
    assert day.all(Withdraw, day.actions) == []
    day.after(30)
    assert ("1.1", "overdue") in [(w.offer, w.reason.value) for w in day.actions if isinstance(w, Withdraw)]


def test_a_phone_that_rings_is_still_in_use_when_a_caller_passed_on_to_it_leaves() -> None:
    day = Day(plan([agent("amina", phones=(sip("desk"),)), agent("luc", phones=(sip("desk"),)), agent("nora")]))
    day.call("c")
    assert day.offered() == [("c", "amina")]
    day.tell(CallPassedOn(CallId("d"), AgentName("nora"), AgentName("luc"), sip("desk"), None))
    day.end("d")
    day.phone("nora", reachable=False)
    day.call("e")
    assert day.offered() == []
    day.miss("c.1")
    assert day.offered() == [("c", "luc")]
