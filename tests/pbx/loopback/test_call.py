"""A scripted caller: what tests of call scripts rely on."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, SwitchError
from telekit.pbx.loopback import Answers, LoopbackCall, LoopbackSwitch, Refuses
from telekit.pbx.port import Missed, Talked

AMINA = Phone(PhoneKind.SIP, "amina")
LUC = Phone(PhoneKind.TEL, "+33199005512")
RING = timedelta(seconds=20)


async def test_the_story_of_a_call() -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Answers(after=timedelta(seconds=8), talks=timedelta(minutes=3)))
    call = LoopbackCall(switch, keys="27")
    await call.answer()
    await call.play("welcome")
    assert await call.menu("choose", choices="2") == "2"
    await call.say_digits("007")
    await call.say_time(datetime(2026, 11, 23, 14, 5, tzinfo=UTC))
    await call.music_on()
    await call.music_on()
    assert await call.offer([AMINA], ring=RING) == Talked(timedelta(minutes=3))
    await call.music_off()
    assert await call.ask("rating") == "7"
    await call.record("message")
    await call.hang_up()
    await call.hang_up()
    assert call.story == [
        "answered",
        "played welcome",
        "played choose",
        "chose 2",
        "said 007",
        "said 14:05",
        "music default",
        "offered sip:amina: talked 0:03:00",
        "music off",
        "played rating",
        "pressed 7",
        "recorded message",
        "hung up",
    ]


async def test_a_comma_lets_one_question_pass() -> None:
    call = LoopbackCall(keys=",2,45#")
    assert await call.menu("choose", choices="2", tries=2, invalid="wrong") == "2"
    assert await call.ask("code", digits=3) == ""
    assert await call.ask("code", digits=3) == "45"
    assert "played wrong" in call.story


async def test_patience_ends_by_itself() -> None:
    call = LoopbackCall(patience=timedelta(minutes=2))
    began = asyncio.get_running_loop().time()
    with pytest.raises(CallerGone):
        await call.until(asyncio.Event().wait())
    assert asyncio.get_running_loop().time() - began == pytest.approx(120)
    assert call.story == ["caller left"]


async def test_a_caller_who_loses_patience_while_it_rings_is_gone() -> None:
    switch = LoopbackSwitch()
    phone = switch.phone("sip:amina", Answers(after=timedelta(seconds=15)))
    call = LoopbackCall(switch, patience=timedelta(seconds=5))
    with pytest.raises(CallerGone):
        await call.offer([AMINA], ring=RING)
    assert phone.leg is None


async def test_a_caller_who_leaves_a_conversation_has_talked_so_long() -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Answers(after=timedelta(seconds=2), talks=None))
    call = LoopbackCall(switch, patience=timedelta(seconds=30))
    outcome = await call.offer([AMINA], ring=RING)
    assert isinstance(outcome, Talked)
    assert outcome.talked.total_seconds() == pytest.approx(28)


@pytest.mark.parametrize("cause", [MissCause.BUSY, MissCause.REJECTED])
async def test_a_phone_may_refuse(cause: MissCause) -> None:
    switch = LoopbackSwitch()
    switch.phone("sip:amina", Refuses(cause=cause))
    assert await LoopbackCall(switch).offer([AMINA], ring=RING) == Missed(cause)


async def test_an_engaged_phone_is_busy() -> None:
    switch = LoopbackSwitch()
    phone = switch.phone("sip:amina", Answers(talks=None))
    first = asyncio.ensure_future(LoopbackCall(switch).offer([AMINA], ring=RING))
    await phone.rings()
    assert await LoopbackCall(switch).offer([AMINA], ring=RING) == Missed(MissCause.BUSY)
    phone.answer()
    await asyncio.sleep(1)
    phone.hang_up()
    assert isinstance(await first, Talked)


@pytest.mark.parametrize("confirms", [True, False])
async def test_a_number_that_nobody_confirms_is_a_voicemail_box(confirms: bool) -> None:
    switch = LoopbackSwitch()
    switch.phone("tel:+33199005512", Answers(confirms=confirms))
    outcome = await LoopbackCall(switch).offer([LUC], ring=RING)
    assert isinstance(outcome, Talked) if confirms else outcome == Missed(MissCause.VOICEMAIL)


async def test_no_verb_follows_the_end() -> None:
    call = LoopbackCall()
    await call.hand_back("sales")
    with pytest.raises(SwitchError):
        await call.play("too-late")
    assert call.story == ["handed back at sales"]


async def test_a_message_of_a_caller_who_hangs_up_is_as_long_as_it_was() -> None:
    recording = await LoopbackCall(patience=timedelta(seconds=4)).record("message")
    assert recording.length.total_seconds() == pytest.approx(4)
