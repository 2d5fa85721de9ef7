"""Offering a call to an agent, in as few commands as can be."""

import asyncio
from datetime import timedelta

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, LinkError, UnsafeValue
from telekit.pbx.asterisk.agi.call import PASSED_ON
from telekit.pbx.asterisk.agi.dial import RESULT
from telekit.pbx.port import Call, Missed, OfferOutcome, Talked
from tests.pbx.asterisk.agi.conftest import Switchboard

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
RING = timedelta(seconds=20)
OFFER = OfferId("1795394872.8.1")
DIAL = ("EXEC", "Dial", "PJSIP/amina,20,giI")
ASK = ("GET", "FULL", "VARIABLE", RESULT)


async def ring_amina(call: Call) -> OfferOutcome:
    return await call.offer([AMINA], ring=RING)


async def test_a_plain_offer_takes_two_commands(switchboard: Switchboard) -> None:
    """Pain 15: elsewhere each call floods the switch with commands."""
    asterisk, outcome = await switchboard.doing(ring_amina)
    await asterisk.does("200 result=0", *DIAL)
    await asterisk.does("200 result=1 (BUSY|17||12||)", *ASK)
    assert await outcome == Missed(MissCause.BUSY)


async def test_the_offer_is_written_on_the_leg_of_the_agent(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, offer=OFFER, music="jazz"))
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TELEKIT_OFFER", OFFER)
    await asterisk.does("200 result=0", "EXEC", "Dial", "PJSIP/amina,20,giIm(jazz)")
    await asterisk.does("200 result=1 (NOANSWER|0||12||)", *ASK)
    assert await outcome == Missed(MissCause.NO_ANSWER)


async def test_several_variables_go_in_one_command(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(
        lambda call: call.offer([AMINA], ring=RING, offer=OFFER, variables={"TELEKIT_PLACE": "1795.5:0:billing"})
    )
    pairs = f"_TELEKIT_OFFER={OFFER},_TELEKIT_PLACE=1795.5:0:billing"
    await asterisk.does("200 result=0", "EXEC", "MSet", pairs)
    await asterisk.does("200 result=0", *DIAL)
    await asterisk.does("200 result=1 (BUSY|17||12||)", *ASK)
    assert await outcome == Missed(MissCause.BUSY)


async def test_a_value_that_would_be_taken_apart_goes_by_itself(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(
        lambda call: call.offer([AMINA], ring=RING, variables={"TOPIC": "a,_EVIL=1", "NAME": "Zoé"})
    )
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TOPIC", "a,_EVIL=1")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_NAME", "Zoé")
    await asterisk.does("200 result=0", *DIAL)
    await asterisk.does("200 result=1 (BUSY|17||12||)", *ASK)
    await outcome


async def test_a_conversation_counts_from_when_sound_flowed(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    asterisk, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, offer=OFFER))
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TELEKIT_OFFER", OFFER)
    assert await asterisk.asked() == list(DIAL)
    now = 110.0
    switchboard.server.note_joined(OFFER)
    switchboard.server.note_joined(OfferId("of another call"))
    now = 152.0
    # Asterisk is not asked: it would tell how long the caller has been up, which is longer for one who had waited.
    asterisk.reply("200 result=0")
    assert await outcome == Talked(timedelta(seconds=42))


async def test_a_caller_who_ends_the_conversation_is_known_to_be_gone(switchboard: Switchboard) -> None:
    async def talk_and_hang_up(call: Call) -> OfferOutcome:
        outcome = await call.offer([AMINA], ring=RING, offer=OFFER)
        await call.hang_up()
        return outcome

    asterisk, outcome = await switchboard.doing(talk_and_hang_up)
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TELEKIT_OFFER", OFFER)
    assert await asterisk.asked() == list(DIAL)
    switchboard.server.note_joined(OFFER)
    asterisk.reply("200 result=-1")
    assert isinstance(await outcome, Talked)
    await asterisk.over()


async def test_the_time_up_limits_a_conversation_that_nobody_told_of(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_amina)
    await asterisk.does("200 result=0", *DIAL)
    await asterisk.does("200 result=1 (ANSWER|16|0|12||)", *ASK)
    assert await outcome == Talked(timedelta(0))


async def test_a_caller_who_hangs_up_after_talking_has_talked(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_amina)
    await asterisk.does("200 result=-1", *DIAL)
    asterisk.hang_up()
    await asterisk.does("200 result=1 (ANSWER|16|0|12||)", *ASK)
    assert isinstance(await outcome, Talked)
    await asterisk.over()


async def test_who_stands_in_line_again_has_no_conversation_that_outlives_telekit(switchboard: Switchboard) -> None:
    """Else the dialplan, were telekit lost then, would end the call."""

    async def again(call: Call) -> None:
        await ring_amina(call)
        await call.set("TELEKIT_PLACE", "1795.250:0:billing::60.000")

    asterisk, _ = await switchboard.doing(again)
    await asterisk.does("200 result=0", *DIAL)
    await asterisk.does("200 result=1 (ANSWER|16|900|12||)", *ASK)
    await asterisk.does("200 result=1", "SET", "VARIABLE", "DIALSTATUS", "")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "TELEKIT_PLACE", "1795.250:0:billing::60.000")


