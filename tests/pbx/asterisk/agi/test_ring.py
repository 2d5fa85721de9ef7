"""Ringing several agents at once: what Asterisk is told, and what its answers mean."""

import asyncio
from datetime import timedelta

import pytest

from telekit.domain.names import OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone
from telekit.pbx.asterisk.agi import ring
from telekit.pbx.asterisk.agi.call import PASSED_ON
from telekit.pbx.asterisk.agi.ring import RESULT, causes, legs_of, question
from telekit.pbx.port import Call, RingOutcome
from tests.pbx.asterisk.agi.conftest import Switchboard
from tests.pbx.asterisk.agi.fake import FakeAsterisk

AMINA, ZOE = Phone(PhoneKind.SIP, "amina"), Phone(PhoneKind.SIP, "zoe")
LUC = Phone(PhoneKind.TEL, "+33199005512")
PHONES = {OfferId("1.5.3"): AMINA, OfferId("1.5.4"): LUC, OfferId("1.5.5"): ZOE}
NAMES = (
    "_TELEKIT_OFFER=1.5.5,_TELEKIT_RING=1.5,_TELEKIT_TRUNK=carrier,_TELEKIT_SHOWN=+33199000010,"
    "_TELEKIT_LEG_amina=3,"
    "_TELEKIT_LEG_+33199005512@telekit-number/n=4,_TELEKIT_LEG_zoe=5"
)
DIAL = "PJSIP/amina&Local/+33199005512@telekit-number/n&PJSIP/zoe,20,giIm(jazz)b(telekit-leg^s^1)"


async def ring_three(call: Call) -> RingOutcome:
    return await call.ring_all(PHONES, ring=timedelta(seconds=20), music="jazz")


async def dialled(asterisk: FakeAsterisk) -> None:
    """Take the commands up to the Dial, which goes on."""
    await asterisk.does("200 result=0", "EXEC", "MSet", NAMES)
    assert await asterisk.asked() == ["EXEC", "Dial", DIAL]


