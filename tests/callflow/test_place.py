"""A caller's place, kept on the way through menus and from queue to queue."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.destination import HangUp, ToMenu, ToQueue, ToVoicemail, Treatment
from telekit.domain.fact import FactKind
from telekit.domain.names import MenuName, QueueName
from telekit.domain.place import VARIABLE, Place
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, Overflow, Queue
from telekit.domain.route import Menu, Route
from telekit.pbx.loopback import Answers, Rings
from tests.acd.day import agent, hours, plan, queue, seconds
from tests.service.world import World, passes, routed

TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2))
HELP, GENERAL, STAY = QueueName("help"), QueueName("general"), MenuName("stay")
BACK = Menu(STAY, ("custom/stay",), {"1": ToQueue(HELP), "2": ToVoicemail(), "3": ToQueue(GENERAL)}, ToQueue(HELP), 1)


def with_menu(*queues: Queue) -> Plan:
    return replace(routed(plan([agent("amina")], *queues)), menus={STAY: BACK})


def asks(after: float) -> Exit:
    return Exit(seconds(after), ToMenu(STAY))


@pytest.mark.parametrize("keys", ["1", ""])
async def test_who_comes_back_from_a_menu_is_served_before_those_who_came_later(tmp_path: Path, keys: str) -> None:
    """Pain 22: elsewhere a caller who comes back from a menu is the last in line."""
    world = World(with_menu(queue(exits=(asks(60),))), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        first, second = world.caller(keys=keys), world.caller()
        world.lead(first)
        await passes(50)
        world.lead(second)
        await passes(50)
        amina.register()
        await passes(1)
        (offered,) = world.facts(FactKind.OFFERED)
        assert (offered.call, offered.details["waited"]) == (first.id, 100.0)
        assert first.story.count("played custom/stay") == 1


async def test_a_menu_on_the_way_is_met_once_and_the_exit_after_it_in_time(tmp_path: Path) -> None:
    world = World(with_menu(queue(exits=(asks(60), Exit(seconds(300), ToVoicemail())))), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = await world.serve()
        assert [line for line in caller.story if "stay" in line or "leave-message" in line] == [
            "played custom/stay",
            "played telekit/leave-message",
        ]
        assert world.told(FactKind.DIVERTED, "waited") == [60.0, 300.0]


async def test_a_caller_who_leaves_the_menu_for_another_end_leaves_no_place_behind(tmp_path: Path) -> None:
    world = World(with_menu(queue(exits=(asks(60),))), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = await world.serve(keys="2")
        assert "played telekit/leave-message" in caller.story
        assert caller.variables[VARIABLE] == ""


async def test_a_call_in_a_menu_returns_to_its_place_when_telekit_is_lost_there(tmp_path: Path) -> None:
    world = World(with_menu(queue(exits=(asks(60),))), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(61)
        assert caller.story[-1] == "played custom/stay"
        place = Place.parse(caller.variables[VARIABLE])
        assert place is not None
        assert (place.queue, place.exited) == (HELP, seconds(60))
        await world.restart()
        again = caller.comes_back()
        world.lead(again)
        await passes(60)
        assert again.story == ["music default"]


async def test_priority_is_part_of_the_place(tmp_path: Path) -> None:
    rules = with_menu(queue(exits=(asks(60),)))
    world = World(replace(rules, routes=(Route(ToQueue(HELP, 50)),)), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        world.lead(world.caller(keys="1"))
        await passes(70)
        (call,) = world.exchange.distributor.queue(HELP).calls
        assert call.priority == 50


@pytest.mark.parametrize(("keeps_age", "first"), [(True, 0), (False, 1)])
async def test_a_call_sent_to_another_queue_keeps_its_age_where_the_rules_say_so(
    tmp_path: Path, keeps_age: bool, first: int
) -> None:
    sends = Exit(seconds(60), ToQueue(GENERAL, keeps_age=keeps_age))
    rules = plan([agent("amina")], queue("help", exits=(sends,)), queue("general"))
    world = World(routed(rules), tmp_path)
    amina = world.phone("amina", Rings())
    amina.reachable = False
    async with world:
        callers = [world.caller(), world.caller(dialed="general")]
        world.lead(callers[0])
        await passes(30)
        world.exchange.change_plan(routed(rules, ToQueue(GENERAL)))
        world.lead(callers[1])
        await passes(60)
        amina.register()
        await passes(1)
        assert world.facts(FactKind.OFFERED)[0].call == callers[first].id


async def test_age_goes_along_from_queue_to_queue_and_through_a_menu(tmp_path: Path) -> None:
    stay = replace(BACK, choices={"3": ToQueue(GENERAL, keeps_age=True)})
    rules = with_menu(queue("help", exits=(asks(60),)), queue("general"))
    world = World(replace(rules, menus={STAY: stay}), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        caller = world.caller(keys="3")
        world.lead(caller)
        came_at = world.exchange.now()
        await passes(90)
        (call,) = world.exchange.distributor.queue(GENERAL).calls
        assert call.came_at == came_at < call.entered_at
        await world.restart()
        world.lead(caller.comes_back())
        await passes(1)
        (back,) = world.exchange.distributor.queue(GENERAL).calls
        assert (back.came_at, back.entered_at) == (call.came_at, call.entered_at)


async def test_full_queues_that_send_calls_to_each_other_keep_them_in_the_end(tmp_path: Path) -> None:
    full = [
        queue(name, overflow=(Overflow(ToQueue(QueueName(other)), waiting=1),))
        for name, other in (("help", "general"), ("general", "help"))
    ]
    rules = plan([agent("amina")], *full)
    world = World(routed(rules), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        first = world.caller()
        world.lead(first)
        await passes(1)
        world.exchange.change_plan(routed(rules, ToQueue(GENERAL)))
        second = world.caller()
        world.lead(second)
        await passes(1)
        third = world.caller()
        world.lead(third)
        await passes(1)
        assert world.told(FactKind.DIVERTED, "reason") == ["overflow", "overflow"]
        assert world.told(FactKind.DIVERTED, "detail") == ["1 waits", "1 waits"]
        assert [call.call for call in world.exchange.distributor.queue(GENERAL).calls] == [second.id, third.id]


async def test_queues_that_send_calls_to_each_other_after_a_wait_keep_them_in_the_end(tmp_path: Path) -> None:
    rules = plan(
        [agent("amina")],
        queue("help", exits=(Exit(seconds(60), ToQueue(GENERAL)),)),
        queue("general", exits=(Exit(seconds(60), ToQueue(HELP)),)),
    )
    world = World(routed(rules), tmp_path)
    world.phone("amina").reachable = False
    async with world:
        world.lead(world.caller())
        await passes(3600)
        assert world.told(FactKind.DIVERTED, "reason") == ["exit", "exit"]
        (call,) = world.exchange.distributor.queue(HELP).calls
        assert call.entered_at == world.exchange.now() - seconds(3600)


async def test_who_meets_a_closed_queue_has_no_place_in_it(tmp_path: Path) -> None:
    shut = queue("help", opening=hours("22:00-23:00"), closed=Treatment((), ToMenu(STAY)))
    rules = replace(with_menu(shut), menus={STAY: replace(BACK, nothing=HangUp())})
    async with World(rules, tmp_path) as world:
        caller = await world.serve()
        assert world.told(FactKind.DIVERTED, "reason") == ["closed"]
        assert caller.variables.get(VARIABLE, "") == ""


async def test_who_came_while_no_telekit_was_there_has_waited_since_then(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        earlier = world.exchange.now().timestamp() - 30
        world.lead(world.caller())
        waited = world.caller(arguments={"place": f"{earlier:.3f}::"})
        world.lead(waited)
        await passes(10)
        amina.register()
        await passes(1)
        (offered,) = world.facts(FactKind.OFFERED)
        assert (offered.call, offered.details["waited"]) == (waited.id, 40.0)