async def test_a_caller_who_hangs_up_while_it_rings_is_gone(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_amina)
    await asterisk.does("200 result=-1", *DIAL)
    asterisk.hang_up()
    await asterisk.does("200 result=1 (CANCEL|0||12||)", *ASK)
    with pytest.raises(CallerGone):
        await outcome


async def test_a_caller_who_hangs_up_as_the_ringing_ends_is_gone(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_amina)
    await asterisk.does("200 result=0", *DIAL)
    asterisk.hang_up()
    await asterisk.does("200 result=1 (NOANSWER|0||12||)", *ASK)
    with pytest.raises(CallerGone):
        await outcome


async def test_a_number_that_nobody_confirms_is_a_voicemail_box(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(lambda call: call.offer([LUC], ring=RING, offer=OFFER))
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TELEKIT_OFFER", OFFER)
    options = f"giIf(+33199000010)b(telekit-not-yet^s^1)U(telekit-confirm^{OFFER})"
    await asterisk.does("200 result=0", "EXEC", "Dial", f"PJSIP/+33199005512@carrier,20,{options}")
    await asterisk.does("200 result=1 (ANSWER|16||12||)", *ASK)
    assert await outcome == Missed(MissCause.VOICEMAIL)


async def test_a_confirmation_is_for_one_offer_only(switchboard: Switchboard) -> None:
    async def twice(call: Call) -> list[OfferOutcome]:
        return [await call.offer([LUC], ring=RING), await call.offer([LUC], ring=RING)]

    asterisk, outcomes = await switchboard.doing(twice)
    _, _, first = await asterisk.asked()
    token = first.rpartition("^")[2].rstrip(")")
    asterisk.reply("200 result=0")
    await asterisk.does(f"200 result=1 (ANSWER|16|900|12||{token})", *ASK)
    assert token not in (await asterisk.asked())[2]
    asterisk.reply("200 result=0")
    await asterisk.does(f"200 result=1 (ANSWER|16|900|12||{token})", *ASK)
    told = await outcomes
    assert isinstance(told[0], Talked)
    assert told[1] == Missed(MissCause.VOICEMAIL)


async def test_nothing_is_rung_for_a_caller_who_is_gone(switchboard: Switchboard) -> None:
    raised = asyncio.Event()

    async def script(call: Call) -> None:
        with pytest.raises(CallerGone):
            await call.until(asyncio.Event().wait())
        with pytest.raises(CallerGone):
            await call.offer([AMINA], ring=RING)
        raised.set()

    asterisk = await switchboard.call(script)
    asterisk.hang_up()
    await raised.wait()
    await asterisk.over()


async def test_asterisk_may_die_while_it_rings(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_amina)
    assert await asterisk.asked() == list(DIAL)
    asterisk.die()
    with pytest.raises(LinkError):
        await outcome


async def test_an_offer_with_an_odd_name_is_refused_before_anything_rings(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(lambda call: call.offer([AMINA], ring=RING, offer=OfferId("a)b")))
    with pytest.raises(UnsafeValue):
        await outcome
    assert (await asterisk.asked())[:2] == ["SET", "VARIABLE"]


@pytest.mark.parametrize(("variable", "passed_on"), [("PJSIP/amina-00000001", True), ("", False)])
async def test_a_caller_who_is_gone_although_the_agent_left_first_may_have_been_passed_on(
    switchboard: Switchboard, variable: str, passed_on: bool
) -> None:
    async def talk_and_hang_up(call: Call) -> bool:
        await call.offer([AMINA], ring=RING, offer=OFFER)
        await call.hang_up()
        return call.passed_on

    asterisk, outcome = await switchboard.doing(talk_and_hang_up)
    await asterisk.does("200 result=1", "SET", "VARIABLE", "_TELEKIT_OFFER", OFFER)
    assert await asterisk.asked() == list(DIAL)
    switchboard.server.note_joined(OFFER)
    asterisk.reply("200 result=0")
    await asterisk.does("511 Command Not Permitted on a dead channel or intercept routine", "HANGUP")
    await asterisk.does(f"200 result=1 ({variable})", "GET", "FULL", "VARIABLE", PASSED_ON)
    assert await outcome is passed_on


async def test_who_was_passed_on_is_known_also_while_no_news_of_the_conversation_came(switchboard: Switchboard) -> None:
    async def talk_and_hang_up(call: Call) -> bool:
        await ring_amina(call)
        await call.hang_up()
        return call.passed_on

    asterisk, passed_on = await switchboard.doing(talk_and_hang_up)
    assert await asterisk.asked() == list(DIAL)
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1 (ANSWER|16|900|12||)", *ASK)
    await asterisk.does("511 Command Not Permitted on a dead channel or intercept routine", "HANGUP")
    await asterisk.does("200 result=1 (PJSIP/zoe-00000001)", "GET", "FULL", "VARIABLE", PASSED_ON)
    assert await passed_on
