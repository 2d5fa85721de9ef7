"""The verbs of a call script, as Asterisk hears and answers them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from telekit.errors import CallerGone, LinkError, SwitchError, UnsafeValue
from telekit.pbx.port import Call
from tests.pbx.asterisk.agi.conftest import Switchboard

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ALL = "0123456789*#"
DONE = ("SET", "VARIABLE", "TELEKIT_STATUS", "done")


async def test_answering(switchboard: Switchboard) -> None:
    asterisk, answered = await switchboard.doing(lambda call: call.answer())
    await asterisk.does("200 result=0", "ANSWER")
    await answered


async def test_the_language_of_what_follows_is_chosen(switchboard: Switchboard) -> None:
    async def speak(call: Call) -> str:
        await call.speak("fr")
        return call.language

    asterisk, language = await switchboard.doing(speak)
    await asterisk.does("200 result=1", "SET", "VARIABLE", "CHANNEL(language)", "fr")
    assert await language == "fr"


async def test_prompts_are_played_one_after_another(switchboard: Switchboard) -> None:
    asterisk, key = await switchboard.doing(lambda call: call.play("telekit/welcome", "closed"))
    await asterisk.does("200 result=0 endpos=3520", "STREAM", "FILE", "telekit/welcome", "")
    await asterisk.does("200 result=0 endpos=3520", "STREAM", "FILE", "closed", "")
    assert await key == ""


async def test_a_key_that_may_interrupt_stops_the_prompts(switchboard: Switchboard) -> None:
    asterisk, key = await switchboard.doing(lambda call: call.play("one", "two", interrupt="12"))
    await asterisk.does("200 result=50 endpos=800", "STREAM", "FILE", "one", "12")
    assert await key == "2"


async def test_a_prompt_that_is_not_there_is_told_from_a_caller_who_is_not_there(switchboard: Switchboard) -> None:
    asterisk, played = await switchboard.doing(lambda call: call.play("missing"))
    await asterisk.does("200 result=-1 endpos=0", "STREAM", "FILE", "missing", "")
    await asterisk.does("200 result=0", "NOOP")
    with pytest.raises(SwitchError, match="missing"):
        await played


async def test_a_caller_who_leaves_during_a_prompt_is_gone(switchboard: Switchboard) -> None:
    asterisk, played = await switchboard.doing(lambda call: call.play("welcome"))
    assert await asterisk.asked() == ["STREAM", "FILE", "welcome", ""]
    asterisk.reply("200 result=-1 endpos=800")
    asterisk.hang_up()
    asterisk.reply("200 result=0")
    with pytest.raises(CallerGone):
        await played


async def test_digits_are_said(switchboard: Switchboard) -> None:
    asterisk, key = await switchboard.doing(lambda call: call.say_digits("007", interrupt="#"))
    await asterisk.does("200 result=35", "SAY", "DIGITS", "007", "#")
    assert await key == "#"


async def test_a_time_is_said_as_its_own_zone_reads_it(switchboard: Switchboard) -> None:
    moment = datetime(2026, 7, 23, 22, 5, tzinfo=ZoneInfo("Indian/Reunion"))
    asterisk, said = await switchboard.doing(lambda call: call.say_time(moment))
    reading = str(int(datetime(2026, 7, 23, 22, 5, tzinfo=UTC).timestamp()))
    await asterisk.does("200 result=0", "SAY", "DATETIME", reading, "", "R", "UTC0")
    await said


async def test_asking_for_digits(switchboard: Switchboard) -> None:
    asterisk, digits = await switchboard.doing(lambda call: call.ask("code", digits=4, timeout=timedelta(seconds=3)))
    await asterisk.does("200 result=1234", "GET", "DATA", "code", "3000", "4")
    assert await digits == "1234"


async def test_asking_ends_with_what_came_before_the_time_was_up(switchboard: Switchboard) -> None:
    asterisk, digits = await switchboard.doing(lambda call: call.ask("code", digits=4))
    await asterisk.does("200 result=12 (timeout)", "GET", "DATA", "code", "5000", "4")
    assert await digits == "12"


async def test_a_digit_during_an_earlier_prompt_is_the_first_one(switchboard: Switchboard) -> None:
    asterisk, digits = await switchboard.doing(lambda call: call.ask("hello", "code", digits=3))
    await asterisk.does("200 result=55 endpos=80", "STREAM", "FILE", "hello", ALL)
    await asterisk.does("200 result=89", "GET", "DATA", "", "5000", "2")
    assert await digits == "789"


@pytest.mark.parametrize(("code", "answer"), [(55, "7"), (35, "")])
async def test_one_digit_during_an_earlier_prompt_is_all(switchboard: Switchboard, code: int, answer: str) -> None:
    asterisk, digits = await switchboard.doing(lambda call: call.ask("hello", "choose"))
    await asterisk.does(f"200 result={code} endpos=80", "STREAM", "FILE", "hello", ALL)
    assert await digits == answer


async def test_a_menu_takes_a_key_of_its_choices(switchboard: Switchboard) -> None:
    asterisk, key = await switchboard.doing(
        lambda call: call.menu("choose", choices="12", timeout=timedelta(seconds=2), invalid="wrong")
    )
    await asterisk.does("200 result=57 endpos=80", "STREAM", "FILE", "choose", ALL)
    await asterisk.does("200 result=0 endpos=80", "STREAM", "FILE", "wrong", "")
    await asterisk.does("200 result=0 endpos=80", "STREAM", "FILE", "choose", ALL)
    await asterisk.does("200 result=50", "WAIT", "FOR", "DIGIT", "2000")
    assert await key == "2"


async def test_a_menu_gives_up_after_its_tries(switchboard: Switchboard) -> None:
    asterisk, key = await switchboard.doing(lambda call: call.menu("choose", choices="1", tries=2))
    for _ in range(2):
        await asterisk.does("200 result=0 endpos=80", "STREAM", "FILE", "choose", ALL)
        await asterisk.does("200 result=0", "WAIT", "FOR", "DIGIT", "5000")
    assert await key is None


async def test_variables_are_read_and_written(switchboard: Switchboard) -> None:
    async def script(call: Call) -> tuple[str | None, str | None, str | None]:
        await call.set("NAME", 'Zoé "the \\ best"; ${X}')
        return await call.get("NAME"), await call.get("NONE"), await call.get("CHANNEL(language)")

    asterisk, read = await switchboard.doing(script)
    await asterisk.does("200 result=1", "SET", "VARIABLE", "NAME", 'Zoé "the \\ best"; ${X}')
    await asterisk.does("200 result=1 (hangup)", "GET", "VARIABLE", "NAME")
    await asterisk.does("200 result=0", "GET", "VARIABLE", "NONE")
    await asterisk.does("200 result=1 (fr)", "GET", "VARIABLE", "CHANNEL(language)")
    assert await read == ("hangup", None, "fr")


async def test_a_message_is_recorded_below_the_spool_folder(switchboard: Switchboard) -> None:
    asterisk, recorded = await switchboard.doing(
        lambda call: call.record("msg-1", longest=timedelta(seconds=90), silence=timedelta(seconds=4))
    )
    await asterisk.does("200 result=1 (/var/spool/asterisk)", "GET", "VARIABLE", "ASTSPOOLDIR")
    path = "/var/spool/asterisk/telekit-voicemail/msg-1.wav"
    await asterisk.does("200 result=0", "EXEC", "Record", f"{path},4,90,kq")
    await asterisk.does(
        "200 result=1 (DTMF|3000)", "GET", "FULL", "VARIABLE", "${RECORD_STATUS}|${RECORDING_INFO(duration)}"
    )
    assert ((await recorded).path, (await recorded).length) == (path, timedelta(seconds=3))


async def test_a_caller_who_hangs_up_has_left_a_message_too(switchboard: Switchboard) -> None:
    asterisk, recorded = await switchboard.doing(lambda call: call.record("msg-1"))
    await asterisk.does("200 result=1 (/var/spool/asterisk)", "GET", "VARIABLE", "ASTSPOOLDIR")
    assert (await asterisk.asked())[:2] == ["EXEC", "Record"]
    asterisk.reply("200 result=-1")
    asterisk.hang_up()
    assert (await asterisk.asked())[:3] == ["GET", "FULL", "VARIABLE"]
    asterisk.reply("200 result=1 (HANGUP|2500)")
    assert (await recorded).length == timedelta(seconds=2.5)


async def test_a_message_that_cannot_be_written_is_told(switchboard: Switchboard) -> None:
    asterisk, recorded = await switchboard.doing(lambda call: call.record("msg-1"))
    await asterisk.does("200 result=1 (/var/spool/asterisk)", "GET", "VARIABLE", "ASTSPOOLDIR")
    assert (await asterisk.asked())[:2] == ["EXEC", "Record"]
    asterisk.reply("200 result=-1")
    await asterisk.asked()
    asterisk.reply("200 result=1 (ERROR|)")
    with pytest.raises(SwitchError, match="msg-1"):
        await recorded


async def test_waiting_ends_with_what_was_waited_for(switchboard: Switchboard) -> None:
    news: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    _, waited = await switchboard.doing(lambda call: call.until(news))
    news.set_result("somebody is free")
    assert await waited == "somebody is free"


async def test_waiting_ends_at_once_when_the_caller_leaves(switchboard: Switchboard) -> None:
    news: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asterisk, waited = await switchboard.doing(lambda call: call.until(news))
    asterisk.hang_up()
    with pytest.raises(CallerGone):
        await waited
    assert not news.done(), "a future of somebody else's is left to them"


async def test_what_only_the_call_waited_for_is_given_up_with_it(switchboard: Switchboard) -> None:
    started, given_up = asyncio.Event(), asyncio.Event()

    async def never() -> None:
        started.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            given_up.set()

    asterisk, waited = await switchboard.doing(lambda call: call.until(never()))
    await started.wait()
    asterisk.hang_up()
    with pytest.raises(CallerGone):
        await waited
    await given_up.wait()


async def test_waiting_ends_when_asterisk_is_gone_and_that_is_no_hang_up(switchboard: Switchboard) -> None:
    news: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asterisk, waited = await switchboard.doing(lambda call: call.until(news))
    asterisk.die()
    with pytest.raises(LinkError):
        await waited


async def test_music_goes_on_after_a_prompt_while_the_caller_waits(switchboard: Switchboard) -> None:
    news: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def script(call: Call) -> None:
        await call.music_on("jazz")
        await call.music_on("jazz")
        await call.play("please-wait")
        await call.until(news)
        await call.music_off()

    asterisk, done = await switchboard.doing(script)
    await asterisk.does("200 result=0", "SET", "MUSIC", "ON", "jazz")
    await asterisk.does("200 result=0 endpos=8", "STREAM", "FILE", "please-wait", "")
    await asterisk.does("200 result=0", "SET", "MUSIC", "ON", "jazz")
    news.set_result(None)
    await asterisk.does("200 result=0", "SET", "MUSIC", "OFF")
    await done


async def test_no_music_is_begun_for_news_that_is_there_already(switchboard: Switchboard) -> None:
    async def decide() -> str:
        return "at once"

    async def script(call: Call) -> str:
        await call.music_on()
        await call.play("please-wait")
        return await call.until(decide())

    asterisk, news = await switchboard.doing(script)
    await asterisk.does("200 result=0", "SET", "MUSIC", "ON", "default")
    await asterisk.does("200 result=0 endpos=8", "STREAM", "FILE", "please-wait", "")
    assert await news == "at once"
    await asterisk.does("200 result=1", *DONE)


async def test_hanging_up_ends_the_call(switchboard: Switchboard) -> None:
    async def script(call: Call) -> None:
        await call.hang_up()
        await call.hang_up()
        with pytest.raises(SwitchError):
            await call.play("too-late")

    asterisk, done = await switchboard.doing(script)
    await asterisk.does("200 result=1", "HANGUP")
    await done
    await asterisk.over()


async def test_hanging_up_a_caller_who_is_gone_is_fine(switchboard: Switchboard) -> None:
    gone = asyncio.Event()

    async def script(call: Call) -> None:
        with pytest.raises(CallerGone):
            await call.until(asyncio.Event().wait())
        await call.hang_up()
        gone.set()

    asterisk = await switchboard.call(script)
    asterisk.hang_up()
    await gone.wait()
    await asterisk.over()


async def test_handing_back_at_a_label(switchboard: Switchboard) -> None:
    asterisk, done = await switchboard.doing(lambda call: call.hand_back("sales"))
    await asterisk.does("200 result=0", "SET", "PRIORITY", "sales")
    await asterisk.does("200 result=1", *DONE)
    await done
    await asterisk.over()


async def test_a_label_that_is_not_there_is_told(switchboard: Switchboard) -> None:
    asterisk, done = await switchboard.doing(lambda call: call.hand_back("nowhere"))
    await asterisk.does("520-Invalid\nUsage\n520 End of proper usage.", "SET", "PRIORITY", "nowhere")
    with pytest.raises(SwitchError, match="nowhere"):
        await done


async def test_a_script_that_just_ends_hands_back(switchboard: Switchboard) -> None:
    asterisk, _ = await switchboard.doing(lambda call: asyncio.sleep(0))
    await asterisk.does("200 result=1", *DONE)
    await asterisk.over()


async def test_every_verb_says_that_the_caller_is_gone(switchboard: Switchboard) -> None:
    raised: list[str] = []

    async def script(call: Call) -> None:
        with pytest.raises(CallerGone):
            await call.until(asyncio.Event().wait())
        for verb in (
            *(call.answer(), call.play("x"), call.say_digits("1"), call.ask("x"), call.menu("x", choices="1")),
            *(call.music_on(), call.music_off(), call.get("X"), call.set("X", "1"), call.record("x")),
            *(
                call.until(asyncio.sleep(0)),
                call.hand_back(),
                call.say_time(datetime(2026, 1, 1, tzinfo=UTC)),
            ),
        ):
            try:
                await verb
            except CallerGone:
                raised.append(verb.__qualname__)

    asterisk = await switchboard.call(script)
    asterisk.hang_up()
    await asterisk.over()
    assert len(raised) == 13


@pytest.mark.parametrize("bad", ["../etc/passwd", "a b", "", "a,b", "a&b", "${X}", "a\n", "a.wav", "é"])
async def test_a_prompt_is_a_plain_name(switchboard: Switchboard, bad: str) -> None:
    _, played = await switchboard.doing(lambda call: call.play(bad))
    with pytest.raises(UnsafeValue):
        await played


@pytest.mark.parametrize(
    "verb",
    [
        lambda call: call.say_digits("12a"),
        lambda call: call.say_digits("٣"),
        lambda call: call.play("x", interrupt="a"),
        lambda call: call.record("../x"),
        lambda call: call.record("/x"),
        lambda call: call.record("x,y"),
        lambda call: call.get("X Y"),
        lambda call: call.set('X" "', "1"),
        lambda call: call.set("X", "a\r\nHANGUP"),
        lambda call: call.music_on("a)b"),
        lambda call: call.hand_back("a\nb"),
    ],
)
async def test_what_asterisk_would_misread_is_not_sent(
    switchboard: Switchboard, verb: Callable[[Call], Awaitable[object]]
) -> None:
    asterisk, done = await switchboard.doing(verb)
    told = await asterisk.asked()
    if told == ["GET", "VARIABLE", "ASTSPOOLDIR"]:
        asterisk.reply("200 result=1 (/spool)")
        told = await asterisk.asked()
    with pytest.raises(UnsafeValue):
        await done
    assert told == ["SET", "VARIABLE", "TELEKIT_STATUS", "failed"], "nothing of it reached Asterisk"
