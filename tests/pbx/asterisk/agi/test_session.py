"""One connection: replies find their command, whatever comes between."""

import asyncio
import math
import socket
import struct

import pytest

from telekit.errors import LinkError
from telekit.pbx.asterisk.agi import session
from telekit.pbx.port import Call
from tests.pbx.asterisk.agi.conftest import Switchboard, served


async def test_a_playback_that_was_given_up_does_not_answer_the_next_command(switchboard: Switchboard) -> None:
    playing = asyncio.Event()

    async def script(call: Call) -> str | None:
        task = asyncio.ensure_future(call.play("long"))
        await playing.wait()
        task.cancel()
        await asyncio.wait([task])
        return await call.get("SKILL")

    asterisk, skill = await switchboard.doing(script)
    assert (await asterisk.asked())[:2] == ["STREAM", "FILE"]
    playing.set()
    get, full, variable, mark = await asterisk.asked()
    assert (get, full, variable) == ("GET", "FULL", "VARIABLE")
    asterisk.reply("200 result=0 endpos=800")  # it had just ended by itself
    await served(switchboard)
    asterisk.reply(f"200 result=1 ({mark})")
    await asterisk.does("200 result=1 (french)", "GET", "VARIABLE", "SKILL")
    assert await skill == "french"


async def test_the_late_answer_of_a_given_up_command_is_dropped(switchboard: Switchboard) -> None:
    playing, answered = asyncio.Event(), asyncio.Event()

    async def script(call: Call) -> str | None:
        task = asyncio.ensure_future(call.play("long"))
        await playing.wait()
        task.cancel()
        await asyncio.wait([task])
        await answered.wait()
        return await call.get("SKILL")

    asterisk, skill = await switchboard.doing(script)
    assert (await asterisk.asked())[:2] == ["STREAM", "FILE"]
    playing.set()
    await served(switchboard)
    asterisk.reply("200 result=0 endpos=800")
    await served(switchboard)
    answered.set()
    await asterisk.does("200 result=1 (french)", "GET", "VARIABLE", "SKILL")
    assert await skill == "french"


async def test_asterisk_is_reminded_of_a_command_that_it_took_up_together_with_a_playback(
    switchboard: Switchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "REMINDED_AFTER", (0.001, 100.0))

    async def script(call: Call) -> str | None:
        task = asyncio.ensure_future(call.play("long"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return await call.get("SKILL")

    asterisk, skill = await switchboard.doing(script)
    assert (await asterisk.asked())[:2] == ["STREAM", "FILE"]
    forgotten, reminder = (await asterisk.asked())[3], (await asterisk.asked())[3]
    asterisk.reply(f"200 result=1 ({forgotten})")
    asterisk.reply(f"200 result=1 ({reminder})")
    await asterisk.does("200 result=1 (french)", "GET", "VARIABLE", "SKILL")
    assert await skill == "french"


async def test_a_connection_that_breaks_is_told_in_words(switchboard: Switchboard) -> None:
    asterisk, answered = await switchboard.doing(lambda call: call.answer())
    await asterisk.asked()
    at_once = struct.pack("ii", 1, 0)  # so that the end is a reset
    asterisk._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    asterisk._writer.transport.abort()
    with pytest.raises(LinkError, match=r"^The AGI connection broke \(Connection reset by peer\)\.$"):
        await answered


async def test_two_verbs_at_once_are_a_mistake(switchboard: Switchboard) -> None:
    mistake = asyncio.get_running_loop().create_future()

    async def script(call: Call) -> None:
        first = asyncio.ensure_future(call.answer())
        await asyncio.sleep(0)
        try:
            await call.play("x")
        except RuntimeError as error:
            mistake.set_result(str(error))
        await first

    asterisk = await switchboard.call(script)
    assert await asterisk.asked() == ["ANSWER"]
    assert "One verb runs at a time" in await mistake
    asterisk.reply("200 result=0")


async def test_an_application_that_returns_one_is_answered_twice_and_that_is_known(switchboard: Switchboard) -> None:
    async def script(call: Call) -> str | None:
        await call.record("x")
        return await call.get("SKILL")

    asterisk, skill = await switchboard.doing(script)
    await asterisk.does("200 result=1 (/spool)", "GET", "VARIABLE", "ASTSPOOLDIR")
    assert (await asterisk.asked())[:2] == ["EXEC", "Record"]
    asterisk.reply("200 result=1")
    await asterisk.asked()
    asterisk.reply("520-Invalid command syntax.  Proper usage follows:\nExecutes\n520 End of proper usage.")
    asterisk.reply("200 result=1 (DTMF|10)")
    await asterisk.does("200 result=1 (french)", "GET", "VARIABLE", "SKILL")
    assert await skill == "french"


async def test_a_hang_up_before_the_reply_is_noticed_and_the_reply_still_taken(switchboard: Switchboard) -> None:
    asterisk, value = await switchboard.doing(lambda call: call.get("CALLERID(num)"))
    assert await asterisk.asked() == ["GET", "VARIABLE", "CALLERID(num)"]
    asterisk.hang_up()
    asterisk.reply("200 result=1 (+33199000199)")
    assert await value == "+33199000199"


async def test_asterisk_that_does_not_answer_is_given_up(switchboard: Switchboard) -> None:
    asterisk, answered = await switchboard.doing(lambda call: call.answer())
    assert await asterisk.asked() == ["ANSWER"]
    switchboard.server.sweep(asyncio.get_running_loop().time())
    assert not answered.done()
    switchboard.server.sweep(math.inf)
    with pytest.raises(LinkError, match="in time"):
        await answered
    assert await asterisk.asked() == [], "the dialplan has its call back"


async def test_a_conversation_may_last_for_ever(switchboard: Switchboard) -> None:
    from tests.pbx.asterisk.agi.test_offer import ASK, DIAL, ring_amina

    asterisk, outcome = await switchboard.doing(ring_amina)
    assert await asterisk.asked() == list(DIAL)
    switchboard.server.sweep(asyncio.get_running_loop().time() + 100_000)
    asterisk.reply("200 result=0")
    await asterisk.does("200 result=1 (ANSWER|16|0|12||)", *ASK)
    await outcome
