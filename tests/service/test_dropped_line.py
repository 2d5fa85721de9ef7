"""An agent's line drops in a conversation: the caller is back in place, and the agent is not rung in vain.

Pain 16: elsewhere a softphone that loses its line takes the caller with it.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from telekit.domain.destination import ToVoicemail
from telekit.domain.fact import FactKind
from telekit.domain.names import QueueName
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit, Strategy
from telekit.pbx.loopback import Answers
from telekit.pbx.port import LegEnded, SwitchEvent
from tests.acd.day import agent, plan, queue, seconds, step
from tests.service.world import World, passes, routed

TALKS = Answers(after=seconds(2), talks=None)
EARLY_EXIT = {"exits": (Exit(seconds(30), ToVoicemail()),)}


@pytest.mark.parametrize("strategy", [Strategy.LONGEST_IDLE, Strategy.RING_ALL])
async def test_the_caller_is_back_in_place_and_goes_to_the_next_agent(tmp_path: Path, strategy: Strategy) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")], queue("help", step(strategy=strategy)))), tmp_path)
    amina, luc = world.phone("amina", TALKS), world.phone("luc")
    luc.reachable = False
    async with world:
        caller, later = world.caller(), world.caller()
        world.lead(caller)
        await passes(30)
        world.lead(later)
        await passes(30)
        amina.drop()
        await passes(1)
        assert world.presence("amina") is Presence.UNREACHABLE
        waits = world.exchange.distributor.queue(QueueName("help")).calls
        assert [call.call for call in waits] == [caller.id, later.id]
        assert (waits[1].entered_at - waits[0].entered_at).total_seconds() == 30
        assert caller.story[-1] == "played telekit/please-wait"
        luc.register()
        luc.habit = TALKS
        await passes(3)
        assert [talk.call for talk in world.exchange.distributor.conversations()] == [caller.id]
        assert [(fact.call, fact.agent) for fact in world.facts(FactKind.LINE_DROPPED)] == [(caller.id, "amina")]
        assert world.told(FactKind.FINISHED, "talked") == [58]
        assert world.facts(FactKind.CALL_ENDED) == []
        amina.register()
        await passes(3)
        assert [talk.call for talk in world.exchange.distributor.conversations()] == [caller.id, later.id]


async def test_the_leg_knows_the_place_before_the_next_agent_is_rung(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a telekit that is killed in between would leave a leg that looks like a conversation that is over."""
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    amina, _ = world.phone("amina", TALKS), world.phone("luc", TALKS)
    async with world:
        caller = world.caller()
        offer, left_to_note = caller.offer, []

        async def offered(*phones: Any, **how: Any) -> Any:
            left_to_note.append(how["notes"])
            return await offer(*phones, **how)

        monkeypatch.setattr(caller, "offer", offered)
        world.lead(caller)
        await passes(30)
        amina.drop()
        await passes(5)
        assert world.told(FactKind.JOINED, "waited") == [2.0, 32.0]
        assert left_to_note[1] is None


async def test_what_the_queue_would_have_done_meanwhile_is_past(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")], queue("help", **EARLY_EXIT))), tmp_path)
    amina = world.phone("amina", TALKS)
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(60)
        amina.drop()
        await passes(60)
        assert world.facts(FactKind.DIVERTED) == []
        assert world.exchange.distributor.call(caller.id) is not None


async def test_a_phone_that_tells_nothing_more_is_rung_again_after_two_minutes(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALKS)
    async with world:
        world.lead(world.caller())
        await passes(60)
        amina.drop()
        await passes(1)
        world.exchange.hear(amina.state)  # as Asterisk says of a phone that it has not missed yet
        await passes(118)
        assert amina.rung == 1
        await passes(2)
        assert amina.rung == 2


async def test_an_agent_who_hangs_up_ends_the_call_as_ever(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALKS)
    async with world:
        caller = world.caller()
        leading = world.lead(caller)
        await passes(60)
        amina.hang_up()
        await leading
        assert caller.story[-1] == "hung up"
        assert (amina.rung, world.facts(FactKind.LINE_DROPPED)) == (1, [])


async def test_where_the_switch_does_not_tell_in_time_the_call_ends_as_ever(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALKS)

    async with world:
        caller = world.caller()
        leading = world.lead(caller)
        await passes(60)
        world.switch._tell = _nothing
        amina.drop()
        await passes(1)
        assert leading.done()
        assert caller.story[-1] == "hung up"


@pytest.mark.parametrize("strategy", [Strategy.LONGEST_IDLE, Strategy.RING_ALL])
async def test_a_caller_whose_own_line_drops_is_gone_and_the_agent_is_there(tmp_path: Path, strategy: Strategy) -> None:
    """Asterisk tells the same of the agent's leg then."""
    help_ = queue("help", step(strategy=strategy))
    world = World(routed(plan([agent("amina"), agent("luc")], help_)), tmp_path)
    world.phone("amina", TALKS)
    world.phone("luc").reachable = False
    async with world:
        caller = world.caller()
        leading = world.lead(caller)
        await passes(60)
        (leg,) = world.exchange.legs
        assert leg.id is not None
        world.exchange.hear(LegEnded(leg.offer, leg.id, dropped=True))
        world.switch._tell = _nothing
        caller.leave()
        await asyncio.wait([leading])
        assert (world.facts(FactKind.LINE_DROPPED), world.facts(FactKind.ABANDONED)) == ([], [])
        assert world.told(FactKind.CALL_ENDED, "by") == ["caller"]
        assert world.presence("amina") is Presence.AVAILABLE


def _nothing(event: SwitchEvent) -> None:
    """Tell nothing any more."""
