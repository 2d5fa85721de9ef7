"""Waiting in a queue, as a caller goes through it."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.destination import HangUp, Treatment
from telekit.domain.fact import FactKind
from telekit.domain.names import QueueName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.place import VARIABLE, Place
from telekit.domain.presence import Presence
from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.loopback import Answers, Refuses, Rings
from telekit.pbx.port import OfferOutcome
from tests.acd.day import agent, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

TALK = Answers(after=timedelta(seconds=5), talks=timedelta(minutes=2))


async def test_a_free_agent_is_rung_at_once_and_the_caller_hears_ringing_until_the_answer(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")], queue(wrap_up=seconds(30)))), tmp_path)
    world.phone("amina", TALK)
    async with world:
        caller = await world.serve()
        assert caller.story == ["offered sip:amina: talked 0:02:00", "hung up"]
        assert world.presence("amina") is Presence.WRAP_UP
        assert world.told(FactKind.JOINED, "waited") == [5.0]
        assert world.told(FactKind.FINISHED, "talked") == [120.0]


async def test_when_nobody_is_free_the_caller_is_told_hears_music_and_is_served_in_turn(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", TALK)
    async with world:
        first = world.lead(world.caller())
        await passes(1)
        second = await world.serve()
        await first
        assert second.story == [
            "answered",
            "played telekit/please-wait",
            "music default",
            "offered sip:amina: talked 0:02:00",
            "hung up",
        ]


async def test_an_agent_who_becomes_free_cuts_the_announcement_short(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await passes(1)
        amina.register()
        await amina.rings()
        assert asyncio.get_running_loop().time() == pytest.approx(1)
        await led


async def test_a_call_that_nobody_takes_goes_to_the_next_agent(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc"), agent("nora")])), tmp_path)
    world.phone("amina", Rings())
    world.phone("luc", Refuses())
    world.phone("nora", TALK)
    async with world:
        caller = await world.serve()
        assert caller.story[:-1] == [
            "offered sip:amina: no-answer",
            "offered sip:luc: rejected",
            "offered sip:nora: talked 0:02:00",
        ]
        assert world.told(FactKind.OFFER_ENDED, "cause") == ["no-answer", "rejected"]
        assert caller.music_while_ringing == [None, None, None]


async def test_who_has_been_told_to_wait_is_not_told_again_and_hears_music_while_phones_ring(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")], queue(music="calm"))), tmp_path)
    amina = world.phone("amina", Refuses())
    amina.reachable = False
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await passes(10)
        amina.register()
        await passes(10)
        amina.habit = TALK
        await led
        assert caller.story == [
            "answered",
            "played telekit/please-wait",
            "music calm",
            "offered sip:amina: rejected",
            "offered sip:amina: talked 0:02:00",
            "hung up",
        ]
        assert caller.music_while_ringing == ["calm", "calm"]


async def test_the_place_is_written_on_the_callers_leg_and_taken_off_when_the_call_leaves_the_line(
    tmp_path: Path,
) -> None:
    rules = plan([agent("amina")], queue(closed=Treatment(("closed",), HangUp()), opening=()))
    world = World(routed(rules), tmp_path)
    world.phone("amina", Rings())
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(1)
        place = Place.parse(caller.variables[VARIABLE])
        assert place == Place(QueueName("help"), world.exchange.now() - seconds(1), 0)
        world.exchange.change_plan(routed(plan([agent("amina")], queue("other"))))
        await passes(10)
        assert caller.variables[VARIABLE] == ""
        assert "played telekit/closed" in caller.story


async def test_a_caller_who_gives_up_while_waiting_or_ringing_leaves_nothing_behind(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        await world.serve(patience=seconds(6))
        amina.unregister()
        await world.serve(patience=seconds(6))
        assert world.told(FactKind.ABANDONED, "waited") == [6.0, 6.0]
        assert world.told(FactKind.CALL_ENDED, "by") == ["caller", "caller"]
        assert world.exchange.distributor.queues()[0].calls == ()
        assert amina.leg is None


async def test_a_plan_that_changes_while_a_call_waits_lets_it_reach_whom_the_new_one_brings(tmp_path: Path) -> None:
    amina, luc = agent("amina"), agent("luc", "13:00-13:30")
    world = World(routed(plan([amina])), tmp_path)
    world.phone("luc", TALK)
    async with world:
        led = world.lead(caller := world.caller())
        await passes(30)
        world.exchange.change_plan(routed(plan([amina, luc])))
        await led
        assert "offered sip:luc: talked 0:02:00" in caller.story


class Stumbling(Caller):
    """A call at which the switch fails to ring some phones, and to do some verbs at all."""

    def __init__(self, world: World, *phones: str, error: type[Exception] = SwitchError, mute: bool = False) -> None:
        super().__init__(world)
        self._phones = {Phone(PhoneKind.SIP, name) for name in phones}
        self._error = error
        self._mute = mute

    async def offer(self, phones: list[Phone], **how: object) -> OfferOutcome:  # type: ignore[override]
        if phones[0] in self._phones:
            self.story.append(f"failed at {phones[0]}")
            raise self._error("Asterisk could not do it.")
        return await super().offer(phones, **how)  # type: ignore[arg-type]

    async def play(self, *prompts: str, interrupt: str = "") -> str:
        if self._mute and prompts:
            raise SwitchError("Asterisk could not do it: the file is not there.")
        return await super().play(*prompts, interrupt=interrupt)

    async def music_on(self, kind: str = "default") -> None:
        if self._mute:
            raise UnsafeValue("my music cannot be a class of music.")
        await super().music_on(kind)


@pytest.mark.parametrize("error", [SwitchError, UnsafeValue])
async def test_a_phone_that_the_switch_cannot_ring_costs_the_call_a_second_and_then_others_have_their_turn(
    tmp_path: Path, error: type[Exception]
) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina")
    world.phone("luc", TALK)
    async with world:
        caller = Stumbling(world, "amina", error=error)
        await world.lead(caller)
        assert [line for line in caller.story if "amina" in line] == ["failed at sip:amina"] * 2
        assert "offered sip:luc: talked 0:02:00" in caller.story
        assert world.told(FactKind.OFFER_ENDED, "cause") == [None, "unreachable"]
        assert world.presence("amina") is Presence.UNREACHABLE


async def test_prompts_and_music_that_the_switch_does_not_have_keep_nobody_from_an_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        caller = Stumbling(world, mute=True)
        led = world.lead(caller)
        await passes(30)
        amina.register()
        await led
        assert caller.story[-2:] == ["offered sip:amina: talked 0:02:00", "hung up"]
        assert "does not hear telekit/please-wait" in caplog.text
        assert "waits in silence" in caplog.text
        assert caller.music_while_ringing == [None]


async def test_a_call_that_comes_back_has_its_place_before_those_who_came_later(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALK)
    amina.reachable = False
    async with world:
        first, second = world.caller(), world.caller()
        world.lead(first)
        await passes(10)
        world.lead(second)
        await passes(10)
        await world.restart()
        back = second.comes_back(), first.comes_back()
        for caller in back:
            world.lead(caller)
        await passes(1)
        amina.register()
        await passes(1)
        assert world.told(FactKind.OFFERED, "waited") == [21.0]
        assert world.facts(FactKind.OFFERED)[0].call == first.id
        assert "played telekit/please-wait" not in back[1].story


async def test_no_offers_name_is_used_twice_when_a_call_comes_back(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", Refuses())
    luc = world.phone("luc", Refuses())
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(1)
        await world.restart()
        luc.habit = TALK
        await world.lead(caller.comes_back())
        offers = [fact.offer for fact in world.facts(FactKind.OFFERED)]
        assert len(offers) == len(set(offers)) > 2


async def test_an_offer_taken_back_before_its_script_begins_it_never_rings(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-14:00")])), tmp_path)
    amina = world.phone("amina", Rings())
    async with world:
        world.lead(world.caller())
        await asyncio.sleep(0)
        assert world.facts(FactKind.OFFERED)
        world.exchange.change_plan(routed(plan([agent("amina", "08:00-09:00")])))
        await passes(1)
        assert amina.rung == 0
        assert world.told(FactKind.WITHDRAWN, "reason") == ["plan-changed"]
        assert len(world.exchange._legs) == 0


async def test_an_offer_taken_back_while_its_script_still_ends_the_announcement_never_rings(tmp_path: Path) -> None:
    class Interrupted(Caller):
        async def play(self, *prompts: str, interrupt: str = "") -> str:
            try:
                return await super().play(*prompts, interrupt=interrupt)
            except asyncio.CancelledError:
                world.exchange.change_plan(routed(plan([agent("amina", "08:00-09:00")])))
                raise

    world = World(routed(plan([agent("amina", "08:00-14:00")])), tmp_path)
    amina = world.phone("amina", Rings())
    amina.reachable = False
    async with world:
        world.lead(Interrupted(world))
        await passes(1)
        amina.register()
        await passes(1)
        assert amina.rung == 0
        assert world.told(FactKind.WITHDRAWN, "reason") == ["plan-changed"]
