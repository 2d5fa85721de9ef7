"""The loopback's other half: what it tells of phones and legs."""

import asyncio
from datetime import timedelta

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, Rings, virtual_clock
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import (
    LegEnded,
    LinkUp,
    Missed,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    SwitchEvent,
)

AMINA = Phone(PhoneKind.SIP, "amina")
OFFER = OfferId("c.1")
RING = timedelta(seconds=20)


async def told(switch: LoopbackSwitch) -> list[SwitchEvent]:
    events: list[SwitchEvent] = []
    await switch.start(events.append)
    return events


async def test_an_offer_is_told_step_by_step() -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Answers())
    events = await told(switch)
    await LoopbackCall(switch).offer([AMINA], ring=RING, offer=OFFER)
    _, rings, engaged, joined, ended, free = events
    assert isinstance(rings, OfferRings)
    assert engaged == PhoneState(AMINA, reachable=True, engaged=True)
    assert joined == OfferJoined(OFFER, rings.leg)
    assert {ended, free} == {LegEnded(OFFER, rings.leg), PhoneState(AMINA, reachable=True, engaged=False)}


async def test_a_leg_can_be_ended_while_it_rings() -> None:
    switch = LoopbackSwitch()
    phone = switch.phone("sip:amina", Rings())
    outcome = asyncio.ensure_future(LoopbackCall(switch).offer([AMINA], ring=RING, offer=OFFER))
    await phone.rings()
    (leg,) = [leg for leg in (await switch.survey()).legs if leg.offer is not None]
    await switch.hang_up(leg.leg)
    assert await outcome == Missed(MissCause.NO_ANSWER)
    await switch.hang_up(leg.leg)


async def test_a_survey_says_what_is_alive() -> None:
    switch = LoopbackSwitch()
    phone = switch.phone("sip:amina", Rings())
    call = LoopbackCall(switch)
    offering = asyncio.ensure_future(call.offer([AMINA], ring=RING, offer=OFFER))
    await phone.rings()
    began_at = virtual_clock()()
    phone.answer()
    await asyncio.sleep(60)
    (leg,) = [leg for leg in (await switch.survey()).legs if leg.offer is not None]
    assert (leg.call, leg.offer, leg.phone, leg.joined, leg.since_at) == (call.id, OFFER, AMINA, True, began_at)
    phone.hang_up()
    await offering
    await call.hang_up()
    assert (await switch.survey()).legs == ()


async def test_phones_come_and_go() -> None:
    switch = LoopbackSwitch()
    phone = switch.phone("sip:amina")
    events = await told(switch)
    phone.unregister()
    assert await LoopbackCall(switch).offer([AMINA], ring=RING) == Missed(MissCause.UNREACHABLE)
    phone.register()
    assert events[1:] == [
        PhoneState(AMINA, reachable=False, engaged=False),
        PhoneRegisters(AMINA),
        PhoneState(AMINA, reachable=True, engaged=False),
    ]


async def test_the_link_can_be_cut_and_comes_back_with_a_survey() -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina")
    events = await told(switch)
    switch.link_down("a test")
    await switch.link_up()
    assert events[1] == LinkDown("a test")
    assert isinstance(events[2], LinkUp)
    assert events[2].survey.phones == (PhoneState(AMINA, reachable=True, engaged=False),)
    await switch.stop()
    switch.link_down()
    assert len(events) == 3
