"""The exchange between scripts, switch and distributor, in ordinary times."""

import asyncio
from pathlib import Path

import pytest

from telekit.acd.events import ConversationFound, TimePassed
from telekit.domain.destination import Treatment
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers, Rings
from telekit.pbx.port import CallerLeft, LegEnded, LinkUp, OfferJoined, OfferRings, Survey
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import World, amina_alone, leg_of, passes, routed

FOREVER = Answers(after=seconds(2), talks=None)


async def test_shifts_begin_by_themselves_although_nothing_else_happens(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina", "13:01-14:00")])), tmp_path) as world:
        assert world.presence("amina") is Presence.LOGGED_OUT
        await passes(61)
        assert world.presence("amina") is Presence.UNREACHABLE


async def test_the_shifts_end_stops_a_phone_that_rings(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-13:00:30")])), tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        await passes(15)
        world.lead(world.caller())
        await amina.rings()
        await amina.stops()
        assert asyncio.get_running_loop().time() == pytest.approx(30)
        assert world.told(FactKind.WITHDRAWN, "reason") == ["shift-ended"]
        await passes(1)
        assert not world.exchange._legs._errands


async def test_a_leg_that_shows_only_after_it_was_taken_back_is_ended_then(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-13:00:10")])), tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        told, world.switch._tell = world.switch._tell, lambda event: None  # the link is slow
        world.lead(world.caller())
        await amina.rings()
        await passes(11)
        assert amina.leg is not None
        told(OfferRings(OfferId(f"{amina.leg.call}.1"), leg_of(amina)))
        await amina.stops()
        assert asyncio.get_running_loop().time() == pytest.approx(11)


async def test_a_leg_taken_back_while_the_link_is_down_is_ended_when_it_is_up_again(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-13:00:10")])), tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        tell, world.switch._tell = world.switch._tell, lambda event: None
        world.lead(world.caller())
        await amina.rings()
        await passes(11)
        world.switch._tell = tell
        await world.switch.link_up()
        await amina.stops()
        assert asyncio.get_running_loop().time() == pytest.approx(11)


async def test_an_answer_that_the_link_did_not_tell_is_learned_from_the_next_survey(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, FOREVER) as world:
        tell, world.switch._tell = world.switch._tell, lambda event: None
        world.lead(world.caller())
        await passes(5)
        assert world.presence("amina") is Presence.OFFERED
        world.switch._tell = tell
        await world.switch.link_up()
        assert world.presence("amina") is Presence.ON_CALL


async def test_calls_are_served_while_the_link_is_down(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(2), talks=seconds(60)), wrap_up=seconds(30)) as world:
        world.switch.link_down("cut")
        world.switch._tell = lambda event: None
        await world.serve()
        assert world.told(FactKind.JOINED, "rang") == [2.0]
        assert world.told(FactKind.FINISHED, "talked") == [60.0]
        assert world.presence("amina") is Presence.WRAP_UP
        assert world.exchange.link.says == "down: cut"
        assert world.told(FactKind.LINK_DOWN, "why") == ["cut"]


async def test_an_agent_whose_leg_is_gone_is_free_although_the_script_does_not_come_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", FOREVER)
    async with world:
        world.lead(caller := world.caller())
        await passes(60)
        offer = OfferId(f"{caller.id}.1")
        world.exchange.hear(LegEnded(offer, leg_of(amina)))
        await passes(9)
        assert world.presence("amina") is Presence.ON_CALL
        await passes(2)
        assert world.facts(FactKind.FINISHED)
        assert "does not come back" in caplog.text
        amina.hang_up()
        await passes(1)
        assert len(world.facts(FactKind.FINISHED)) == 1


async def test_a_leg_that_is_joined_again_after_a_hold_is_no_news(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", FOREVER)
    async with world:
        world.lead(caller := world.caller())
        await passes(5)
        world.exchange.hear(OfferJoined(OfferId(f"{caller.id}.1"), leg_of(amina)))
        assert len(world.facts(FactKind.JOINED)) == 1


async def test_a_conversation_of_which_the_link_tells_late_is_written_down_once(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(1))) as world:
        tell, later = world.switch._tell, asyncio.get_running_loop().call_later
        world.switch._tell = lambda event: [later(2, tell, event), None][1]
        caller = await world.serve()
        caller.leave()
        await passes(10)
        assert len(world.facts(FactKind.JOINED)) == len(world.facts(FactKind.FINISHED)) == 1
        assert world.told(FactKind.FINISHED, "talked") == [1]
        assert world.presence("amina") is Presence.AVAILABLE
        world.exchange.hear(CallerLeft(caller.id))
        assert world.exchange._legs._past == {}


async def test_news_of_offers_that_nobody_knows_changes_nothing(tmp_path: Path) -> None:
    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        before = len(world.facts())
        for event in (OfferRings, OfferJoined, LegEnded):
            world.exchange.hear(event(OfferId("1795395187.2.9"), "PJSIP/amina-00000001"))  # type: ignore[arg-type]
        assert len(world.facts()) == before
        assert world.exchange.distributor.conversations() == ()


async def test_a_conversation_that_nobody_leads_nor_the_switch_shows_is_over(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    async with world:
        world.exchange.tell(ConversationFound(CallId("1.7"), AgentName("amina"), None, world.exchange.now()))
        await world.switch.link_up()
        assert world.exchange.distributor.conversations() == ()


async def test_a_conversation_whose_script_was_lost_and_that_the_switch_does_not_show_is_over(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, FOREVER) as world:
        caller = await world.begins(5)
        caller.cut()
        await passes(5)
        assert world.presence("amina") is Presence.ON_CALL
        world.exchange.hear(LinkUp(Survey((), ()), "loopback"))
        assert world.exchange.distributor.conversations() == ()


async def test_nothing_is_remembered_of_calls_that_are_over(tmp_path: Path) -> None:
    rules = plan([agent("amina"), agent("luc")], queue(closed=Treatment()))
    world = World(routed(rules), tmp_path)
    amina, luc = world.phone("amina", Rings()), world.phone("luc", FOREVER)
    async with world:
        await world.serve(patience=seconds(5))  # gives up while it rings
        await world.serve(patience=seconds(30))  # gives up a conversation after a miss
        amina.unregister()
        luc.unregister()
        await world.serve(patience=seconds(5))  # gives up waiting
        cut = world.caller()
        luc.register()
        led = world.lead(cut)
        await passes(1)
        cut.cut()  # its script is lost while it rings
        await led
        luc.hang_up()
        await passes(10)
        assert len(world.exchange._legs) == 0
        assert not world.exchange._tickets
        assert not world.exchange._legs._errands


async def test_the_distributor_is_woken_although_it_has_just_stumbled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(routed(plan([agent("amina", "08:00-13:00:30")])), tmp_path)
    world.phone("amina")
    async with world:
        with monkeypatch.context() as broken:
            broken.setattr(world.exchange.distributor, "_take", lambda event: 1 / 0)
            await passes(6)
        await passes(30)
        assert world.presence("amina") is Presence.LOGGED_OUT


async def test_one_alarm_is_set_however_much_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        handled: list[object] = []
        handle = world.exchange.distributor.handle
        monkeypatch.setattr(world.exchange.distributor, "handle", lambda *told: handled.append(told) or handle(*told))
        for _ in range(50):
            world.exchange.tell(TimePassed())
        await passes(6)
        assert len(handled) == 51


async def test_a_call_that_ends_as_usual_is_not_complained_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(2), talks=seconds(60))) as world:
        await world.serve()
        await passes(30)
        assert not caplog.records


async def test_after_the_stop_nothing_is_decided_any_more(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-13:00:30")])), tmp_path)
    world.phone("amina")
    async with world:
        world.exchange.stop()
        before = len(world.facts())
        world.exchange.tell(TimePassed())
        await passes(60)
        assert len(world.facts()) == before
