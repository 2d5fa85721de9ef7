"""What telekit believes is what is so: each way in which it might not be is made by hand, and is put right in time."""

from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from telekit.acd.events import CallArrived
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, LegId, OfferId, QueueName
from telekit.domain.presence import Presence
from telekit.errors import LinkError
from telekit.pbx.loopback import Answers, LoopbackPhone, Rings
from telekit.pbx.loopback.phone import Habit
from telekit.pbx.port import LegAlive, OfferRings, SwitchEvent
from telekit.service.legs import Leg
from tests.acd.day import agent, plan, queue, seconds, sip
from tests.service.world import Caller, World, leg_of, offer_of, passes, routed

IN_TIME = 5
"""Seconds within which a breach is repaired and reported."""
TALKS = Answers(after=seconds(2), talks=seconds(600))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(routed(plan([agent("amina"), agent("luc")], queue(wrap_up=seconds(30)))), tmp_path)
    world.phone("amina", Rings())
    world.phone("luc").reachable = False
    async with world:
        world.watch.start()
        yield world
        await world.watch.stop()


def phone(world: World, name: str, habit: Habit | None = None) -> LoopbackPhone:
    found = world.switch._phones[sip(name)]
    found.habit = habit or found.habit
    return found


def deafen(world: World) -> None:
    """Lose every event from now on."""
    world.switch._tell = lambda event: None


def repaired(world: World) -> list[tuple[object, object]]:
    return [(fact.details["breach"], fact.agent or fact.call) for fact in world.facts(FactKind.REPAIRED)]


async def talking(world: World) -> Caller:
    phone(world, "amina", TALKS)
    caller = world.caller()
    world.lead(caller)
    await passes(20)
    assert world.presence("amina") is Presence.ON_CALL
    return caller


async def test_an_agent_whose_conversation_ended_unheard_is_free_again(world: World) -> None:
    caller = await talking(world)
    caller.cut()
    await passes(2)
    deafen(world)
    phone(world, "amina").hang_up()
    await passes(IN_TIME)
    assert world.presence("amina") is Presence.WRAP_UP
    assert repaired(world) == [("agent-without-leg", "amina")]
    assert len(world.facts(FactKind.FINISHED)) == 1


async def test_an_agent_in_a_conversation_that_nothing_stands_for_is_free_again(world: World) -> None:
    caller = await talking(world)
    world.exchange.legs.over(offer_of(caller))
    await passes(IN_TIME)
    assert world.presence("amina") is Presence.WRAP_UP
    assert repaired(world) == [("agent-without-leg", "amina")]


async def test_an_agent_whose_phone_rings_no_more_is_free_though_the_script_hangs(world: World) -> None:
    """Pain 1: elsewhere an agent stays reserved for a call that is dead."""
    amina = phone(world, "amina")
    world.lead(world.caller())
    await passes(2)
    assert world.presence("amina") is Presence.OFFERED
    del world.switch._legs[leg_of(amina)]
    await passes(IN_TIME)
    assert world.facts(FactKind.OFFER_ENDED)[0].details["cause"] is None
    assert repaired(world) == [("agent-without-leg", "amina")]


async def test_a_leg_of_whose_ringing_no_event_told_is_known_all_the_same(world: World) -> None:
    amina = phone(world, "amina")
    caller = world.caller()
    world.switch._tell = lambda event: None
    world.exchange.tell  # noqa: B018
    world.switch._tell = _but_rings(world)
    world.lead(caller)
    await passes(IN_TIME)
    leg = world.exchange.legs.find(offer_of(caller))
    assert leg is not None
    assert leg.id == leg_of(amina)
    assert repaired(world) == []


async def test_a_call_in_the_line_that_no_script_waits_for_is_taken_out(world: World) -> None:
    world.exchange.tell(CallArrived(CallId("1.7"), QueueName("help")))
    assert world.exchange.distributor.waiting() == ("1.7",)
    await passes(IN_TIME)
    assert world.exchange.distributor.waiting() == ()
    assert repaired(world) == [("call-without-leg", "1.7")]
    assert len(world.facts(FactKind.ABANDONED)) == 1


async def test_a_call_whose_caller_the_switch_no_longer_has_is_ended_with_its_script(world: World) -> None:
    caller = world.caller()
    led = world.lead(caller)
    await passes(2)
    world.switch.callers.discard(caller)
    await passes(IN_TIME)
    assert led.done()
    assert world.exchange.distributor.waiting() == ()
    assert world.told(FactKind.CALL_ENDED, "by") == ["caller"]
    assert repaired(world) == [("call-without-leg", caller.id)]


