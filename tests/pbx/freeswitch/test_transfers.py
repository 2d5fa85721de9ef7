"""Agents' phones put callers on hold and pass them on, on a real FreeSWITCH."""

import asyncio
from collections.abc import Callable

import pytest

from telekit.domain.names import CallId, LegId, OfferId, call_of
from telekit.pbx.port import (
    Call,
    CallerLeft,
    HoldChanged,
    LegEnded,
    OfferJoined,
    PhoneState,
    SwitchEvent,
    Talked,
    Transferred,
)
from tests.lab.desk_phone import DeskPhone
from tests.pbx.asterisk.agi.stage import LedCaller
from tests.pbx.contract import AMINA, LONG, LUC
from tests.pbx.freeswitch.stage import LUC_SAYS, FreeSwitchStage

pytestmark = pytest.mark.asyncio(loop_scope="module")
COLLEAGUE = "2002"


class Talk:
    """A caller and amina, who talk."""

    caller: LedCaller
    joined: OfferJoined

    def __init__(self, stage: FreeSwitchStage) -> None:
        self._stage = stage
        self.outcome: asyncio.Future[tuple[object, bool]] = asyncio.get_running_loop().create_future()
        self._heard_before = len(stage.heard.events)

    @classmethod
    async def begin(cls, stage: FreeSwitchStage) -> "Talk":
        talk = cls(stage)

        async def lead(call: Call) -> None:
            await call.answer()
            await call.music_on()
            talked = await call.offer([AMINA], ring=LONG, offer=OfferId(f"{call.id}.1"), music="default")
            await call.hang_up()
            talk.outcome.set_result((talked, call.passed_on))

        talk.caller = await stage.call(lead)
        await stage.amina.rings()
        await stage.amina.answer()
        talk.joined = await talk.told(OfferJoined)
        return talk

    @property
    def amina(self) -> DeskPhone:
        return self._stage.amina.phone  # type: ignore[return-value]

    async def told(self, kind: type, holds: Callable[..., bool] = lambda event: True) -> SwitchEvent:
        """Wait until the switch tells such an event of this talk."""
        found: list[SwitchEvent] = []

        def is_it(event: SwitchEvent) -> bool:
            if isinstance(event, kind) and holds(event) and event in self._stage.heard.events[self._heard_before :]:
                found.append(event)
            return bool(found)

        await self._stage.heard.until(is_it)
        return found[0]

    async def ends(self) -> None:
        """Let the caller hang up, and the conversation with whoever it is be over."""
        leg, offer = self.joined.leg, self.joined.offer
        await self.caller.hang_up()
        await self.told(CallerLeft, lambda event: event.call == call_of(offer))
        await self.told(LegEnded, lambda event: event.leg == leg)
        await self._stage.amina.stops()


async def test_hold_is_told_and_its_end(stage: FreeSwitchStage) -> None:
    talk = await Talk.begin(stage)
    await talk.amina.hold()
    await talk.told(HoldChanged, lambda event: event.held and event.leg == talk.joined.leg)
    await talk.amina.resume()
    await talk.told(HoldChanged, lambda event: not event.held and event.leg == talk.joined.leg)
    await talk.ends()
    talked, passed_on = await talk.outcome
    assert isinstance(talked, Talked)
    assert not passed_on


async def test_a_caller_who_is_sent_to_a_number_meets_who_answers_there(stage: FreeSwitchStage) -> None:
    talk = await Talk.begin(stage)
    await talk.amina.transfer(COLLEAGUE)
    passed = await talk.told(Transferred)
    assert passed == Transferred(talk.joined.offer, talk.joined.leg, AMINA, COLLEAGUE, None, None)
    talked, passed_on = await talk.outcome
    assert isinstance(talked, Talked)
    assert passed_on
    await stage.luc.rings()
    await stage.luc.answer()
    met = await talk.told(OfferJoined, lambda event: event.phone == LUC)
    await talk.caller.caller.hears(LUC_SAYS)
    assert met.offer == talk.joined.offer
    await talk.ends()
    await talk.told(LegEnded, lambda event: event.leg == met.leg)
    await stage.luc.stops()


async def test_a_caller_meets_who_was_asked_first(stage: FreeSwitchStage) -> None:
    talk = await Talk.begin(stage)
    await talk.amina.hold()
    asked = await talk.amina.dial(COLLEAGUE)
    await stage.luc.rings()
    await stage.luc.answer()
    await talk.amina.talks_to(asked)
    await talk.amina.transfer_to(asked)
    passed = await talk.told(Transferred)
    assert (passed.leg, passed.phone, passed.number) == (talk.joined.leg, AMINA, "")
    assert passed.target_phone == LUC
    await talk.caller.caller.hears(LUC_SAYS)
    assert (await talk.outcome)[1]
    alive = {leg.leg: leg for leg in await stage.switch.legs()}
    assert alive[LegId(call_of(talk.joined.offer))].call == CallId(call_of(talk.joined.offer))
    await talk.ends()
    await talk.told(LegEnded, lambda event: event.leg == passed.target)
    await stage.luc.stops()


async def test_a_caller_meets_who_still_rang_when_they_were_passed_on(stage: FreeSwitchStage) -> None:
    talk = await Talk.begin(stage)
    await talk.amina.hold()
    asked = await talk.amina.dial(COLLEAGUE)
    await stage.luc.rings()
    await talk.amina.rings_at(asked)
    await talk.amina.transfer_to(asked)
    passed = await talk.told(Transferred)
    assert passed == Transferred(talk.joined.offer, talk.joined.leg, AMINA, "", None, None)
    await stage.luc.answer()
    await talk.told(OfferJoined, lambda event: event.phone == LUC and event.offer == talk.joined.offer)
    await talk.caller.caller.hears(LUC_SAYS)
    await talk.ends()
    await stage.luc.stops()


async def test_a_phone_that_calls_somebody_is_engaged(stage: FreeSwitchStage) -> None:
    before = len(stage.heard.events)
    amina = stage.amina.phone
    assert isinstance(amina, DeskPhone)
    asked = await amina.dial(COLLEAGUE)
    await stage.luc.rings()
    await stage.luc.answer()
    await amina.talks_to(asked)
    await amina.hang_up_on(asked)
    await stage.luc.stops()
    news = lambda: [e for e in stage.heard.events[before:] if isinstance(e, PhoneState) and e.phone == AMINA]  # noqa: E731
    await stage.heard.until(lambda event: [each.engaged for each in news()][-1:] == [False])
    assert [each.engaged for each in news()] == [True, False]
    assert not any(isinstance(event, OfferJoined) for event in stage.heard.events[before:])
