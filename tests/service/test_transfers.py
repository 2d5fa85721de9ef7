"""Holds and transfers, as the exchange takes them from the switch."""

import asyncio
from pathlib import Path

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers
from telekit.pbx.loopback.clock import NOON
from telekit.pbx.port import CallerLeft, HoldChanged, LegEnded, OfferJoined, Transferred
from telekit.service.recognition import leg_of as leg_of_offer
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import Caller, World, leg_of, offer_of, passes, routed

LUC, TRUNK = Phone(PhoneKind.SIP, "luc"), Phone(PhoneKind.SIP, "carrier")
AMINA = Phone(PhoneKind.SIP, "amina")
LUCS_LEG = LegId("PJSIP/luc-1")
AGENTS = [agent("amina"), agent("luc", "20:00-21:00")]


@pytest.fixture
async def world(tmp_path: Path) -> World:
    world = World(routed(plan(AGENTS, queue(wrap_up=seconds(600)))), tmp_path)
    world.phone("amina", Answers(after=seconds(2), talks=None))
    return world


async def talking(world: World) -> tuple[Caller, OfferId, LegId]:
    """Let amina talk with a caller."""
    caller = world.caller()
    world.lead(caller)
    await passes(5)
    assert world.presence("amina") is Presence.ON_CALL
    return caller, offer_of(caller), leg_of(world.switch._phones[AMINA])


def blind(offer: OfferId, leg: LegId, number: str = "1002") -> Transferred:
    return Transferred(offer, leg, AMINA, number, None, None)


def asked(offer: OfferId, leg: LegId, target: LegId = LUCS_LEG, phone: Phone = LUC) -> Transferred:
    return Transferred(offer, leg, AMINA, "", target, phone)


def agents_of(world: World, kind: FactKind) -> list[str | None]:
    return [fact.agent for fact in world.facts(kind)]


