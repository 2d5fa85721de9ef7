"""A call whose route prefers one agent."""

from telekit.acd.actions import Offer, Queued, Released
from telekit.acd.eligibility import Obstacle
from telekit.acd.events import AgentLoggedOut, AgentPaused, CallArrived, PlanChanged
from telekit.domain.agent import Login
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.preference import Preferred
from telekit.domain.queue import MissCause, Strategy
from tests.acd.day import Day, agent, plan, queue, seconds, step

AMINA = AgentName("amina")


def prefers(day: Day, call: str, name: str = "amina", span: float = 20, priority: int = 0) -> None:
    preferred = Preferred(AgentName(name), seconds(span))
    day.tell(CallArrived(CallId(call), QueueName("help"), priority, preferred=preferred))


def talks(day: Day, call: str) -> None:
    """Have the first agent who is free talk with a caller until the test ends that."""
    day.call(call)
    day.answer(f"{call}.1")


def released(day: Day) -> list[tuple[str, str]]:
    return [(action.call, action.reason) for action in day.all(Released)]


def test_the_preferred_agent_rings_though_another_comes_first_by_the_strategy() -> None:
    day = Day(plan([agent("luc"), agent("amina")]))
    prefers(day, "c")
    assert day.offered() == [("c", "amina")]


def test_while_the_preferred_agent_talks_nobody_else_is_asked_until_the_time_is_over() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    prefers(day, "c")
    assert day.offered() == []
    assert [action.held_for for action in day.all(Queued)] == ["amina"]
    assert day.distributor.call(CallId("c")).held_for == "amina"
    day.after(19.999)
    assert day.offered() == []
    day.after(0.001)
    assert released(day) == [("c", "time")]
    assert day.offered() == [("c", "luc")]


def test_the_preferred_agent_gets_the_call_on_becoming_free() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(wrap_up=seconds(5))))
    talks(day, "x")
    prefers(day, "c")
    day.end("x")
    day.after(5)
    assert day.offered() == [("c", "amina")]
    assert day.all(Released, day.actions) == []


def test_a_held_call_holds_up_nobody_behind_it() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    prefers(day, "c", priority=50)
    day.call("d")
    assert day.offered() == [("d", "luc")]


def test_a_held_call_keeps_its_place_among_all_that_the_preferred_agent_can_serve() -> None:
    day = Day(plan([agent("amina")]))
    talks(day, "x")
    day.call("first")
    prefers(day, "held", span=300)
    day.call("last")
    day.end("x")
    assert day.offered() == [("first", "amina")]
    day.answer("first.1")
    day.end("first")
    assert day.offered() == [("held", "amina")]


def test_once_released_it_has_the_place_that_its_wait_gives_it() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    talks(day, "y")
    prefers(day, "held")
    day.after(1)
    day.call("later")
    day.after(20)
    day.end("y")
    assert day.offered() == [("held", "luc")]


def test_a_miss_of_the_preferred_agent_hands_the_call_on_at_once() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    prefers(day, "c")
    day.miss("c.1", MissCause.REJECTED)
    assert released(day) == [("c", "missed this call")]
    assert day.offered() == [("c", "luc")]


def test_a_preferred_agent_who_logs_out_or_pauses_hands_the_call_on_at_once() -> None:
    for event, reason in ((AgentLoggedOut(AMINA), "logged out"), (AgentPaused(AMINA, "lunch"), "paused")):
        day = Day(plan([agent("amina"), agent("luc")]))
        prefers(day, "c")
        day.tell(event)
        assert released(day) == [("c", reason)]
        assert day.offered() == [("c", "luc")]


def test_a_preferred_agent_whose_phone_is_out_of_reach_is_not_waited_for() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.phone("amina", reachable=False)
    prefers(day, "c")
    assert released(day) == [("c", "unreachable")]
    assert day.offered() == [("c", "luc")]


