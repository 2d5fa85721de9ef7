"""What every switch must do with agents at a number, and with a whisper: each driver's tests run these on a stage."""

import asyncio
from datetime import timedelta

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.port import Call, Missed, RingOutcome, Talked, Whisper
from tests.lab.callers import Caller
from tests.lab.scripted_phones import ScriptedPhone
from tests.pbx.contract import AMINA, LONG, LUC, SHORT, Handset, Stage, doing

LUC_BY_NUMBER = Phone(PhoneKind.TEL, "+33199005512")
"""The way outside of every stage leads each number to luc's phone."""
WHISPER = Whisper("fr", ("telekit/waited-under-a-minute",))


def phone_of(handset: Handset) -> ScriptedPhone:
    return handset.phone  # type: ignore[attr-defined,no-any-return]


def caller_of(person: object) -> Caller:
    return person.caller  # type: ignore[attr-defined,no-any-return]


async def ring_amina_and_the_number(call: Call, ring: timedelta = LONG) -> RingOutcome:
    return await call.ring_all({OfferId(f"{call.id}.1"): AMINA, OfferId(f"{call.id}.2"): LUC_BY_NUMBER}, ring=ring)


async def ring_both_with_a_whisper(call: Call) -> RingOutcome:
    phones = {OfferId(f"{call.id}.1"): AMINA, OfferId(f"{call.id}.2"): LUC}
    return await call.ring_all(phones, ring=LONG, whispers=dict.fromkeys(phones, WHISPER))


