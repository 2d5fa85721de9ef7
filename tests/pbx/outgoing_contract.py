"""What every switch must do that calls somebody by itself: each driver's tests run these on a stage of their own."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol, TypeVar

import pytest

from telekit.domain.names import CallId, LegId, OfferId, own_leg
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, UnsafeValue
from telekit.pbx.port import Call, LegAlive, LegEnded, OfferJoined, OfferRings, Switch, SwitchEvent, Talked

T = TypeVar("T")

AMINA, NOBODY = (Phone(PhoneKind.SIP, name) for name in ("amina", "nobody"))
"""Phones of every stage: one that rings and waits to be led, one that is out of reach."""
LUC = Phone(PhoneKind.TEL, "+33199005512")
"""Somebody outside, led likewise: an agent at a number, or a person who is called back."""
OURS = "+33199001234"
LITTLE = timedelta(seconds=2)
LONG = timedelta(seconds=20)

_names = itertools.count(1)


class Handset(Protocol):
    """A phone on a stage."""

    async def rings(self) -> object: ...
    async def answer(self) -> None: ...
    async def reject(self) -> None: ...
    async def say_busy(self) -> None: ...
    async def hang_up(self) -> None: ...
    async def press(self, keys: str) -> None: ...
    async def stops(self) -> object:
        """Wait until it neither rings nor talks any more."""


class Heard:
    """All that a switch has told."""

    def __init__(self) -> None:
        self.events: list[SwitchEvent] = []
        self._news = asyncio.Event()

    def tell(self, event: SwitchEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, holds: Callable[[SwitchEvent], bool]) -> None:
        """Wait until something is told, or has been."""
        async with asyncio.timeout(40):
            while not any(map(holds, self.events)):
                self._news.clear()
                await self._news.wait()


class Stage(Protocol):
    """A switch with phones; a script named `survey` leads who is called."""

    switch: Switch
    amina: Handset
    luc: Handset
    heard: Heard

    def lead(self, script: Callable[[Call], Awaitable[None]]) -> None:
        """Have this script be `survey` from now on."""


def a_leg() -> LegId:
    return own_leg(f"test-{next(_names)}")


def calling(
    stage: Stage,
    phone: Phone,
    *,
    leg: LegId | None = None,
    ring: timedelta = LONG,
    offer: OfferId | None = None,
    arguments: Mapping[str, str] | None = None,
) -> "asyncio.Future[MissCause | None]":
    """Call somebody out, to the script `survey`."""
    told = arguments or {}
    return asyncio.ensure_future(
        stage.switch.call_out(phone, "survey", arguments=told, leg=leg or a_leg(), ring=ring, offer=offer, shown=OURS)
    )


def led(stage: Stage, verb: Callable[[Call], Awaitable[T]]) -> "asyncio.Future[T]":
    """Lead who is called out by a script of one verb; gives what comes of it."""
    result: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    async def script(call: Call) -> None:
        try:
            result.set_result(await verb(call))
        except Exception as error:
            result.set_exception(error)

    stage.lead(script)
    return result


async def who(call: Call) -> tuple[CallId, str, str, str | None, Mapping[str, str]]:
    return call.id, call.script, call.dialed, call.caller.number, call.arguments


async def stay(call: Call) -> None:
    await call.until(asyncio.Event().wait())


async def alive(stage: Stage, leg: LegId) -> LegAlive | None:
    return next((each for each in await stage.switch.legs() if each.leg == leg), None)


async def told(stage: Stage, event: SwitchEvent) -> None:
    """Wait until the switch has told this."""
    await stage.heard.until(lambda each: each == event)


def is_joined(event: SwitchEvent, offer: OfferId, leg: LegId) -> bool:
    return isinstance(event, OfferJoined) and (event.offer, event.leg) == (offer, leg)


class OutgoingContract:
    """Inherit this and give a fixture `stage`."""

    async def test_a_script_leads_a_person_who_answers(self, stage: Stage) -> None:
        script = led(stage, who)
        leg, arguments = a_leg(), {"of": "1700000000.7", "said": "Zoé, 50 % & more?; #1", "empty": ""}
        outcome = calling(stage, LUC, leg=leg, arguments=arguments)
        await stage.luc.rings()
        assert not script.done()
        await stage.luc.answer()
        assert await outcome is None
        assert await script == (leg, "survey", OURS, LUC.address, arguments)
        await stage.luc.stops()

    async def test_a_script_leads_an_agent_who_answers_and_events_name_the_offer(self, stage: Stage) -> None:
        script = led(stage, stay)
        leg, offer = a_leg(), OfferId("1700000000.7.1")
        outcome = calling(stage, AMINA, leg=leg, offer=offer)
        await stage.amina.rings()
        await told(stage, OfferRings(offer, leg))
        ringing = await alive(stage, leg)
        assert ringing is not None
        assert (ringing.offer, ringing.call, ringing.joined) == (offer, CallId("1700000000.7"), False)
        await stage.amina.answer()
        assert await outcome is None
        await stage.amina.hang_up()
        with pytest.raises(CallerGone):
            await script
        await told(stage, LegEnded(offer, leg))

    async def test_an_agent_is_connected_with_a_person_outside(self, stage: Stage) -> None:
        script = led(stage, lambda call: call.connect(LUC.address, ring=LONG, shown=OURS))
        leg, offer = a_leg(), OfferId("1700000000.8.1")
        outcome = calling(stage, AMINA, leg=leg, offer=offer)
        await stage.amina.rings()
        await stage.amina.answer()
        assert await outcome is None
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.heard.until(lambda event: is_joined(event, offer, leg))
        talking = await alive(stage, leg)
        assert talking is not None
        assert talking.joined
        await stage.luc.hang_up()
        assert isinstance(await script, Talked)
        await stage.amina.stops()
        await told(stage, LegEnded(offer, leg))

    async def test_a_person_is_offered_to_an_agent(self, stage: Stage) -> None:
        script = led(stage, lambda call: call.offer([AMINA], ring=LONG, offer=OfferId(f"{call.id}.1")))
        leg = a_leg()
        outcome = calling(stage, LUC, leg=leg)
        await stage.luc.rings()
        await stage.luc.answer()
        assert await outcome is None
        await stage.amina.rings()
        await stage.amina.answer()
        await stage.heard.until(lambda event: isinstance(event, OfferJoined) and event.offer == f"{leg}.1")
        await stage.amina.hang_up()
        assert isinstance(await script, Talked)
        await stage.luc.stops()

    async def test_nobody_answers(self, stage: Stage) -> None:
        leg = a_leg()
        outcome = calling(stage, AMINA, leg=leg, ring=LITTLE)
        await stage.amina.rings()
        assert await outcome is MissCause.NO_ANSWER
        await stage.amina.stops()
        assert await alive(stage, leg) is None

    async def test_an_agent_may_refuse(self, stage: Stage) -> None:
        outcome = calling(stage, AMINA)
        await stage.amina.rings()
        await stage.amina.reject()
        assert await outcome is MissCause.REJECTED

    async def test_a_person_may_be_busy(self, stage: Stage) -> None:
        outcome = calling(stage, LUC)
        await stage.luc.rings()
        await stage.luc.say_busy()
        assert await outcome is MissCause.BUSY

    async def test_a_phone_may_be_out_of_reach(self, stage: Stage) -> None:
        assert await calling(stage, NOBODY) is MissCause.UNREACHABLE

    async def test_a_leg_that_rings_can_be_ended(self, stage: Stage) -> None:
        leg = a_leg()
        outcome = calling(stage, AMINA, leg=leg)
        await stage.amina.rings()
        await stage.switch.hang_up(leg)
        assert await outcome is MissCause.NO_ANSWER
        await stage.amina.stops()

    async def test_giving_up_a_call_ends_its_leg(self, stage: Stage) -> None:
        outcome = calling(stage, AMINA)
        await stage.amina.rings()
        outcome.cancel()
        await stage.amina.stops()

    async def test_an_agent_at_a_number_is_asked_for_the_key_before_the_script_begins(self, stage: Stage) -> None:
        script = led(stage, who)
        outcome = calling(stage, LUC, offer=OfferId("1700000000.7.2"))
        await stage.luc.rings()
        await stage.luc.answer()
        assert not script.done()
        await stage.luc.press("1")
        assert await outcome is None
        await script
        await stage.luc.stops()

    async def test_an_agent_at_a_number_who_does_not_press_the_key_is_a_voicemail_box(self, stage: Stage) -> None:
        script = led(stage, who)
        leg, offer = a_leg(), OfferId("1700000000.7.3")
        outcome = calling(stage, LUC, leg=leg, offer=offer)
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.luc.hang_up()
        assert await outcome is MissCause.VOICEMAIL
        assert not script.done()
        await told(stage, LegEnded(offer, leg))

    async def test_a_person_who_is_led_can_hang_up(self, stage: Stage) -> None:
        script = led(stage, stay)
        leg = a_leg()
        outcome = calling(stage, LUC, leg=leg)
        await stage.luc.rings()
        await stage.luc.answer()
        assert await outcome is None
        there = await alive(stage, leg)
        assert there is not None
        assert (there.offer, there.call) == (None, CallId(leg))
        await stage.luc.hang_up()
        with pytest.raises(CallerGone):
            await script

    @pytest.mark.parametrize("arguments", [{"said": "a\nb"}, {"a\rb": "said"}, {"said": "\x7f"}])
    async def test_no_control_character_is_sent(self, stage: Stage, arguments: Mapping[str, str]) -> None:
        with pytest.raises(UnsafeValue):
            await calling(stage, AMINA, arguments=arguments)
        with pytest.raises(UnsafeValue):
            await calling(stage, Phone(PhoneKind.SIP, "amina\n"))

    @pytest.mark.parametrize("name", ["7.1", "telekit-", "telekit-a b", "telekit-a\n", "telekit-1,2"])
    async def test_a_leg_has_a_name_of_telekits_own(self, stage: Stage, name: str) -> None:
        with pytest.raises(UnsafeValue):
            await calling(stage, AMINA, leg=LegId(name))
