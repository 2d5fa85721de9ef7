"""When too many wait: who is sent on as they come, and who keeps the place."""

from dataclasses import replace
from decimal import Decimal

from telekit.acd.actions import Divert, DivertReason, Queued
from telekit.acd.events import AgentLoggedOut, CallArrived, PhoneSeen, PlanChanged
from telekit.domain.destination import HangUp, ToMenu, ToQueue, ToVoicemail, Treatment
from telekit.domain.names import CallId, MenuName, QueueName
from telekit.domain.queue import Exit, Overflow, Queue
from tests.acd.day import Day, agent, plan, queue, seconds, sip, step

GENERAL = ToQueue(QueueName("general"))


def full(waiting: int, name: str = "help", **rest: object) -> Queue:
    return queue(name, overflow=(Overflow(GENERAL, waiting=waiting),), **rest)


def crowded(per_agent: str, *steps: object) -> Queue:
    return queue("help", *steps, overflow=(Overflow(ToVoicemail(), per_agent=Decimal(per_agent)),))  # type: ignore[arg-type]


def busy(day: Day, *agents: str) -> Day:
    """Let phones be in use, so that every call waits."""
    for name in agents:
        day.phone(name, engaged=True)
    return day


def test_a_call_is_sent_on_when_so_many_wait_as_it_comes() -> None:
    day = busy(Day(plan([agent("amina")], full(2))), "amina")
    day.call("a")
    day.call("b")
    assert day.diverted() == []
    day.call("c")
    assert day.last == [
        Divert("c", "help", Treatment((), GENERAL), DivertReason.OVERFLOW, seconds(0), "2 wait"),
    ]
    assert [call.call for call in day.distributor.queue("help").calls] == ["a", "b"]


def test_a_call_whose_phone_rings_still_waits() -> None:
    day = Day(plan([agent("amina")], full(1)))
    day.call("a")
    day.call("b")
    assert day.diverted() == [("b", "overflow")]


def test_a_call_for_which_somebody_is_free_at_once_is_never_one_too_many() -> None:
    steps = step(french=9), step(10, replace=True, english=5)
    agents = [agent("luc", french=9), agent("nora", english=9)]
    day = busy(Day(plan(agents, queue("help", *steps, overflow=full(1).overflow))), "luc", "nora")
    day.call("a")
    day.after(10)
    day.phone("luc")
    assert day.call("b")
    assert day.offered() == [("b", "luc")]
    assert day.diverted() == []


def test_it_is_judged_as_the_call_comes_and_not_while_it_waits() -> None:
    day = busy(Day(plan([agent("amina")], queue())), "amina")
    for call in "abc":
        day.call(call)
    day.tell(PlanChanged(plan([agent("amina")], full(1))))
    day.after(600)
    assert day.diverted() == []
    day.call("d")
    assert day.diverted() == [("d", "overflow")]


def test_a_call_that_comes_back_to_its_place_is_not_judged_again() -> None:
    day = busy(Day(plan([agent("amina")], full(1))), "amina")
    day.call("a")
    day.call("back", entered="08:50")
    assert day.diverted() == []
    assert [call.call for call in day.distributor.queue("help").calls] == ["back", "a"]


def test_a_ratio_counts_who_is_on_shift_and_could_serve_the_call_sooner_or_later() -> None:
    agents = [
        agent("amina", french=9),
        agent("luc", french=3),
        agent("nora", english=9),
        agent("zoe", "10:00-12:00", french=9),
    ]
    day = busy(Day(plan(agents, crowded("1.5", step(french=5), step(30, french=3)))), "amina", "luc", "nora")
    for call in "abcd":
        day.call(call)
    assert [(d.call, d.detail) for d in day.all(Divert, day.actions)] == [("d", "3 wait for 2 agents")]
    day.tell(AgentLoggedOut("luc"))
    day.call("e")
    assert [d.detail for d in day.all(Divert)] == ["3 wait for 1 agent"]


def test_with_nobody_on_shift_it_is_no_agent_that_counts_and_not_the_ratio() -> None:
    day = Day(plan([agent("amina", "10:00-12:00")], crowded("0.01")))
    day.call("a")
    assert day.diverted() == [("a", "no-agent")]


def test_of_several_the_first_that_holds_counts() -> None:
    rules = (Overflow(HangUp(), waiting=2), Overflow(ToVoicemail(), waiting=1), Overflow(GENERAL, waiting=1))
    day = busy(Day(plan([agent("amina")], queue(overflow=rules))), "amina")
    day.call("a")
    day.call("b")
    assert [divert.treatment.then for divert in day.all(Divert)] == [ToVoicemail()]


