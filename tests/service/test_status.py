"""What the living service says of itself."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telekit.domain.lookup import Lookup
from telekit.domain.names import LookupName
from telekit.pbx.loopback import Answers
from telekit.pbx.port import HoldChanged
from telekit.service.breaker import FAILURES
from telekit.service.status import Glance, look_ahead, told
from tests.acd.day import agent, hours, plan, queue, seconds
from tests.service.world import World, leg_of, offer_of, passes, routed


def status(world: World) -> dict[str, Any]:
    """Give what a client reads, an hour after the start."""
    now = world.exchange.now()
    answer = told(Glance.at_once(world.exchange), now - seconds(3600), "rules")
    read: dict[str, Any] = json.loads(json.dumps(answer))
    return read


async def test_queues_calls_and_agents_are_told_as_they_are(tmp_path: Path) -> None:
    far = replace(agent("luc", "20:00-22:00"), zone=ZoneInfo("Indian/Reunion"))
    rules = plan([agent("amina"), far], queue("help"), queue("night", opening=hours("22:00-23:00")))
    world = World(routed(rules), tmp_path)
    world.phone("amina", Answers(after=seconds(2), talks=None))
    async with world:
        world.lead(world.caller())
        await passes(10)
        waiting = world.caller()
        world.lead(waiting)
        await passes(20)
        answer = status(world)
        assert answer["up"] == 3600
        assert answer["link"] == "up, loopback"
        assert answer["free"] == 0
        assert answer["queues"] == [
            {"queue": "help", "open": True, "waiting": 1, "longest": 20.0, "talking": 1},
            {"queue": "night", "open": False, "waiting": 0, "longest": 0.0, "talking": 0},
        ]
        assert answer["calls"] == [
            {
                "call": waiting.id,
                "queue": "help",
                "state": "waits",
                "waited": 20.0,
                "step": 0,
                "agents": [],
                "held_for": None,
                "callback": None,
                "position": None,
                "expected_wait": None,
                "known_well": False,
            }
        ]
        amina, luc = answer["agents"]
        assert (amina["agent"], amina["name"], amina["presence"], amina["for"]) == ("amina", "Amina", "on-call", 28.0)
        assert amina["until"] == "2026-11-23T18:00+01:00"
        assert amina["calls"] == 1
        assert (luc["presence"], luc["reason"], luc["until"]) == ("logged-out", "off shift", None)
        assert (amina["back"], luc["back"]["how"]) == (None, "shift")
        assert luc["back"]["in"] > 0


async def test_a_call_that_rings_is_told_with_whom(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Answers(after=seconds(15)))
    async with world:
        world.lead(world.caller())
        await passes(5)
        (call,) = status(world)["calls"]
        assert (call["state"], call["agents"]) == ("rings", ["amina"])


async def test_calls_that_wait_are_told_with_what_they_have_to_expect(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Answers(after=seconds(0), talks=seconds(300)))
    async with world:
        for _ in range(20):
            await world.serve()
        for _ in range(3):
            world.lead(world.caller())
            await passes(10)
        glance = Glance.at_once(world.exchange)
        outlooks = await look_ahead(world.exchange, glance)
        calls = told(glance, world.exchange.now(), "rules", (), outlooks)["calls"]
        expected = [(call["position"], call["expected_wait"], call["known_well"]) for call in calls]
        assert expected == [(1, 270.0, True), (2, 570.0, True)]


async def test_a_shift_without_an_end_is_told_without_one(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina", "00:00-00:00")])), tmp_path) as world:
        (amina,) = status(world)["agents"]
        assert amina["presence"] == "unreachable"
        assert amina["until"] is None


async def test_a_lookup_that_is_left_alone_is_told_and_warned_of(tmp_path: Path) -> None:
    crm = Lookup(LookupName("crm"), "http://localhost/", seconds(1), seconds(0), ())
    world = World(replace(routed(plan([agent("amina")])), lookups={crm.name: crm}), tmp_path)
    async with world:
        assert status(world)["lookups"] == [{"lookup": "crm", "down": False}]
        for _ in range(FAILURES):
            world.exchange.lookups._breaker(crm.name).failed()
        answer = status(world)
        assert answer["lookups"] == [{"lookup": "crm", "down": True}]
        assert answer["warnings"][0].startswith("The lookup crm keeps failing and is left alone for now")


async def test_an_agent_whose_caller_is_on_hold_is_told_as_such(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", Answers(after=seconds(2), talks=None))
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(5)
        world.exchange.hear(HoldChanged(offer_of(caller), leg_of(amina), True))
        [told] = status(world)["agents"]
        assert (told["presence"], told["reason"]) == ("on-call", "caller on hold")
        world.exchange.hear(HoldChanged(offer_of(caller), leg_of(amina), False))
        [told] = status(world)["agents"]
        assert (told["presence"], told["reason"]) == ("on-call", "")
