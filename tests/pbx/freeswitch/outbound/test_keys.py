"""Keys that are pressed while nothing of FreeSWITCH's listens, which takes them and forgets them."""

from datetime import timedelta

import pytest

from telekit.pbx.freeswitch.outbound import keys as module
from telekit.pbx.port import Call
from tests.pbx.freeswitch.outbound.conftest import Switchboard
from tests.pbx.freeswitch.outbound.fake import UUID, answer

KEYS = "0123456789*#"
STOPPED = "variable_playback_terminator_used"
WELCOME = "playback /sounds/en/telekit/welcome.wav"
PRESSED = f"api uuid_recv_dtmf {UUID}"


async def answer_and_play(call: Call) -> str:
    await call.answer()
    return await call.play("telekit/welcome", interrupt="5")


async def test_a_key_pressed_between_the_answer_and_the_prompt_is_heard_by_the_prompt(switchboard: Switchboard) -> None:
    freeswitch, key = await switchboard.doing(answer_and_play)
    await freeswitch.runs("answer")
    await freeswitch.sets(playback_terminators="5")
    await freeswitch.does(WELCOME)
    freeswitch.takes_key("5")
    freeswitch.executes()
    await freeswitch.does(f"{PRESSED} 5", answer())
    freeswitch.ends(**{STOPPED: "5"})
    assert await key == "5"


async def test_keys_pressed_before_they_are_collected_are_among_them_and_in_their_order(
    switchboard: Switchboard,
) -> None:
    freeswitch, digits = await switchboard.doing(lambda call: call.ask("telekit/welcome", digits=4))
    await freeswitch.does("read 0 4 /sounds/en/telekit/welcome.wav telekit_typed 5000 #")
    freeswitch.takes_key("0")
    freeswitch.takes_key("1")
    freeswitch.executes()
    await freeswitch.does(f"{PRESSED} 01", answer())
    freeswitch.ends(variable_telekit_typed="0199")
    assert await digits == "0199"


async def test_a_key_that_was_heard_or_is_pressed_while_none_counts_is_not_pressed_again(
    switchboard: Switchboard,
) -> None:
    async def talk(call: Call) -> str:
        await call.play("telekit/welcome", interrupt="5")
        await call.play("telekit/please-wait")
        return await call.play("telekit/welcome", interrupt="5")

    freeswitch, key = await switchboard.doing(talk)
    await freeswitch.sets(playback_terminators="5")
    await freeswitch.does(WELCOME)
    freeswitch.executes()
    freeswitch.takes_key("5")
    freeswitch.ends(**{STOPPED: "5"})
    await freeswitch.sets(playback_terminators="none")
    await freeswitch.does("playback /sounds/en/telekit/please-wait.wav")
    freeswitch.executes()
    freeswitch.takes_key("5")
    freeswitch.ends()
    await freeswitch.sets(playback_terminators="5")
    await freeswitch.does(WELCOME)
    freeswitch.executes()
    freeswitch.ends()
    await freeswitch.sets(playback_terminators="", TELEKIT_STATUS="done")
    assert await key == ""


async def test_a_key_pressed_before_somebody_listens_over_the_music_is_heard_once(switchboard: Switchboard) -> None:
    async def wait(call: Call) -> list[str | None]:
        await call.music_on()
        first = await call.menu(choices="5", tries=1, timeout=timedelta(seconds=60))
        return [first, await call.menu(choices="5", tries=1, timeout=timedelta(seconds=60))]

    freeswitch, chosen = await switchboard.doing(wait)
    await freeswitch.sets(playback_terminators="none", socket_resume="true")
    await freeswitch.begins("playback")
    freeswitch.executes()
    freeswitch.takes_key("5")
    await freeswitch.sets(playback_terminators=KEYS)
    await freeswitch.does(f"{PRESSED} 5", answer())
    freeswitch.takes_key("5")
    freeswitch.ends(**{STOPPED: "5"})
    await freeswitch.begins("read")
    freeswitch.executes()
    freeswitch.ends()
    await freeswitch.sets(playback_terminators="", socket_resume="false", TELEKIT_STATUS="done")
    assert await chosen == ["5", None]


async def test_a_key_pressed_long_ago_is_heard_no_more(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_FOR", -1.0)
    freeswitch, key = await switchboard.doing(answer_and_play)
    await freeswitch.runs("answer")
    freeswitch.takes_key("5")
    await freeswitch.sets(playback_terminators="5")
    await freeswitch.does(WELCOME)
    freeswitch.executes()
    freeswitch.ends()
    await freeswitch.sets(playback_terminators="", TELEKIT_STATUS="done")
    assert await key == ""