async def test_a_ring_that_is_answered_takes_two_commands(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    asterisk, outcome = await switchboard.doing(ring_three)
    await dialled(asterisk)
    switchboard.server.note_joined(OfferId("1.5.4"))
    now = 160.0
    asterisk.reply("200 result=0")
    assert await outcome == RingOutcome(OfferId("1.5.4"), timedelta(seconds=60), {})


@pytest.mark.parametrize(
    ("number", "offer"), [("amina", "1.5.3"), ("+33199005512@telekit-number/n", "1.5.4"), ("zoe", "1.5.5")]
)
async def test_where_events_do_not_tell_who_answered_asterisk_does(
    switchboard: Switchboard, number: str, offer: str
) -> None:
    asterisk, outcome = await switchboard.doing(ring_three)
    await dialled(asterisk)
    asterisk.reply("200 result=0")
    await asterisk.does(f"200 result=1 (ANSWER|16|0|4000|||{number})", "GET", "FULL", "VARIABLE", RESULT)
    assert (await outcome).talked_with == offer


async def test_who_answered_and_was_never_joined_declined_and_nobody_else_missed_it(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_three)
    await dialled(asterisk)
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1 (ANSWER|16||4000|||zoe)", "GET", "FULL", "VARIABLE", RESULT)
    assert await outcome == RingOutcome(None, timedelta(0), {OfferId("1.5.5"): MissCause.REJECTED})


async def test_when_nobody_answers_asterisk_is_asked_about_each(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_three)
    await dialled(asterisk)
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1 (NOANSWER|0||4000|||)", "GET", "FULL", "VARIABLE", RESULT)
    await asterisk.does(
        "200 result=1 (PJSIP/zoe-0000000b,PJSIP/carrier-0000000c)", "GET", "FULL", "VARIABLE", ring.LEGS
    )
    told = await asterisk.asked()
    assert told[3] == (
        "|${MASTER_CHANNEL(TELEKIT_ASKED_1.5.4)} ${MASTER_CHANNEL(TELEKIT_ENDED_1.5.4)}"
        "|${HANGUPCAUSE(PJSIP/zoe-0000000b,tech):0:7}"
    )
    asterisk.reply("200 result=1 (| BUSY:17|SIP 180)")
    assert (await outcome).missed == {
        OfferId("1.5.3"): MissCause.UNREACHABLE,
        OfferId("1.5.4"): MissCause.BUSY,
        OfferId("1.5.5"): MissCause.NO_ANSWER,
    }


async def test_a_caller_who_hangs_up_while_they_ring_is_gone(switchboard: Switchboard) -> None:
    asterisk, outcome = await switchboard.doing(ring_three)
    await dialled(asterisk)
    asterisk.send(b"HANGUP\n")
    asterisk.reply("200 result=-1")
    await asterisk.does("200 result=1 (CANCEL|0||4000|||)", "GET", "FULL", "VARIABLE", RESULT)
    with pytest.raises(CallerGone):
        await outcome


async def test_a_phone_that_cannot_be_rung_as_it_is_written_does_not_silence_the_others(
    switchboard: Switchboard,
) -> None:
    phones = {OfferId("1.5.3"): Phone(PhoneKind.SIP, "a&b"), OfferId("1.5.4"): AMINA}
    asterisk, outcome = await switchboard.doing(lambda call: call.ring_all(phones, ring=timedelta(seconds=9)))
    assert (await asterisk.asked())[1] == "MSet"
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=0", "EXEC", "Dial", "PJSIP/amina,9,giIb(telekit-leg^s^1)")
    await asterisk.does("200 result=1 (NOANSWER|0||4000|||)", "GET", "FULL", "VARIABLE", RESULT)
    await asterisk.does("200 result=1 (PJSIP/amina-0000000b)", "GET", "FULL", "VARIABLE", ring.LEGS)
    await asterisk.asked()
    asterisk.reply("200 result=1 (SIP 480)")
    assert (await outcome).missed == {
        OfferId("1.5.3"): MissCause.UNREACHABLE,
        OfferId("1.5.4"): MissCause.REJECTED,
    }


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ("SIP 180", MissCause.NO_ANSWER),
        ("SIP 183", MissCause.NO_ANSWER),
        ("SIP 100", MissCause.UNREACHABLE),
        ("", MissCause.UNREACHABLE),
        ("SIP 404", MissCause.UNREACHABLE),
        ("SIP 503", MissCause.UNREACHABLE),
        ("SIP 486", MissCause.BUSY),
        ("SIP 600", MissCause.BUSY),
        ("SIP 603", MissCause.REJECTED),
        ("SIP 480", MissCause.REJECTED),
        ("SIP 302", MissCause.REJECTED),
    ],
)
def test_the_last_answer_of_a_phone_tells_why_it_did_not_take_the_call(told: str, cause: MissCause) -> None:
    legs = legs_of({OfferId("1.5.3"): AMINA}, None)
    assert causes(legs, told) == {OfferId("1.5.3"): cause}


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (" ", MissCause.NO_ANSWER),
        ("PJSIP/carrier-0000000c ", MissCause.VOICEMAIL),
        ("PJSIP/carrier-0000000c ANSWER:16", MissCause.VOICEMAIL),
        (" ANSWER:16", MissCause.VOICEMAIL),
        (" BUSY:17", MissCause.BUSY),
        (" NOANSWER:19", MissCause.REJECTED),
        (" CHANUNAVAIL:21", MissCause.REJECTED),
        (" CHANUNAVAIL:20", MissCause.UNREACHABLE),
        (" CONGESTION:34", MissCause.UNREACHABLE),
    ],
)
def test_the_far_half_of_a_number_tells_why_nobody_confirmed(told: str, cause: MissCause) -> None:
    legs = legs_of({OfferId("1.5.4"): LUC}, "carrier")
    assert causes(legs, told) == {OfferId("1.5.4"): cause}


def test_the_channels_of_other_phones_are_not_asked_about() -> None:
    legs = legs_of({OfferId("1.5.3"): AMINA}, None)
    assert question(legs, "PJSIP/amina-b-0000000b,PJSIP/zoe-0000000c") == ""
    assert causes(legs, "nonsense|more") == {OfferId("1.5.3"): MissCause.UNREACHABLE}


@pytest.mark.parametrize("is_told", [True, False], ids=["as it is told", "while no news come"])
async def test_who_is_passed_on_by_one_of_several_who_rang_is_known_to_be_so(
    switchboard: Switchboard, is_told: bool
) -> None:
    async def talk_and_hang_up(call: Call) -> bool:
        await ring_three(call)
        await call.hang_up()
        return call.passed_on

    asterisk, passed_on = await switchboard.doing(talk_and_hang_up)
    await dialled(asterisk)
    if is_told:
        switchboard.server.note_joined(OfferId("1.5.4"))
    asterisk.reply("200 result=0")
    if not is_told:
        await asterisk.does("200 result=1 (ANSWER|16|900|4000|||zoe)", "GET", "FULL", "VARIABLE", RESULT)
    await asterisk.does("511 Command Not Permitted on a dead channel or intercept routine", "HANGUP")
    await asterisk.does("200 result=1 (PJSIP/zoe-00000001)", "GET", "FULL", "VARIABLE", PASSED_ON)
    assert await passed_on
