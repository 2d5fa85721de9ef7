"""The server: callers in, scripts out, and nobody who should not be here."""

import asyncio
import logging
from ipaddress import ip_network

import pytest

from telekit.errors import CallerGone, LinkError
from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.port import Call
from tests.pbx.asterisk.agi.conftest import Switchboard, served
from tests.pbx.asterisk.agi.fake import FakeAsterisk, environment

DONE = ("SET", "VARIABLE", "TELEKIT_STATUS", "done")


async def test_a_call_knows_who_calls_and_why(switchboard: Switchboard) -> None:
    seen: asyncio.Future[Call] = asyncio.get_running_loop().create_future()

    async def survey(call: Call) -> None:
        seen.set_result(call)

    switchboard.scripts["survey"] = survey
    await FakeAsterisk.call(switchboard.server.port, "survey?topic=billing")
    call = await seen
    assert (call.id, call.dialed, call.language) == ("1795394872.8", "+33199000010", "fr")
    assert (call.caller.number, call.caller.name) == ("+33199000199", "Client test")
    assert (call.script, call.arguments) == ("survey", {"topic": "billing"})


async def test_an_unknown_script_hands_back_and_says_so(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk = await FakeAsterisk.call(switchboard.server.port, "surway")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "TELEKIT_STATUS", "unknown")
    await asterisk.over()
    assert "'surway'" in caplog.text


async def test_a_script_that_raises_ends_its_caller_decently_and_no_other(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    async def waits(call: Call) -> None:
        await call.until(news)

    async def raises(call: Call) -> None:
        raise KeyError("typo in a script")

    news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    other = await switchboard.call(waits, uniqueid="1.1")
    asterisk = await switchboard.call(raises, uniqueid="1.2")
    await asterisk.does("200 result=1", "SET", "VARIABLE", "TELEKIT_STATUS", "failed")
    await asterisk.does("200 result=0 endpos=800", "STREAM", "FILE", "telekit/fault", "")
    await asterisk.over()
    news.set_result(None)
    await other.does("200 result=1", *DONE)
    logged = [record for record in caplog.records if record.exc_info]
    assert [record.getMessage() for record in logged] == ["call 1.2: script 'script-1' went wrong"]


async def test_a_script_that_raises_for_a_caller_who_is_gone_says_nothing_to_nobody(switchboard: Switchboard) -> None:
    async def raises(call: Call) -> None:
        with pytest.raises(CallerGone):
            await call.until(asyncio.Event().wait())
        raise KeyError("typo in a script")

    asterisk = await switchboard.call(raises)
    asterisk.hang_up()
    await asterisk.over()


async def test_a_caller_who_leaves_is_no_fault_of_the_script(
    switchboard: Switchboard, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk, gone = await switchboard.doing(lambda call: call.until(asyncio.Event().wait()))
    asterisk.hang_up()
    with pytest.raises(CallerGone):
        await gone
    await asterisk.over()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_client_that_leaves_before_it_has_said_all_harms_nobody(switchboard: Switchboard) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", switchboard.server.port)
    writer.write(b"agi_network: yes\n")
    writer.close()
    await served(switchboard)


@pytest.mark.parametrize("said", [b"", b"agi_network: yes\nagi_network_script: route\n"])
async def test_a_client_that_says_too_little_for_too_long_is_cut(switchboard: Switchboard, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", switchboard.server.port)
    writer.write(said)
    await served(switchboard)
    switchboard.server.sweep(asyncio.get_running_loop().time() + 60)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)


async def test_what_is_not_asterisk_is_cut(switchboard: Switchboard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", switchboard.server.port)
    writer.write(b"x" * 100_000)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)


async def test_only_the_networks_that_may_send_calls_do(caplog: pytest.LogCaptureFixture) -> None:
    server = AgiServer({}, port=0, allow=[ip_network("192.0.2.0/24")])
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(environment())
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    await server.stop()
    assert "agi.allow" in caplog.text


async def test_no_more_calls_are_taken_than_agreed(switchboard: Switchboard) -> None:
    server = AgiServer(switchboard.scripts, port=0, most=1)
    await server.start()
    switchboard.scripts["route"] = lambda call: call.until(asyncio.Event().wait())
    first = await FakeAsterisk.call(server.port)
    second = await FakeAsterisk.call(server.port)
    with pytest.raises((ConnectionError, AssertionError)):
        assert await second.asked() != []
    first.hang_up()
    await first.over()
    await server.stop()


async def test_a_port_in_use_is_told_in_one_sentence(switchboard: Switchboard) -> None:
    with pytest.raises(LinkError, match=r"another program does already.* name another port as agi\.port"):
        await AgiServer({}, port=switchboard.server.port).start()


async def test_stopping_takes_no_new_calls_and_waits_for_those_that_are_here(switchboard: Switchboard) -> None:
    news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    begun = asyncio.Event()

    async def wait(call: Call) -> None:
        begun.set()
        await call.until(news)

    asterisk, waited = await switchboard.doing(wait)
    await begun.wait()
    port = switchboard.server.port
    stopping = asyncio.ensure_future(switchboard.server.stop(grace=60))
    await asyncio.sleep(0)
    with pytest.raises(ConnectionError):
        await FakeAsterisk.call(port)
    assert not stopping.done()
    news.set_result(None)
    await waited
    await asterisk.does("200 result=1", *DONE)
    await stopping


async def test_stopping_ends_what_goes_on_and_the_dialplan_learns_that_it_was_not_on_purpose(
    switchboard: Switchboard,
) -> None:
    begun, cleaned_up = asyncio.Event(), asyncio.Event()

    async def script(call: Call) -> None:
        begun.set()
        try:
            await call.until(asyncio.Event().wait())
        finally:
            cleaned_up.set()

    asterisk = await switchboard.call(script)
    await begun.wait()
    await switchboard.server.stop()
    assert cleaned_up.is_set()
    await asterisk.over()


async def test_an_environment_that_was_tampered_with_is_not_served_twice(switchboard: Switchboard) -> None:
    asterisk, _ = await switchboard.doing(lambda call: call.answer())
    assert await asterisk.asked() == ["ANSWER"]
    asterisk.send(b"agi_extension: 1\n")
    with pytest.raises((ConnectionError, AssertionError)):
        assert await asterisk.asked() != []
