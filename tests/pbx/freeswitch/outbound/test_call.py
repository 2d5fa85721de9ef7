"""The verbs of a call: what FreeSWITCH is told, and what its answers mean."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from telekit.errors import CallerGone, LinkError, SwitchError, UnsafeValue
from telekit.pbx.freeswitch.outbound import session as module
from telekit.pbx.freeswitch.outbound.call import FreeSwitchCall
from telekit.pbx.port import Call
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import CHANNEL, OK, REFUSED, UUID, FakeFreeSwitch, answer
from tests.pbx.freeswitch.outbound.rings import ring_amina

KEYS = "0123456789*#"
STOPPED = "variable_playback_terminator_used"
DONE = "TELEKIT_STATUS done"


async def test_a_call_knows_who_calls_and_why(switchboard: Switchboard) -> None:
    seen: asyncio.Future[Call] = asyncio.get_running_loop().create_future()

    async def look(call: Call) -> None:
        seen.set_result(call)

    switchboard.scripts["survey?"] = switchboard.scripts["survey"] = look
    await switchboard.call(look, telekit_script="survey?topic=billing", telekit_dialed="+33199000010")
    call = await seen
    assert (call.id, call.dialed, call.script) == (UUID, "+33199000010", "survey")
    assert call.arguments == {"topic": "billing"}
    assert call.caller.number == CHANNEL["Caller-Caller-ID-Number"]


async def test_prompts_are_played_one_after_the_other_in_the_language_of_the_call(switchboard: Switchboard) -> None:
    async def play(call: Call) -> str:
        await call.speak("fr")
        return await call.play("telekit/welcome", "telekit/closed", interrupt="12")

    freeswitch, key = await switchboard.doing(play)
    await freeswitch.sets(default_language="fr", playback_terminators="12")
    await freeswitch.runs("playback /sounds/fr/telekit/welcome.wav", Application__Response="FILE PLAYED")
    await freeswitch.runs("playback /sounds/fr/telekit/closed.wav", **{STOPPED: "2"})
    assert await key == "2"


async def test_a_prompt_that_is_not_there_is_told(switchboard: Switchboard) -> None:
    freeswitch, played = await switchboard.doing(lambda call: call.play("telekit/nothing"))
    await freeswitch.sets(playback_terminators="none")
    await freeswitch.runs("playback /sounds/en/telekit/nothing.wav", Application__Response="FILE NOT FOUND")
    with pytest.raises(SwitchError, match=r"no prompt telekit/nothing\.wav in /sounds/en"):
        await played


async def test_keys_are_collected_after_the_last_prompt(switchboard: Switchboard) -> None:
    freeswitch, digits = await switchboard.doing(lambda call: call.ask("telekit/welcome", "telekit/closed", digits=4))
    await freeswitch.sets(playback_terminators=KEYS)
    await freeswitch.runs("playback /sounds/en/telekit/welcome.wav", **{STOPPED: "1"})
    await freeswitch.runs("read 0 3 silence_stream://1 telekit_typed 5000 #", variable_telekit_typed="23")
    assert await digits == "123"


async def test_a_menu_asks_again_after_a_wrong_key(switchboard: Switchboard) -> None:
    freeswitch, key = await switchboard.doing(
        lambda call: call.menu("telekit/welcome", choices={"2"}, tries=2, invalid="telekit/menu-invalid")
    )
    await freeswitch.sets(playback_terminators=KEYS)
    await freeswitch.runs("playback /sounds/en/telekit/welcome.wav", **{STOPPED: "7"})
    await freeswitch.sets(playback_terminators="none")
    await freeswitch.runs("playback /sounds/en/telekit/menu-invalid.wav")
    await freeswitch.sets(playback_terminators=KEYS)
    await freeswitch.runs("playback /sounds/en/telekit/welcome.wav")
    await freeswitch.runs("read 0 1 silence_stream://1 telekit_typed 5000 none", variable_telekit_typed="2")
    assert await key == "2"


async def test_digits_are_said_one_by_one(switchboard: Switchboard) -> None:
    freeswitch, key = await switchboard.doing(lambda call: call.say_digits("42"))
    await freeswitch.sets(playback_terminators="none")
    await freeswitch.runs("playback /sounds/en/digits/4.wav")
    await freeswitch.runs("playback /sounds/en/digits/2.wav")
    assert await key == ""


async def test_music_that_has_not_begun_yet_is_stopped_all_the_same(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BROKEN_WITHIN", 0.01)

    async def wait_a_moment(call: Call) -> None:
        await call.music_on("jazz")
        await call.music_off()

    freeswitch, done = await switchboard.doing(wait_a_moment)
    await freeswitch.sets(playback_terminators="none", socket_resume="true")
    assert await freeswitch.begins("playback") == "local_stream://jazz"
    for _ in range(3):  # the first of them came before the application had begun, and was forgotten
        await freeswitch.does(f"api uuid_break {UUID}", answer())
    freeswitch.ends()
    told = ("playback_terminators", "socket_resume false", DONE)
    asked = (f"api uuid_break {UUID}", *(f"api uuid_setvar {UUID} {each}" for each in told))
    while not done.done():
        assert await freeswitch.asked() in asked
        freeswitch.send(answer())
    await done


async def test_a_prompt_that_is_given_up_is_broken_off_before_anything_follows(switchboard: Switchboard) -> None:
    begun = asyncio.Event()

    async def change_ones_mind(call: Call) -> None:
        telling = asyncio.ensure_future(call.play("telekit/please-wait"))
        await begun.wait()
        telling.cancel()
        await asyncio.wait([telling])
        await call.music_on("jazz")

    freeswitch, _done = await switchboard.doing(change_ones_mind)
    await freeswitch.sets(playback_terminators="none")
    await freeswitch.begins("playback")
    begun.set()
    await freeswitch.does(f"api uuid_break {UUID}", answer())
    freeswitch.ends()
    await freeswitch.sets(socket_resume="true")
    assert await freeswitch.begins("playback") == "local_stream://jazz"


async def gives_up_music(
    switchboard: Switchboard, then: Callable[[Call], Awaitable[object]]
) -> tuple[FakeFreeSwitch, "asyncio.Future[None]"]:
    """Let a script ask for music, give it up before FreeSWITCH has answered, and do something else then."""
    asked = asyncio.Event()

    async def change_ones_mind(call: Call) -> None:
        beginning = asyncio.ensure_future(call.music_on("jazz"))
        await asked.wait()
        beginning.cancel()
        await asyncio.wait([beginning])
        await then(call)

    freeswitch, done = await switchboard.doing(change_ones_mind)
    await freeswitch.sets(playback_terminators="none", socket_resume="true")
    assert await freeswitch.asked() == "playback local_stream://jazz"
    asked.set()
    return freeswitch, done


async def test_music_that_is_given_up_as_it_begins_is_stopped_before_anything_follows(switchboard: Switchboard) -> None:
    freeswitch, done = await gives_up_music(switchboard, lambda call: call.music_off())
    freeswitch.send(OK)
    await freeswitch.does(f"api uuid_break {UUID}", answer())
    freeswitch.ends()
    await freeswitch.sets(playback_terminators="", socket_resume="false", TELEKIT_STATUS="done")
    await done


async def test_music_that_freeswitch_did_not_take_as_it_was_given_up_stands_in_no_verbs_way(
    switchboard: Switchboard,
) -> None:
    freeswitch, done = await gives_up_music(switchboard, lambda call: call.say_digits("4"))
    freeswitch.send(REFUSED)
    await freeswitch.runs("playback /sounds/en/digits/4.wav")
    await freeswitch.sets(playback_terminators="", socket_resume="false", TELEKIT_STATUS="done")
    await done


async def test_music_of_which_nobody_knows_whether_it_began_is_told_of_once(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def change_ones_mind(call: Call) -> None:
        monkeypatch.setattr(module, "ANSWERS_WITHIN", 0.01)  # for what begins, and nothing else
        beginning = asyncio.ensure_future(call.music_on("jazz"))
        await asked.wait()
        beginning.cancel()
        await asyncio.wait([beginning])
        with pytest.raises(LinkError, match="did not answer"):
            await call.music_off()
        await call.music_off()

    freeswitch, done = await switchboard.doing(change_ones_mind)
    await freeswitch.sets(playback_terminators="none", socket_resume="true")
    assert await freeswitch.asked() == "playback local_stream://jazz"
    asked.set()
    assert await freeswitch.asked() == f"api uuid_setvar {UUID} playback_terminators"
    freeswitch.send(OK + answer())
    await freeswitch.sets(socket_resume="false", TELEKIT_STATUS="done")
    await done


async def test_the_music_plays_on_while_something_is_waited_for(switchboard: Switchboard) -> None:
    news: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def wait(call: Call) -> str:
        await call.music_on()
        return await call.until(news)

    freeswitch, told = await switchboard.doing(wait)
    await freeswitch.until("playback")
    news.set_result("somebody is free")
    assert await told == "somebody is free"


async def test_a_recording_has_the_length_that_freeswitch_tells(switchboard: Switchboard) -> None:
    freeswitch, recording = await switchboard.doing(lambda call: call.record("message-7"))
    await freeswitch.sets(playback_terminators="#")
    path = f"{switchboard.messages}/message-7.wav"
    await freeswitch.runs(f"record {path} 180 200 5", variable_record_ms="2480")
    told = await recording
    assert (told.path, told.length) == (path, timedelta(milliseconds=2480))


async def test_a_message_is_kept_of_a_caller_who_hangs_up_to_end_it(switchboard: Switchboard) -> None:
    freeswitch, recording = await switchboard.doing(lambda call: call.record("message-7"))
    await freeswitch.sets(playback_terminators="#")
    await freeswitch.begins("record")
    freeswitch.hang_up()
    freeswitch.ends(variable_record_ms="1000")
    assert (await recording).length == timedelta(seconds=1)


async def test_a_variable_is_read_as_it_is(switchboard: Switchboard) -> None:
    freeswitch, value = await switchboard.doing(lambda call: call.get("RATING"))
    await freeswitch.does(f"api uuid_getvar {UUID} RATING", answer("9"))
    assert await value == "9"


async def test_a_script_that_is_done_says_so_to_the_dialplan(switchboard: Switchboard) -> None:
    freeswitch, _ = await switchboard.doing(lambda call: call.answer())
    await freeswitch.runs("answer")
    await freeswitch.sets(TELEKIT_STATUS="done")
    await freeswitch.over()


async def test_no_verb_follows_the_end(switchboard: Switchboard) -> None:
    async def twice(call: Call) -> None:
        await call.hang_up()
        await call.answer()

    freeswitch, done = await switchboard.doing(twice)
    await freeswitch.does(f"api uuid_kill {UUID} NORMAL_CLEARING", answer())
    with pytest.raises(SwitchError, match="no verb can follow"):
        await done


VERBS: list[Callable[[Call], Awaitable[object]]] = [
    lambda call: call.answer(),
    lambda call: call.speak("fr"),
    lambda call: call.play("telekit/welcome"),
    lambda call: call.say_digits("1"),
    lambda call: call.say_time(datetime(2026, 11, 23, 17, tzinfo=UTC)),
    lambda call: call.ask("telekit/welcome"),
    lambda call: call.menu("telekit/welcome", choices={"1"}),
    lambda call: call.music_on(),
    lambda call: call.record("message"),
    lambda call: call.measure(),
    lambda call: call.get("RATING"),
    lambda call: call.set("RATING", "9"),
    lambda call: call.until(asyncio.Event().wait()),
    lambda call: call.connect("+33199005512", ring=timedelta(seconds=5)),
]


@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_tells_of_a_link_that_is_cut(
    switchboard: Switchboard, verb: Callable[[Call], Awaitable[object]]
) -> None:
    freeswitch, done = await switchboard.doing(verb)
    freeswitch.die()
    with pytest.raises(LinkError):
        await done


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb is not VERBS[8]])
async def test_every_verb_tells_of_a_caller_who_is_gone(
    switchboard: Switchboard, verb: Callable[[Call], Awaitable[object]]
) -> None:
    here = asyncio.Event()

    async def after_the_end(call: Call) -> None:
        await here.wait()
        await verb(call)

    freeswitch, done = await switchboard.doing(after_the_end)
    freeswitch.hang_up()
    await freeswitch_heard(switchboard)
    here.set()
    with pytest.raises(CallerGone):
        await done


async def freeswitch_heard(switchboard: Switchboard) -> None:
    """Serve another call from beginning to end, and so whatever came before it."""
    other, done = await switchboard.doing(lambda call: call.answer())
    await other.runs("answer")
    await done


async def test_who_is_handed_back_has_the_variables_of_before(switchboard: Switchboard) -> None:
    async def tell_the_time_and_ring(call: Call) -> None:
        await call.say_time(datetime(2026, 11, 23, 17, tzinfo=UTC))
        await call.music_on()
        await ring_amina(call)

    before = {"hangup_after_bridge": "true", "ringback": "%(2000,4000,440,480)", "timezone": "Europe/Paris"}
    freeswitch, done = await switchboard.doing(tell_the_time_and_ring, **before)
    await freeswitch.sets(timezone="UTC")
    await freeswitch.runs("say en current_time pronounced 61200")
    await freeswitch.until("playback")
    while (command := await freeswitch.asked()).startswith("api"):
        freeswitch.send(answer())
        if "uuid_break" in command:
            freeswitch.ends()
    freeswitch.send(OK)
    freeswitch.ends(variable_originate_disposition="NO_ANSWER")
    await freeswitch.sets(playback_terminators="", timezone="Europe/Paris", hangup_after_bridge="true")
    await freeswitch.sets(continue_on_fail="", ringback="%(2000,4000,440,480)", transfer_ringback="")
    await freeswitch.sets(TELEKIT_STATUS="done")
    await done


async def test_an_application_that_freeswitch_does_not_take_is_told(switchboard: Switchboard) -> None:
    freeswitch, done = await switchboard.doing(lambda call: call.answer())
    await freeswitch.does("answer", REFUSED)
    with pytest.raises(SwitchError, match="did not take answer"):
        await done


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "\x00"])
async def test_no_control_character_is_sent(switchboard: Switchboard, value: str) -> None:
    _, done = await switchboard.doing(lambda call: call.set("TOLD", value))
    with pytest.raises(UnsafeValue):
        await done


async def test_a_reply_that_never_comes_ends_the_verb(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Session.ask, "__kwdefaults__", {"within": 0.01})
    freeswitch, done = await switchboard.doing(lambda call: call.set("TOLD", "1"))
    await freeswitch.asked()
    with pytest.raises(LinkError, match="did not answer"):
        await done


async def test_a_reply_that_comes_late_is_not_that_to_the_next_command(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Session.ask, "__kwdefaults__", {"within": 0.01})
    late = asyncio.Event()

    async def twice(call: Call) -> str | None:
        with pytest.raises(LinkError, match=r"did not answer within 0\.01 s"):
            await call.get("FIRST")
        late.set()
        monkeypatch.undo()
        return await call.get("SECOND")

    freeswitch, second = await switchboard.doing(twice)
    await freeswitch.asked()
    await late.wait()
    freeswitch.send(answer("of the first"))
    await freeswitch.does(f"api uuid_getvar {UUID} SECOND", answer("of the second"))
    assert await second == "of the second"


async def test_a_reply_that_comes_twice_harms_nothing(switchboard: Switchboard) -> None:
    async def twice(call: Call) -> tuple[str | None, str | None]:
        return await call.get("FIRST"), await call.get("SECOND")

    freeswitch, values = await switchboard.doing(twice)
    await freeswitch.does(f"api uuid_getvar {UUID} FIRST", answer("1") + answer("1"))
    assert await freeswitch.asked() == f"api uuid_getvar {UUID} SECOND"
    freeswitch.send(answer("2"))
    assert await values == ("1", "2")


async def test_an_end_that_comes_twice_harms_nothing(switchboard: Switchboard) -> None:
    async def twice(call: Call) -> None:
        await call.answer()
        await call.play("beep")

    freeswitch, done = await switchboard.doing(twice)
    await freeswitch.runs("answer")
    freeswitch.ends()
    await freeswitch.until("playback")
    freeswitch.ends()
    await done


async def test_to_stop_what_has_ended_already_harms_nothing(switchboard: Switchboard) -> None:
    async def late(call: Call) -> None:
        session = cast(FreeSwitchCall, call).session
        mark = await session.begin("playback", "tone")
        await session.end_of(mark)
        await session.stop(mark)

    freeswitch, done = await switchboard.doing(late)
    await freeswitch.runs("playback tone")
    await freeswitch.sets(TELEKIT_STATUS="done")
    await done