def test_of_calls_at_one_moment_those_in_front_are_counted_also_when_much_is_due() -> None:
    agents = [agent(f"a{number}", "09:00-10:00") for number in range(20)]
    day = Day(plan(agents, full(2, ages=seconds(10))), "08:59:59", reachable=False)
    day.now += seconds(1)
    done = []
    for call in "abcd":
        done += day.distributor.handle(CallArrived(CallId(call), QueueName("help")), day.now)
    done += day.distributor.drain(day.now)
    assert [(d.call, d.detail) for d in day.all(Divert, done)] == [("c", "2 wait"), ("d", "2 wait")]
    assert [queued.call for queued in day.all(Queued, done)] == ["a", "b"]


def test_who_is_free_is_known_before_anybody_is_sent_on() -> None:
    agents = [agent(f"a{number}", "09:00-10:00") for number in range(20)]
    day = Day(plan(agents, full(1)), "08:59:59")
    day.now += seconds(1)
    done = []
    for number in range(20):
        done += day.distributor.handle(CallArrived(CallId(f"c{number}"), QueueName("help")), day.now)
    done += day.distributor.drain(day.now)
    assert day.all(Divert, done) == []


def test_it_is_not_told_that_a_call_waits_which_is_sent_on() -> None:
    day = busy(Day(plan([agent("amina")], full(1))), "amina")
    day.call("a")
    assert not day.all(Queued, day.call("b"))


STAY = Exit(seconds(60), ToMenu(MenuName("stay")))
LATE = Exit(seconds(300), ToVoicemail())


def test_who_comes_back_from_a_menu_has_the_place_and_the_wait() -> None:
    """Pain 22: elsewhere a caller who comes back from a menu is the last in line."""
    day = busy(Day(plan([agent("amina")], queue(exits=(STAY, LATE)))), "amina")
    came_at = day.now
    day.call("a")
    day.after(30)
    day.call("b")
    day.after(30)
    assert day.diverted() == [("a", "exit")]
    day.after(20)
    day.tell(CallArrived(CallId("a"), QueueName("help"), entered_at=came_at, exited=seconds(60)))
    assert [call.call for call in day.distributor.queue("help").calls] == ["a", "b"]
    day.phone("amina")
    assert day.offered() == [("a", "amina")]


def test_an_exit_that_was_taken_is_not_taken_again_and_the_next_one_is() -> None:
    day = busy(Day(plan([agent("amina")], queue(exits=(STAY, LATE)))), "amina")
    came_at = day.now
    day.call("a")
    day.after(60)
    day.after(20)
    day.tell(CallArrived(CallId("a"), QueueName("help"), entered_at=came_at, exited=seconds(60)))
    day.after(219)
    assert day.diverted() == []
    day.after(1)
    assert [divert.treatment.then for divert in day.all(Divert)] == [ToVoicemail()]


def test_of_exits_that_passed_meanwhile_the_last_counts() -> None:
    day = busy(Day(plan([agent("amina")], queue(exits=(STAY, LATE)))), "amina")
    day.call("a", entered="08:50")
    assert [divert.treatment.then for divert in day.all(Divert)] == [ToVoicemail()]


def test_a_call_that_brings_its_age_along_stands_by_it_but_takes_every_step_anew() -> None:
    queues = queue("help", step(french=9), step(60, french=1), exits=(LATE,)), queue("other", step(french=1))
    day = Day(plan([agent("amina", french=3)], *queues))
    day.phone("amina", engaged=True)
    day.call("older", "other", entered="08:55")
    day.call("newer", "other", entered="08:57")
    came_at = day.distributor.call("older").entered_at + seconds(60)
    day.tell(CallArrived(CallId("moved"), QueueName("help"), came_at=came_at))
    moved = day.distributor.call("moved")
    assert (moved.step, moved.entered_at, moved.came_at) == (0, day.now, came_at)
    day.after(60)
    assert day.diverted() == []
    day.gone("older")
    day.tell(PhoneSeen(sip("amina"), reachable=True))
    assert day.offered() == [("moved", "amina")]


def test_age_that_was_brought_along_ages_priority_too() -> None:
    rules = plan([agent("amina")], queue(ages=seconds(10)))
    day = busy(Day(rules), "amina")
    day.call("vip", priority=3)
    day.tell(CallArrived(CallId("moved"), QueueName("help"), came_at=day.now - seconds(31)))
    day.phone("amina")
    assert day.offered() == [("moved", "amina")]


def test_a_place_survives_another_plan() -> None:
    rules = plan([agent("amina")], queue(exits=(STAY,)))
    day = busy(Day(rules), "amina")
    came_at, entered_at = day.now - seconds(100), day.now - seconds(80)
    arrived = CallArrived(CallId("a"), QueueName("help"), 0, entered_at, 0, came_at, seconds(60))
    day.tell(arrived)
    day.tell(PlanChanged(replace(rules)))
    call = day.distributor.call("a")
    assert (call.entered_at, call.came_at) == (entered_at, came_at)
    day.after(600)
    assert day.diverted() == []
