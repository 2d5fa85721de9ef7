"""Who comes first in the line."""

from telekit.acd.events import AgentResumed, CallArrived
from tests.acd.day import Day, agent, plan, queue, seconds, step


def _busy(day: Day, *calls: str) -> None:
    """Let these calls keep everybody busy."""
    for call in calls:
        day.call(call, "first")
        day.answer(f"{call}.1")


def test_the_call_that_waits_longest_is_served_first() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help")))
    _busy(day, "x")
    day.call("a")
    day.after(1)
    day.call("b")
    day.end("x")
    assert day.offered() == [("a", "amina")]


def test_of_two_calls_at_one_instant_the_one_told_first_is_served_first() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help")))
    _busy(day, "x")
    day.tell(CallArrived("b", "help"), CallArrived("a", "help"))
    day.end("x")
    assert day.offered() == [("b", "amina")]


def test_priority_comes_before_age() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help")))
    _busy(day, "x")
    day.call("old")
    day.after(600)
    day.call("vip", priority=1)
    day.end("x")
    assert day.offered() == [("vip", "amina")]


def test_the_oldest_call_of_all_queues_of_an_agent_is_served_first() -> None:
    """Pain 13: in app_queue each queue has a line of its own, and who waits longest over all waits on (issue 1637)."""
    day = Day(
        plan(
            [agent("amina", french=9, billing=9)],
            queue("first"),
            queue("f", step(french=1)),
            queue("b", step(billing=1)),
        )
    )
    _busy(day, "x")
    day.call("newer", "f")
    day.call("older", "b", entered="08:50")
    day.end("x")
    assert day.offered() == [("older", "amina")]


def test_a_call_that_nobody_free_may_serve_holds_nobody_back() -> None:
    """Pain 6: a heavier queue whose rule excludes the agent for now starves the lighter one (Asterisk issue 1561)."""
    day = Day(
        plan(
            [agent("amina", french=9), agent("luc", english=9)],
            queue("first"),
            queue("f", step(french=1)),
            queue("e", step(english=1)),
        )
    )
    _busy(day, "x", "y")
    day.call("vip", "f", priority=50)
    day.call("other", "e")
    day.end("y")
    assert day.offered() == [("other", "luc")]


def test_a_call_behind_another_of_its_own_queue_is_served_when_only_it_can_be() -> None:
    steps = (step(french=5), step(30, french=1))
    day = Day(plan([agent("amina", french=2), agent("luc", french=9)], queue("first"), queue("help", *steps)))
    _busy(day, "x", "y")
    day.call("new", priority=9)
    day.call("old", entered="08:58")
    day.end("x")
    assert day.offered() == [("old", "amina")]


def test_priority_that_ages_is_overtaken_by_a_long_wait() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help", ages=seconds(10))))
    _busy(day, "x")
    day.call("old")
    day.after(21)
    day.call("vip", priority=2)
    day.end("x")
    assert day.offered() == [("old", "amina")]


def test_priority_that_ages_still_counts_before_that() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help", ages=seconds(10))))
    _busy(day, "x")
    day.call("old")
    day.after(19)
    day.call("vip", priority=2)
    day.end("x")
    assert day.offered() == [("vip", "amina")]


def test_queues_whose_priority_ages_differently_are_compared_at_the_moment() -> None:
    queues = queue("first"), queue("slow"), queue("fast", ages=seconds(10))
    early, late = (Day(plan([agent("amina")], *queues)) for _ in range(2))
    for day, wait in ((early, 9), (late, 11)):
        _busy(day, "x")
        day.call("strict", "slow", priority=1)
        day.call("ages", "fast")
        day.after(wait)
        day.end("x")
    assert early.offered() == [("strict", "amina")]
    assert late.offered() == [("ages", "amina")]


def test_a_call_that_comes_back_after_a_restart_keeps_its_place_and_step() -> None:
    day = Day(plan([agent("amina", french=2)], queue("first"), queue("help", step(french=9), step(60, french=1))))
    _busy(day, "x")
    day.call("b", entered="08:58:30")
    day.call("a", entered="08:58")
    assert day.distributor.call("a").step == 1
    day.end("x")
    assert day.offered() == [("a", "amina")]


def test_a_call_that_is_told_twice_waits_once_at_its_first_place() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help")))
    _busy(day, "x")
    day.call("a")
    day.after(5)
    day.call("b")
    day.after(5)
    day.call("a")
    assert [call.call for call in day.distributor.queue("help").calls] == ["a", "b"]
    assert day.distributor.call("a").entered_at == day.now - seconds(10)


def test_a_call_that_is_told_twice_while_it_rings_goes_on_ringing() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("a")
    assert day.call("a") == []
    day.answer("a.1")
    assert day.distributor.queue("help").calls == ()


def test_a_call_that_changes_the_queue_leaves_the_first_one() -> None:
    day = Day(plan([agent("amina")], queue("first"), queue("help"), queue("other")))
    _busy(day, "x")
    day.call("a")
    day.call("a", "other")
    assert day.distributor.queue("help").calls == ()
    assert [call.call for call in day.distributor.queue("other").calls] == ["a"]


def test_a_missed_call_is_still_the_first_for_the_agent_who_missed_it() -> None:
    day = Day(plan([agent("amina")]))
    day.call("a")
    day.call("b")
    day.after(20)
    day.miss("a.1")
    assert day.offered() == [("a", "amina")]


def test_an_agent_who_comes_back_takes_the_first_call_of_the_line() -> None:
    day = Day(plan([agent("amina")]))
    day.call("a")
    day.miss("a.1")
    day.miss("a.2")
    day.call("vip", priority=5)
    day.tell(AgentResumed("amina"))
    assert day.offered() == [("vip", "amina")]
