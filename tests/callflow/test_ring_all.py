"""A caller for whom several phones ring at once, from the queue's line to the conversation."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.events import AgentPaused
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, LegId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.place import VARIABLE
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter, Strategy
from telekit.errors import SwitchError
from telekit.pbx.loopback import Answers, Refuses, Rings
from telekit.pbx.port import OFFER_VARIABLE, RingOutcome, Transferred, Whisper
from tests.acd.day import agent, plan, queue, seconds, step
from tests.service.world import Caller, World, leg_of, offer_of, passes, routed

TALK = Answers(after=seconds(5), talks=timedelta(minutes=2))
PATIENT = {MissCause.NO_ANSWER: PauseAfter(9)}


def three(**rest: object) -> Plan:
    agents = [agent(name) for name in ("amina", "luc", "zoe")]
    return routed(plan(agents, queue("help", step(0, Strategy.RING_ALL), **rest)))


async def test_all_ring_and_the_first_who_answers_talks(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    phones = [world.phone("amina", Rings()), world.phone("luc", TALK), world.phone("zoe", Rings())]
    async with world:
        await world.serve()
        assert [phone.rung for phone in phones] == [1, 1, 1]
        assert [fact.agent for fact in world.facts(FactKind.JOINED)] == ["luc"]
        assert world.told(FactKind.JOINED, "waited") == [5.0]
        assert world.told(FactKind.FINISHED, "talked") == [120.0]
        assert world.told(FactKind.WITHDRAWN, "reason") == ["answered", "answered"]
        assert world.presence("amina") is Presence.AVAILABLE


async def test_who_declines_is_free_of_the_ring_at_once_while_the_others_ring_on(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    world.phone("amina", Refuses(after=seconds(2)))
    luc = world.phone("luc", Answers(after=seconds(9)))
    world.phone("zoe", Rings())
    async with world:
        led = world.lead(world.caller())
        await passes(3)
        assert world.presence("amina") is Presence.PAUSED
        assert world.presence("luc") is world.presence("zoe") is Presence.OFFERED
        await led
        assert luc.rung == 1
        assert [(fact.agent, fact.details["cause"]) for fact in world.facts(FactKind.OFFER_ENDED)] == [
            ("amina", "rejected"),
            ("zoe", None),
        ]


async def test_when_nobody_answers_all_are_rung_again(tmp_path: Path) -> None:
    world = World(three(missed=PATIENT), tmp_path)
    phones = [world.phone(name, Rings()) for name in ("amina", "luc", "zoe")]
    async with world:
        await world.serve(patience=seconds(50))
        assert [phone.rung for phone in phones] == [3, 3, 3]
        assert world.told(FactKind.OFFER_ENDED, "cause") == ["no-answer"] * 6 + [None] * 3


async def test_a_ring_that_ends_without_an_answer_gives_no_agent_to_a_later_call(tmp_path: Path) -> None:
    world = World(three(missed=PATIENT), tmp_path)
    for name in ("amina", "luc", "zoe"):
        world.phone(name, Rings())
    async with world:
        first = world.caller()
        calls = [world.lead(first)]
        await passes(1)
        calls.append(world.lead(world.caller()))
        await passes(45)
        assert {fact.call for fact in world.facts(FactKind.OFFERED)} == {first.id}
        assert len(world.facts(FactKind.OFFERED)) == 9
        for call in calls:
            call.cancel()


async def test_who_pauses_stops_ringing_and_the_others_ring_on(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    amina = world.phone("amina", Rings())
    luc = world.phone("luc", Answers(after=seconds(9)))
    async with world:
        led = world.lead(world.caller())
        await passes(2)
        world.exchange.tell(AgentPaused(AgentName("amina")))
        await amina.stops()
        assert luc.leg is not None
        await led
        assert [fact.agent for fact in world.facts(FactKind.JOINED)] == ["luc"]
        assert amina.rung == 1


async def test_who_is_taken_back_before_the_phones_ring_is_not_rung(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    phones = {name: world.phone(name, TALK) for name in ("amina", "luc", "zoe")}
    async with world:
        led = world.lead(world.caller())
        while not world.facts(FactKind.OFFERED):
            await passes(0)
        world.exchange.tell(AgentPaused(AgentName("luc")))
        await led
        assert [phone.rung for phone in phones.values()] == [1, 0, 1]


async def test_of_two_only_one_may_be_left_when_the_phones_are_to_ring(tmp_path: Path) -> None:
    rules = routed(plan([agent("amina"), agent("luc")], queue("help", step(0, Strategy.RING_ALL))))
    world = World(rules, tmp_path)
    phones = {name: world.phone(name, TALK) for name in ("amina", "luc")}
    async with world:
        led = world.lead(world.caller())
        while not world.facts(FactKind.OFFERED):
            await passes(0)
        world.exchange.tell(AgentPaused(AgentName("amina")))
        await led
        assert [phone.rung for phone in phones.values()] == [0, 1]
        assert [fact.agent for fact in world.facts(FactKind.JOINED)] == ["luc"]


async def test_the_place_is_on_the_callers_leg_while_all_ring(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    phone = world.phone("amina", TALK)
    world.phone("luc", Rings())
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await phone.rings()
        assert caller.variables[VARIABLE].endswith(":0:help")
        led.cancel()


async def test_the_switch_itself_stops_those_whom_somebody_else_was_quicker_than(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    for name, habit in (("amina", Rings()), ("luc", TALK)):
        world.phone(name, habit)
    async with world:
        ended: list[LegId] = []

        async def hang_up(leg: LegId) -> None:
            ended.append(leg)

        world.switch.hang_up = hang_up  # type: ignore[method-assign]
        await world.serve()
        assert world.told(FactKind.WITHDRAWN, "reason") == ["answered"]
        assert ended == []


@pytest.mark.parametrize("later", range(5))
async def test_whenever_somebody_is_taken_back_before_the_switch_is_asked_their_phone_does_not_ring(
    tmp_path: Path, later: int
) -> None:
    world = World(three(), tmp_path)
    phones = {name: world.phone(name, TALK) for name in ("amina", "luc", "zoe")}
    async with world:
        led = world.lead(world.caller())
        while not world.facts(FactKind.OFFERED):
            await passes(0)
        for _ in range(later):
            await passes(0)
        rung = phones["amina"].rung
        world.exchange.tell(AgentPaused(AgentName("amina")))
        await led
        assert phones["amina"].rung == rung
        assert phones["luc"].rung == phones["zoe"].rung == 1


async def test_who_passes_the_caller_on_is_who_was_joined_whichever_offer_was_the_last(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    luc = world.phone("luc", TALK)
    for name in ("amina", "zoe"):
        world.phone(name, Rings())
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await passes(6)
        last = OfferId(caller.variables[OFFER_VARIABLE])
        assert last == offer_of(caller, 3)
        world.exchange.hear(Transferred(last, leg_of(luc), luc.phone, "+33199009911", None, None))
        assert [fact.agent for fact in world.facts(FactKind.TRANSFERRED)] == ["luc"]
        led.cancel()


class Stumbling(Caller):
    """A caller at whom the switch cannot ring several phones."""

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        raise SwitchError("Asterisk did not take it.")


async def test_a_switch_that_fails_twice_at_the_same_agents_takes_them_out_of_the_ring(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    for name in ("amina", "luc", "zoe"):
        world.phone(name, TALK)
    async with world:
        led = world.lead(Stumbling(world))
        await passes(3)
        assert world.told(FactKind.OFFER_ENDED, "cause") == [None] * 3 + ["unreachable"] * 3
        assert world.presence("zoe") is Presence.UNREACHABLE
        led.cancel()


@pytest.mark.parametrize("answers", [True, False])
async def test_a_script_lost_while_all_ring_leaves_them_ringing(tmp_path: Path, answers: bool) -> None:
    world = World(three(), tmp_path)
    phones = {name: world.phone(name, Rings()) for name in ("amina", "luc", "zoe")}
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await phones["zoe"].rings()
        caller.cut()
        await led
        assert all(phone.leg is not None for phone in phones.values())
        if answers:
            phones["luc"].answer()
            await passes(1)
            assert world.presence("luc") is Presence.ON_CALL
            assert world.presence("amina") is world.presence("zoe") is Presence.AVAILABLE
            phones["luc"].hang_up()
            await passes(1)
            assert [fact.agent for fact in world.facts(FactKind.FINISHED)] == ["luc"]
        else:
            again = caller.comes_back()
            led = world.lead(again)
            for phone in phones.values():
                phone.hang_up()
            await passes(3)
            offers = [fact.offer for fact in world.facts(FactKind.OFFERED)]
            assert offers == [offer_of(caller, number) for number in range(1, 5)]
            led.cancel()


async def test_a_new_service_knows_who_of_those_rung_by_the_old_one_talks(tmp_path: Path) -> None:
    world = World(three(), tmp_path)
    phones = {name: world.phone(name, Rings()) for name in ("amina", "luc", "zoe")}
    async with world:
        caller = world.caller()
        led = world.lead(caller)
        await phones["zoe"].rings()
        caller.cut()
        await led
        await world.restart()
        phones["luc"].answer()
        await passes(1)
        assert world.presence("luc") is Presence.ON_CALL
        assert world.presence("amina") is world.presence("zoe") is Presence.AVAILABLE
        assert [phone.rung for phone in phones.values()] == [1, 1, 1]
