"""Two switches, and one of them is away: what goes on at the other, and what is not believed of the one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from telekit.domain.fact import FactKind
from telekit.domain.names import LegId
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers, Rings
from telekit.pbx.losses import LinkDown, PhoneLost
from telekit.pbx.port import LegAlive, LinkUp, PhoneState, Survey
from tests.acd.day import agent, plan, queue, seconds, sip
from tests.service.world import World, amina_alone, offer_of, passes, routed

AWAY = LinkDown("B: it was cut", "A 1.0")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world with two agents of whom amina is rung first."""
    world = World(routed(plan([agent("amina"), agent("luc")], queue(wrap_up=seconds(30)))), tmp_path)
    world.phone("amina", Rings())
    world.phone("luc", Answers(after=seconds(2), talks=seconds(600)))
    async with world:
        world.watch.start()
        yield world
        await world.watch.stop()


def lose(world: World, name: str) -> None:
    """Lose the switch at which an agent's phone is."""
    world.switch._phones[sip(name)].reachable = False
    world.exchange.hear(AWAY)
    world.exchange.hear(PhoneLost(sip(name)))


async def test_what_rings_at_the_one_that_is_lost_rings_at_once_for_the_next_agent_and_is_nobodys_miss(
    world: World,
) -> None:
    caller = await world.begins(5)
    lose(world, "amina")
    await passes(0.1)
    assert world.presence("amina") is Presence.UNREACHABLE
    assert world.presence("luc") is Presence.OFFERED
    assert world.told(FactKind.WITHDRAWN, "reason") == ["phone-gone"]
    assert world.told(FactKind.OFFER_ENDED, "cause") == [None]
    await passes(5)
    assert world.exchange.distributor.conversations()[0].call == caller.id
    world.exchange.hear(PhoneState(sip("amina"), reachable=True, engaged=False))
    assert world.presence("amina") is Presence.AVAILABLE


async def test_what_rings_at_the_one_that_is_lost_for_its_own_caller_rings_on(world: World) -> None:
    caller = await world.begins(5)
    world.exchange.unseen = lambda: {caller.id}
    lose(world, "amina")
    await passes(5)
    assert world.presence("amina") is Presence.OFFERED
    assert world.facts(FactKind.WITHDRAWN) == []
    await passes(15)
    assert world.presence("luc") is Presence.ON_CALL


async def test_at_the_one_that_is_left_what_is_wrong_is_put_right(world: World) -> None:
    caller = await world.begins(2)
    world.exchange.hear(AWAY)
    world.switch.callers.discard(caller)
    await passes(5)
    assert world.exchange.distributor.waiting() == ()
    assert world.told(FactKind.REPAIRED, "breach") == ["call-without-leg"]


async def test_of_a_call_that_the_lost_one_has_nothing_is_believed(world: World) -> None:
    caller = await world.begins(2)
    world.exchange.unseen = lambda: {caller.id}
    world.exchange.hear(AWAY)
    world.switch.callers.discard(caller)
    await passes(9)
    assert world.exchange.distributor.offers()[0].call == caller.id
    assert world.facts(FactKind.REPAIRED) == []


async def test_a_leg_that_the_lost_one_had_is_not_told_to_stop(world: World) -> None:
    caller = await world.begins(2)
    (alive,) = [leg for leg in await world.switch.legs() if leg.offer == offer_of(caller)]
    others = replace(alive, leg=LegId("b-1"), call="b", offer="b.1", lost=True)

    async def legs() -> list[object]:
        return [*alive_here, others]

    alive_here = await world.switch.legs()
    world.switch.legs = legs  # type: ignore[method-assign, assignment]
    world.exchange.hear(AWAY)
    await passes(9)
    assert world.facts(FactKind.REPAIRED) == []


@pytest.mark.parametrize("rests", [True, False])
async def test_who_talks_with_a_caller_of_the_lost_one_is_free_once_the_phone_is_in_no_call(
    world: World, rests: bool
) -> None:
    world.switch._phones[sip("amina")].habit = Answers(after=seconds(2), talks=seconds(600))
    caller = await world.begins(5)
    alive = [replace(leg, lost=True) for leg in await world.switch.legs()]

    async def legs() -> list[LegAlive]:
        return alive

    world.switch.legs = legs  # type: ignore[method-assign, assignment]
    caller.cut()
    world.exchange.hear(AWAY)
    await passes(9)
    assert world.presence("amina") is Presence.ON_CALL
    if rests:
        world.exchange.hear(PhoneState(sip("amina"), reachable=True, engaged=False))
    else:
        lose(world, "amina")  # hers is at the lost one too, and nobody knows
    await passes(9)
    assert (world.presence("amina") is Presence.ON_CALL) is not rests
    assert world.told(FactKind.REPAIRED, "breach") == ["agent-without-leg"] * rests


async def test_what_the_journal_left_open_is_ended_only_when_it_is_known_what_is_alive_at_both(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(2), talks=seconds(60))) as world:
        await world.begins(20)
        leg = (await world.switch.survey()).legs

        async def nobody() -> Survey:
            return Survey((), (), whole=False)

        world.switch.survey = nobody  # type: ignore[method-assign]
        await world.killed()
        await passes(9)
        assert world.facts(FactKind.CALL_ENDED, FactKind.FINISHED) == []
        assert world.presence("amina") is not Presence.ON_CALL
        world.exchange.hear(LinkUp(Survey((), leg), "A 1.0 and B 1.0"))
        assert world.presence("amina") is Presence.ON_CALL
        await passes(60)
        assert world.told(FactKind.FINISHED, "talked") == [60.0]


async def test_the_link_says_who_is_left_and_who_is_away(world: World) -> None:
    link = world.exchange.link
    world.exchange.hear(AWAY)
    assert (link.says, link.is_up, link.is_whole) == ("up, A 1.0; B: it was cut", True, False)
    assert world.facts(FactKind.LINK_DOWN)[-1].details == {"why": "B: it was cut", "left": "A 1.0"}
    world.exchange.hear(LinkUp(Survey((), ()), "A 1.0", "B"))
    assert (link.says, link.is_up, link.is_whole) == ("up, A 1.0; B is away", True, False)
    assert world.facts(FactKind.LINK_UP)[-1].details == {"version": "A 1.0", "away": "B"}
    world.exchange.hear(LinkDown("A: it was cut"))
    assert (link.says, link.is_up) == ("down: A: it was cut", False)
    world.exchange.hear(LinkUp(Survey((), ()), "A 1.0 and B 1.0"))
    assert (link.says, link.is_up, link.is_whole) == ("up, A 1.0 and B 1.0", True, True)
