"""How a queue's requirement changes while a call waits, and where the call goes in the end."""

from dataclasses import replace

from telekit.acd.actions import Divert, DivertReason, Offer, Queued
from telekit.domain.destination import ToVoicemail, Treatment
from telekit.domain.queue import Exit, MissCause, Strategy
from tests.acd.day import Day, agent, plan, queue, seconds, step


def test_a_step_adds_agents_once_the_call_has_waited_so_long() -> None:
    """Pain 21: elsewhere what a call asks for cannot change as it waits, or only be dropped."""
    day = Day(plan([agent("amina", french=3)], queue("help", step(french=5), step(30, french=3))))
    day.call("c")
    day.after(29.999)
    assert day.offered() == []
    day.after(0.001)
    assert [(o.agent, o.step, o.waited) for o in day.all(Offer)] == [("amina", 1, seconds(30))]


def test_steps_count_also_while_an_offer_rings() -> None:
    agents = [agent("amina", french=9), agent("luc", french=3)]
    day = Day(plan(agents, queue("help", step(french=5), step(15, french=3))))
    day.call("c")
    day.after(20)
    day.miss("c.1")
    assert day.offered() == [("c", "luc")]


def test_a_better_match_who_becomes_free_while_a_phone_rings_is_asked_next() -> None:
    """In app_queue a caller's rule stands still during a ring (apps/app_queue.c, try_calling)."""
    agents = [agent("amina", french=9), agent("luc", french=3), agent("nora", french=4)]
    day = Day(plan(agents, queue("help", step(french=5), step(10, french=3))))
    day.phone("amina", engaged=True)
    day.phone("nora", engaged=True)
    day.call("c", entered="08:59")
    assert day.offered() == [("c", "luc")]
    day.phone("nora")
    assert day.phone("amina")
    assert day.withdrawn() == []
    day.miss("c.1")
    assert [(o.agent, o.step) for o in day.all(Offer)] == [("amina", 0)]


def _replaced(*, withdraw: bool) -> Day:
    agents = [agent("amina", french=9), agent("luc", english=9), agent("nora", french=9, english=9)]
    later = replace(step(10, replace=True, english=5), withdraw=withdraw)
    return Day(plan(agents, queue("help", step(french=5), later)))


def test_a_phone_rings_on_when_a_step_comes_that_swaps_its_agent() -> None:
    day = _replaced(withdraw=False)
    day.call("c")
    assert day.offered() == [("c", "amina")]
    day.after(10)
    assert day.withdrawn() == []
    assert day.answer("c.1")
    assert day.presence("amina") == "on-call"


def test_a_step_may_stop_the_phones_of_those_whom_it_swaps() -> None:
    day = _replaced(withdraw=True)
    day.call("c")
    day.after(10)
    assert day.withdrawn() == [("c.1", "step")]
    assert day.offered() == [("c", "luc")]
    assert day.presence("amina") == "available"
    assert day.distributor.call("c").missed == ()


def test_a_step_that_swaps_agents_lets_those_ring_on_who_suit_it_too() -> None:
    day = _replaced(withdraw=True)
    day.phone("amina", engaged=True)
    day.call("c")
    assert day.offered() == [("c", "nora")]
    day.after(10)
    assert day.withdrawn() == []


def test_agents_of_an_earlier_step_come_first() -> None:
    agents = [agent("luc", french=3), agent("amina", french=9)]
    day = Day(plan(agents, queue("help", step(french=5), step(30, french=3))))
    day.call("c", entered="08:59")
    assert [(o.agent, o.step) for o in day.all(Offer)] == [("amina", 0)]


def test_a_step_that_replaces_swaps_the_agents() -> None:
    agents = [agent("amina", french=9), agent("luc", english=9)]
    day = Day(plan(agents, queue("help", step(french=5), step(30, replace=True, english=5))))
    day.call("c", entered="08:59")
    assert [(o.agent, o.step) for o in day.all(Offer)] == [("luc", 1)]


def test_a_step_may_ask_for_more() -> None:
    agents = [agent("amina", french=9), agent("luc", french=9, billing=9)]
    day = Day(plan(agents, queue("help", step(french=5), step(30, replace=True, french=5, billing=5))))
    day.call("early")
    day.call("late", entered="08:59")
    assert day.offered() == [("late", "luc")]
    assert day.distributor.call("early").offers[0].agent == "amina"


def test_each_step_orders_its_own_agents() -> None:
    agents = [agent("amina", french=3), agent("luc", french=4), agent("zoe", french=9)]
    steps = step(french=9), step(30, Strategy.MOST_SKILLED, french=3)
    day = Day(plan(agents, queue("help", *steps)))
    day.call("a", entered="08:59")
    day.call("b", entered="08:59")
    day.call("c", entered="08:59")
    assert [offer.agent for offer in day.all(Offer, day.actions)] == ["zoe", "luc", "amina"]


def test_a_miss_does_not_move_the_call_to_its_next_step() -> None:
    day = Day(
        plan([agent("amina", french=9), agent("luc", french=3)], queue("help", step(french=5), step(30, french=3)))
    )
    day.call("c")
    day.miss("c.1", MissCause.REJECTED)
    assert day.offered() == []
    assert day.distributor.call("c").step == 0


def test_the_exit_sends_the_call_away() -> None:
    day = Day(plan([agent("amina")], queue("help", exits=(Exit(seconds(60), ToVoicemail()),))))
    day.talk("x")
    day.call("busy")
    day.call("c")
    day.after(60)
    divert = Divert("c", "help", Treatment((), ToVoicemail()), DivertReason.EXIT, seconds(60))
    assert divert in day.last


def test_an_offer_that_rings_at_the_exit_is_taken_back_first() -> None:
    day = Day(plan([agent("amina")], queue("help", exits=(Exit(seconds(10), ToVoicemail()),))))
    day.call("c")
    day.after(10)
    assert day.withdrawn() == [("c.1", "exit")]
    assert day.diverted() == [("c", "exit")]
    assert day.presence("amina") == "available"


def test_a_call_that_comes_back_after_its_exit_leaves_at_once_and_rings_nobody() -> None:
    day = Day(plan([agent("amina")], queue("help", exits=(Exit(seconds(60), ToVoicemail()),))))
    day.call("c", entered="08:00")
    assert day.offered() == []
    assert day.diverted() == [("c", "exit")]


def test_it_is_told_once_that_a_call_waits_and_again_after_each_offer() -> None:
    day = Day(plan([agent("amina", french=9)], queue("help", step(french=5), step(10), step(20))))
    day.call("c")
    day.miss("c.1", MissCause.REJECTED)
    day.after(25)
    assert len(day.all(Queued, day.actions)) == 1
    day.after(5)
    assert day.offered() == [("c", "amina")]
    day.miss("c.2", MissCause.REJECTED)
    assert len(day.all(Queued, day.actions)) == 2