async def test_a_hold_is_told_with_its_length(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(HoldChanged(offer, leg, True))
        await passes(4)
        world.exchange.hear(HoldChanged(offer, leg, False))
        caller.leave()
        await passes(1)
        assert world.told(FactKind.RESUMED, "held") == [4]
        assert world.told(FactKind.FINISHED, "held") == [4]


async def test_a_hold_that_is_told_before_the_conversation_counts_from_its_beginning(world: World) -> None:
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(1)
        leg = leg_of(world.switch._phones[AMINA])
        world.exchange.hear(HoldChanged(offer_of(caller), leg, True))
        await passes(4)
        caller.leave()
        await passes(1)
        assert world.told(FactKind.FINISHED, "held") == [3]
        assert world.told(FactKind.FINISHED, "talked") == [0]


async def test_holds_on_calls_that_are_not_telekits_are_no_news(world: World) -> None:
    async with world:
        _, offer, leg = await talking(world)
        world.exchange.hear(HoldChanged(OfferId("another.1"), leg, True))
        world.exchange.hear(HoldChanged(offer, LegId("PJSIP/another-1"), True))
        assert world.facts(FactKind.HELD) == []


@pytest.mark.parametrize("news_is_late", [False, True], ids=["in time", "after the script"])
async def test_a_blind_transfer_goes_to_whoever_answers(world: World, news_is_late: bool) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        if not news_is_late:
            world.exchange.hear(blind(offer, leg))
        caller.passed_on = True
        await world.switch.hang_up(leg)  # the agent's phone is out, and the script comes back
        await passes(1)
        if news_is_late:
            world.exchange.hear(blind(offer, leg))
        assert world.presence("amina") is Presence.WRAP_UP
        world.exchange.hear(OfferJoined(offer, LUCS_LEG, LUC))
        assert (world.presence("amina"), world.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)
        await passes(7)
        world.exchange.hear(LegEnded(offer, LUCS_LEG))
        assert world.presence("luc") is Presence.WRAP_UP
        assert agents_of(world, FactKind.FINISHED) == ["amina", "luc"]
        assert world.told(FactKind.CALL_ENDED, "by") == ["transfer"]
        assert world.told(FactKind.TRANSFERRED, "to") == ["1002"]


async def test_who_answers_a_transfer_and_is_no_agent_leaves_the_wrap_up_where_it_is(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(blind(offer, leg, "+33199009911"))
        await world.switch.hang_up(leg)
        await passes(1)
        world.exchange.hear(OfferJoined(offer, LegId("PJSIP/carrier-9"), TRUNK))
        world.exchange.hear(LegEnded(offer, LegId("PJSIP/carrier-9")))
        world.exchange.hear(CallerLeft(caller.id))
        assert world.presence("amina") is Presence.WRAP_UP
        assert agents_of(world, FactKind.FINISHED) == ["amina"]
        assert world.facts(FactKind.TAKEN_OVER) == []


async def test_who_was_asked_first_takes_over_while_the_script_still_leads_the_call(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(asked(offer, leg))
        assert (world.presence("amina"), world.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)
        world.exchange.hear(LegEnded(offer, leg))  # amina's, which is no longer the call's
        await passes(60)
        assert world.presence("luc") is Presence.ON_CALL
        caller.leave()
        await passes(1)
        assert world.presence("luc") is Presence.WRAP_UP
        assert agents_of(world, FactKind.FINISHED) == ["amina", "luc"]


@pytest.mark.parametrize("news_is_late", [False, True], ids=["before the script", "after the script"])
async def test_who_was_asked_first_takes_over_where_the_script_ends_with_the_transfer(
    world: World, news_is_late: bool
) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        await world.switch.stop()  # what it tells is told by hand
        if not news_is_late:
            world.exchange.hear(asked(offer, leg))
            world.exchange.hear(LegEnded(offer, leg))
        caller.passed_on = True
        await world.switch.hang_up(leg)  # the agent's phone is out, and the script comes back
        await passes(1)
        if news_is_late:
            assert world.presence("amina") is Presence.ON_CALL
            world.exchange.hear(asked(offer, leg))
            world.exchange.hear(LegEnded(offer, leg))
        assert (world.presence("amina"), world.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)
        await passes(60)
        world.exchange.hear(LegEnded(offer, LUCS_LEG))
        assert world.presence("luc") is Presence.WRAP_UP
        assert agents_of(world, FactKind.FINISHED) == ["amina", "luc"]
        told = [fact.details["now"] for fact in world.facts(FactKind.PRESENCE) if fact.agent == "amina"]
        assert Presence.WRAP_UP not in told


async def test_somebody_outside_is_not_taken_for_the_agent_where_the_script_ends_first(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        outside = LegId("PJSIP/carrier-9")
        world.exchange.hear(asked(offer, leg, outside, TRUNK))
        caller.passed_on = True
        await world.switch.hang_up(leg)
        await passes(1)
        world.exchange.hear(OfferJoined(offer, outside, TRUNK))
        assert world.presence("amina") is Presence.WRAP_UP
        assert agents_of(world, FactKind.FINISHED) == ["amina"]


async def test_who_still_rang_when_asked_takes_over_before_the_script_is_back(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(Transferred(offer, leg, AMINA, "", None, None))
        world.exchange.hear(LegEnded(offer, leg))
        world.exchange.hear(OfferJoined(offer, LUCS_LEG, LUC))
        caller.passed_on = True
        await world.switch.hang_up(leg)
        await passes(1)
        assert (world.presence("amina"), world.presence("luc")) == (Presence.AVAILABLE, Presence.ON_CALL)
        world.exchange.hear(LegEnded(offer, LUCS_LEG))
        assert world.presence("luc") is Presence.WRAP_UP


async def test_a_caller_whom_an_agent_has_joined_with_somebody_outside_is_theirs_no_more(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(asked(offer, leg, LegId("PJSIP/carrier-9"), TRUNK))
        assert world.presence("amina") is Presence.WRAP_UP
        await world.switch.link_up()  # what is alive is told anew
        assert world.presence("amina") is Presence.WRAP_UP
        caller.leave()
        await passes(1)
        assert agents_of(world, FactKind.FINISHED) == ["amina"]


async def test_a_caller_may_be_passed_on_by_the_one_who_took_over(world: World) -> None:
    async with world:
        _, offer, leg = await talking(world)
        world.exchange.hear(blind(offer, leg))
        await world.switch.hang_up(leg)
        await passes(1)
        world.exchange.hear(OfferJoined(offer, LUCS_LEG, LUC))
        world.exchange.hear(HoldChanged(offer, LUCS_LEG, True))
        aminas = LegId("PJSIP/amina-2")
        world.exchange.hear(Transferred(offer, LUCS_LEG, LUC, "", aminas, AMINA))
        assert (world.presence("amina"), world.presence("luc")) == (Presence.ON_CALL, Presence.LOGGED_OUT)
        world.exchange.hear(LegEnded(offer, LUCS_LEG))
        assert world.presence("amina") is Presence.ON_CALL
        world.exchange.hear(LegEnded(offer, aminas))
        assert agents_of(world, FactKind.FINISHED) == ["amina", "luc", "amina"]


async def test_a_caller_who_leaves_ends_what_no_leg_told_the_end_of(world: World) -> None:
    async with world:
        caller, offer, leg = await talking(world)
        world.exchange.hear(blind(offer, leg))
        await world.switch.hang_up(leg)
        await passes(1)
        world.exchange.hear(OfferJoined(offer, LUCS_LEG, LUC))
        world.exchange.hear(CallerLeft(caller.id))
        assert world.presence("luc") is Presence.WRAP_UP


async def test_a_transfer_of_a_call_that_nobody_here_knows_is_no_news(world: World) -> None:
    async with world:
        await talking(world)
        before = len(world.taken)
        stranger = Phone(PhoneKind.SIP, "stranger")
        world.exchange.hear(Transferred(OfferId("another.1"), LegId("PJSIP/stranger-1"), stranger, "1002", None, None))
        world.exchange.hear(CallerLeft(offer_of(world.caller()).rpartition(".")[0]))  # type: ignore[arg-type]
        assert len(world.taken) == before


async def test_the_leg_of_the_one_who_took_over_is_marked_with_the_offer(world: World) -> None:
    async with world:
        marked: list[tuple[LegId, OfferId]] = []

        async def mark(leg: LegId, offer: OfferId) -> None:
            marked.append((leg, offer))

        world.switch.mark = mark  # type: ignore[method-assign]
        _, offer, leg = await talking(world)
        world.exchange.hear(asked(offer, leg))
        await asyncio.sleep(0)
        assert marked == [(LUCS_LEG, offer)]


async def test_a_caller_joined_with_somebody_outside_by_the_one_who_took_over_is_nobodys(world: World) -> None:
    async with world:
        _, offer, leg = await talking(world)
        world.exchange.hear(blind(offer, leg))
        await world.switch.hang_up(leg)
        await passes(1)
        world.exchange.hear(OfferJoined(offer, LUCS_LEG, LUC))
        world.exchange.hear(Transferred(offer, LUCS_LEG, LUC, "", LegId("PJSIP/carrier-9"), TRUNK))
        assert world.presence("luc") is Presence.WRAP_UP
        assert world.exchange.legs.find(offer) is None


async def test_a_leg_that_has_taken_the_place_of_an_agents_is_not_taken_for_theirs(tmp_path: Path) -> None:
    offer = OfferId("1.1.1")
    facts = [Fact(NOON, FactKind.OFFERED, CallId("1.1"), None, AgentName("amina"), offer, {"phone": "sip:amina"})]

    class Remembered:
        def facts(self, **_: object) -> list[Fact]:
            return facts

    journal = Remembered()
    known = leg_of_offer(offer, journal, AMINA)  # type: ignore[arg-type]
    assert known is not None
    assert known.agent == "amina"
    assert leg_of_offer(offer, journal, TRUNK) is None  # type: ignore[arg-type]