async def test_an_offer_ends_with_its_call(world: World) -> None:
    amina = phone(world, "amina")
    caller = world.caller()
    world.lead(caller)
    await passes(2)
    assert amina.leg is not None
    acd = world.exchange.distributor
    del acd._room.calls[caller.id]
    await passes(IN_TIME)
    assert acd.offers() == ()
    assert world.presence("amina") is Presence.AVAILABLE
    assert repaired(world) == [("offer-without-call", "amina")]


async def test_a_phone_that_rings_for_nobody_is_told_to_stop(world: World) -> None:
    world.lead(world.caller())
    ringing = world.switch._ring(phone(world, "luc", Rings()), CallId("1.7"), OfferId("1.7.1"))
    await passes(IN_TIME)
    assert ringing.over.done()
    assert repaired(world) == [("offer-without-call", "1.7")]


async def test_a_call_that_is_led_by_nobody_any_more_has_an_end_in_the_journal(world: World) -> None:
    world.exchange.record(Fact(world.exchange.now(), FactKind.CALL_ARRIVED, CallId("1.7")))
    await passes(IN_TIME)
    assert world.told(FactKind.CALL_ENDED, "by") == ["lost"]
    assert repaired(world) == [("call-without-end", "1.7")]


async def test_a_call_has_one_end_in_the_journal_and_no_second(world: World) -> None:
    caller = world.caller(patience=seconds(5))
    await world.lead(caller)
    world.exchange.record(Fact(world.exchange.now(), FactKind.CALL_ENDED, caller.id, details={"by": "telekit"}))
    assert world.told(FactKind.CALL_ENDED, "by") == ["caller"]
    assert repaired(world) == [("call-ended-twice", caller.id)]


async def test_each_breach_is_logged_once_and_counted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.exchange.tell(CallArrived(CallId("1.7"), QueueName("help")))
    await passes(60)
    assert [record.message for record in caplog.records] == [
        "repaired: call 1.7 waited without a leg, and is taken out of the line"
    ]
    assert world.watch.repaired == {"call-without-leg": 1}


async def test_a_day_of_ordinary_calls_is_no_breach(world: World) -> None:
    phone(world, "amina", Answers(after=seconds(4), talks=seconds(20)))
    phone(world, "luc", Answers(after=seconds(30))).register()
    for number in range(30):
        world.lead(world.caller(patience=seconds(90) if number % 3 else seconds(11)))
        await passes(7)
    await passes(300)
    assert repaired(world) == []
    assert world.exchange.distributor.waiting() == ()


async def test_calls_that_outlive_telekit_and_come_back_are_no_breach(world: World) -> None:
    caller = await talking(world)
    waiting = world.caller()
    world.lead(waiting)
    await passes(5)
    await world.watch.stop()
    await world.restart()
    world.watch.start()
    world.lead(waiting.comes_back())
    await passes(60)
    assert world.presence("amina") is Presence.ON_CALL
    assert repaired(world) == []
    phone(world, "amina").hang_up()
    await passes(10)
    assert caller.id not in world.exchange.tickets


async def test_a_switch_that_does_not_answer_is_no_reason_to_believe_anything(world: World) -> None:
    async def silent() -> list[object]:
        raise LinkError("Asterisk did not answer CoreShowChannels within 30 s")

    caller = await talking(world)
    world.switch.legs = silent  # type: ignore[method-assign, assignment]
    world.switch.callers.discard(caller)
    await passes(60)
    assert world.presence("amina") is Presence.ON_CALL
    assert repaired(world) == []


async def test_where_nobody_calls_the_switch_is_not_asked(world: World) -> None:
    """Pain 15: elsewhere listing queues and agents again and again brings the switch down."""
    asked = []

    async def count() -> list[object]:
        asked.append(1)
        return []

    world.switch.legs = count  # type: ignore[method-assign, assignment]
    await passes(60)
    assert asked == []


@pytest.mark.parametrize(("takes", "every"), [(0.0, 3.0), (0.5, 3.0), (2.0, 6.0)])
async def test_looks_come_every_three_seconds_unless_they_take_more_than_a_third_of_the_time(
    world: World, takes: float, every: float
) -> None:
    asked_at = []
    many = [LegAlive(LegId(f"{n}"), CallId(f"{n}"), None, None, False, None, world.exchange.now()) for n in range(6000)]

    async def shown() -> list[LegAlive]:
        asked_at.append(world.exchange.now())
        await passes(takes)
        return many

    await passes(1)
    world.switch.legs = shown  # type: ignore[method-assign, assignment]
    world.exchange.legs.adopt(Leg(OfferId("1.7.1"), CallId("1.7"), AgentName("amina"), None))
    await passes(20)
    spans = {(later - sooner).total_seconds() for sooner, later in pairwise(asked_at)}
    assert spans == {every}


def _but_rings(world: World) -> Callable[[SwitchEvent], None]:
    def tell(event: SwitchEvent) -> None:
        if not isinstance(event, OfferRings):
            world.exchange.hear(event)

    return tell
