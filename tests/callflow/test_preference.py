"""A route that prefers an agent, as its callers go through it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.call import Caller as Number
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.domain.preference import LastAgent, NamedAgent, Preference, WhichAgent
from telekit.domain.route import Route
from telekit.errors import StoreError
from telekit.pbx.loopback import Answers, Refuses
from tests.acd.day import agent, plan, seconds
from tests.service.world import HELP, World, passes

TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2))
ZOE = Number("+33199007788", "Zoé")


def preferring(which: WhichAgent) -> Plan:
    """Give a plan with Luc before Amina, whose one route prefers an agent."""
    route = Route(HELP, prefer=Preference(which, seconds(20)))
    return replace(plan([agent("luc"), agent("amina")]), routes=(route,))


async def test_a_caller_gets_the_agent_of_the_last_conversation_again(tmp_path: Path) -> None:
    world = World(preferring(LastAgent()), tmp_path)
    luc = world.phone("luc", TALK)
    world.phone("amina", TALK)
    async with world:
        luc.unregister()
        await world.serve(caller=ZOE)
        luc.register()
        await passes(60)
        again = await world.serve(caller=ZOE)
        stranger = await world.serve(caller=Number("+33199000001"))
        assert again.story[0] == "offered sip:amina: talked 0:02:00"
        assert stranger.story[0] == "offered sip:luc: talked 0:02:00"


async def test_a_withheld_number_has_no_last_agent(tmp_path: Path) -> None:
    world = World(preferring(LastAgent()), tmp_path)
    luc = world.phone("luc", TALK)
    world.phone("amina", TALK)
    async with world:
        luc.unregister()
        await world.serve(caller=Number(None))
        luc.register()
        await passes(60)
        again = await world.serve(caller=Number(None))
        assert again.story[0] == "offered sip:luc: talked 0:02:00"


async def test_who_waits_for_the_preferred_agent_hears_music_and_the_journal_tells_for_whom(tmp_path: Path) -> None:
    world = World(preferring(NamedAgent(AgentName("amina"))), tmp_path)
    world.phone("luc", TALK)
    world.phone("amina", TALK)
    async with world:
        first = world.lead(world.caller())
        await passes(10)
        second = world.caller()
        led = world.lead(second)
        await passes(19)
        assert second.story == ["answered", "played telekit/please-wait", "music default"]
        assert world.told(FactKind.QUEUED, "held_for") == ["amina"]
        await led
        await first
        assert "offered sip:luc: talked 0:02:00" in second.story
        assert [(fact.agent, fact.details["reason"]) for fact in world.facts(FactKind.RELEASED)] == [("amina", "time")]


async def test_a_preferred_agent_who_declines_costs_the_caller_no_more_time(tmp_path: Path) -> None:
    world = World(preferring(NamedAgent(AgentName("amina"))), tmp_path)
    world.phone("luc", TALK)
    world.phone("amina", Refuses())
    async with world:
        caller = await world.serve()
        assert caller.story[:2] == ["offered sip:amina: rejected", "offered sip:luc: talked 0:02:00"]
        assert world.told(FactKind.RELEASED, "reason") == ["missed this call"]


async def test_a_journal_that_cannot_be_read_makes_nobody_wait(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(preferring(LastAgent()), tmp_path)
    world.phone("luc", TALK)
    async with world:

        async def broken(number: str) -> None:
            raise StoreError("The journal cannot be read: disk on fire.")

        world.journal.last_agent = broken  # type: ignore[method-assign]
        caller = await world.serve(caller=ZOE)
        assert caller.story[0] == "offered sip:luc: talked 0:02:00"
        assert "disk on fire" in caplog.text


async def test_after_a_restart_the_call_has_its_place_and_is_everybodys(tmp_path: Path) -> None:
    world = World(preferring(NamedAgent(AgentName("amina"))), tmp_path)
    world.phone("luc", TALK)
    world.phone("amina", TALK)
    async with world:
        world.lead(world.caller())
        await passes(10)
        caller = world.caller()
        world.lead(caller)
        await passes(5)
        caller.cut()
        await world.restart()
        again = caller.comes_back()
        await world.lead(again)
        assert "offered sip:luc: talked 0:02:00" in again.story