def test_an_agent_off_shift_is_preferred_only_when_back_within_the_time() -> None:
    agents = [agent("amina", "10:00-12:00"), agent("luc", "08:00-18:00")]
    day = Day(plan(agents), "09:59:30")
    prefers(day, "early")
    assert released(day) == [("early", "off shift")]
    day = Day(plan(agents), "09:59:50")
    prefers(day, "c")
    assert day.offered() == []
    day.until("10:00")
    assert day.offered() == [("c", "amina")]


def test_who_must_log_in_by_code_is_not_waited_for_before_the_shift() -> None:
    day = Day(plan([agent("amina", "10:00-12:00", login=Login.CODE), agent("luc")]), "09:59:50")
    prefers(day, "c")
    assert released(day) == [("c", "off shift")]


def test_nobody_waits_for_an_agent_whose_shift_ends_too_soon_for_the_queue() -> None:
    agents = [agent("amina", "08:00-10:00"), agent("luc")]
    day = Day(plan(agents, queue(last_offer=seconds(300))), "09:57")
    prefers(day, "c")
    assert released(day) == [("c", "shift ends soon")]


def test_a_call_for_which_only_the_preferred_agent_will_be_there_is_not_sent_away() -> None:
    day = Day(plan([agent("amina", "10:00-12:00")]), "09:59:50")
    prefers(day, "c")
    assert day.diverted() == []
    day.until("10:00")
    assert day.offered() == [("c", "amina")]


def test_who_lacks_the_skill_that_the_queue_requires_is_not_preferred() -> None:
    day = Day(plan([agent("amina"), agent("luc", french=9)], queue("help", step(french=5))))
    prefers(day, "c")
    assert released(day) == [("c", "skill lacking")]
    assert day.offered() == [("c", "luc")]


def test_an_agent_whom_the_rules_do_not_know_is_not_waited_for() -> None:
    day = Day(plan([agent("luc")]))
    prefers(day, "c", "nobody")
    assert released(day) == [("c", "unknown agent")]
    assert day.offered() == [("c", "luc")]


def test_rules_that_no_longer_have_the_preferred_agent_hand_the_call_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    prefers(day, "c")
    day.tell(PlanChanged(plan([agent("luc")])))
    assert released(day) == [("c", "unknown agent")]
    assert day.offered() == [("c", "luc")]


def test_a_call_stays_held_when_the_rules_change_otherwise() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    prefers(day, "c")
    day.tell(PlanChanged(plan([agent("amina"), agent("luc"), agent("nora")])))
    assert day.offered() == []
    day.end("x")
    assert day.offered() == [("c", "amina")]


def test_an_offer_that_rings_when_the_time_is_over_rings_on() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(ring=seconds(30))))
    prefers(day, "c")
    day.after(25)
    assert day.withdrawn() == []
    day.answer("c.1")
    assert day.presence("amina") == "on-call"


def test_others_are_told_that_the_call_is_held_for_another() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    talks(day, "x")
    prefers(day, "c")
    luc = day.distributor.explain_call(CallId("c"))[1]
    assert (luc.agent, luc.obstacle, luc.detail) == ("luc", Obstacle.HELD, "for amina")


def test_the_step_of_the_agent_is_told_with_the_offer() -> None:
    day = Day(
        plan([agent("amina", french=3), agent("luc", french=9)], queue("help", step(french=5), step(5, french=3)))
    )
    preferred = Preferred(AMINA, seconds(20))
    day.tell(CallArrived(CallId("c"), QueueName("help"), 0, day.now - seconds(6), preferred=preferred))
    assert [(offer.agent, offer.step) for offer in day.all(Offer)] == [("amina", 1)]


def test_where_all_ring_a_held_call_rings_the_preferred_agent_alone() -> None:
    day = Day(plan([agent("luc"), agent("amina")], queue("help", step(0, Strategy.RING_ALL))))
    prefers(day, "c")
    assert day.offered() == [("c", "amina")]
    day.call("d")
    assert day.offered() == [("d", "luc")]
    day.miss("c.1")
    assert released(day) == [("c", "missed this call")]