class NumberContract:
    """Inherit this and give a fixture `stage` whose phones and callers are the lab's."""

    async def test_a_refusal_that_says_busy_is_busy(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
        await stage.amina.rings()
        await phone_of(stage.amina).reject(status=486)
        assert await outcome == Missed(MissCause.BUSY)

    async def test_a_phone_that_gives_up_ringing_by_itself_was_not_answered(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
        await stage.amina.rings()
        await phone_of(stage.amina).reject(status=480)
        assert await outcome == Missed(MissCause.NO_ANSWER)

    async def test_a_phone_that_sends_the_call_elsewhere_is_not_followed(self, stage: Stage) -> None:
        before = len(phone_of(stage.luc).calls)
        _, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG))
        await stage.amina.rings()
        await phone_of(stage.amina).reject(status=302, contact=f"sip:luc@{phone_of(stage.luc).address}:5060")
        assert isinstance(await outcome, Missed)
        assert len(phone_of(stage.luc).calls) == before

    async def test_a_number_joins_the_caller_once_the_agent_has_pressed_the_key(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([LUC_BY_NUMBER], ring=LONG))
        await stage.luc.rings()
        await stage.luc.answer()
        assert caller_of(caller).answered_at is None
        phone_of(stage.luc).press("1")
        await caller.talks()
        await stage.luc.hang_up()
        assert isinstance(await outcome, Talked)

    async def test_another_key_joins_nobody(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([LUC_BY_NUMBER], ring=LONG))
        await stage.luc.rings()
        await stage.luc.answer()
        await phone_of(stage.luc).is_spoken_to()
        phone_of(stage.luc).press("2")
        await stage.luc.hang_up()
        assert await outcome == Missed(MissCause.VOICEMAIL)
        assert caller_of(caller).answered_at is None

    async def test_a_number_that_presses_nothing_and_hangs_up_is_a_voicemail_box(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([LUC_BY_NUMBER], ring=LONG))
        await stage.luc.rings()
        await stage.luc.answer()
        await phone_of(stage.luc).is_spoken_to()
        await stage.luc.hang_up()
        assert await outcome == Missed(MissCause.VOICEMAIL)
        assert caller_of(caller).answered_at is None

    async def test_a_box_that_hangs_up_the_moment_it_has_answered_takes_no_caller(self, stage: Stage) -> None:
        for _ in range(10):
            caller, outcome = await doing(stage, lambda call: call.offer([LUC_BY_NUMBER], ring=LONG))
            await stage.luc.rings()
            await stage.luc.answer()
            await stage.luc.hang_up()
            assert await outcome == Missed(MissCause.VOICEMAIL)
            assert caller_of(caller).answered_at is None

    async def test_a_number_of_a_ring_has_the_call_once_the_key_was_pressed(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_amina_and_the_number)
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        assert caller_of(caller).answered_at is None
        assert phone_of(stage.amina).calls[-1].ended_at is None
        phone_of(stage.luc).press("1")
        await caller.talks()
        await stage.amina.stops()
        await stage.luc.hang_up()
        told = await outcome
        assert told.talked_with is not None
        assert told.talked_with.endswith(".2")

    async def test_a_number_that_is_asked_for_the_key_stops_at_once_when_another_agent_answers(
        self, stage: Stage
    ) -> None:
        caller, outcome = await doing(stage, ring_amina_and_the_number)
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.amina.answer()
        await stage.luc.stops()
        await caller.talks()
        await caller.hang_up()
        told = await outcome
        assert told.talked_with is not None
        assert told.talked_with.endswith(".1")

    async def test_a_number_that_answers_without_the_key_is_a_voicemail_box_and_the_others_ring_on(
        self, stage: Stage
    ) -> None:
        _, outcome = await doing(stage, lambda call: ring_amina_and_the_number(call, 3 * SHORT))
        await stage.amina.rings()
        await stage.luc.rings()
        await stage.luc.answer()
        await stage.luc.hang_up()
        assert phone_of(stage.amina).calls[-1].ended_at is None
        told = await outcome
        assert sorted(told.missed.values()) == [MissCause.NO_ANSWER, MissCause.VOICEMAIL]
        await stage.amina.stops()

    async def test_a_number_that_says_busy_in_a_ring_is_busy(self, stage: Stage) -> None:
        _, outcome = await doing(stage, lambda call: ring_amina_and_the_number(call, 2 * SHORT))
        await stage.amina.rings()
        await stage.luc.rings()
        await phone_of(stage.luc).reject(status=486)
        told = await outcome
        assert sorted(told.missed.values()) == [MissCause.BUSY, MissCause.NO_ANSWER]
        await stage.amina.stops()

    async def test_an_agent_hears_the_whisper_before_the_caller_is_joined(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG, whisper=WHISPER))
        await stage.amina.rings()
        await stage.amina.answer()
        assert caller_of(caller).answered_at is None
        await caller.talks()
        await stage.amina.hang_up()
        assert isinstance(await outcome, Talked)

    async def test_an_agent_who_hangs_up_during_the_whisper_has_declined(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, lambda call: call.offer([AMINA], ring=LONG, whisper=WHISPER))
        await stage.amina.rings()
        await stage.amina.answer()
        await phone_of(stage.amina).is_spoken_to()
        await stage.amina.hang_up()
        assert await outcome == Missed(MissCause.REJECTED)
        assert caller_of(caller).answered_at is None

    async def test_who_answers_of_several_and_hangs_up_during_the_whisper_has_not_talked(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_both_with_a_whisper)
        await asyncio.gather(stage.amina.rings(), stage.luc.rings())
        await stage.amina.answer()
        await phone_of(stage.amina).is_spoken_to()
        await stage.amina.hang_up()
        told = await outcome
        assert told.talked_with is None
        assert caller_of(caller).answered_at is None

    async def test_who_answers_of_several_hears_the_whisper_and_the_others_stop(self, stage: Stage) -> None:
        caller, outcome = await doing(stage, ring_both_with_a_whisper)
        await asyncio.gather(stage.amina.rings(), stage.luc.rings())
        await stage.amina.answer()
        await stage.luc.stops()
        assert caller_of(caller).answered_at is None
        await caller.talks()
        await stage.amina.hang_up()
        told = await outcome
        assert told.talked_with is not None
        assert told.talked_with.endswith(".1")
