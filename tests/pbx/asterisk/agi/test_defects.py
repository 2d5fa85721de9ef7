"""What breaks panoramisk's FastAGI server does not break telekit's: one client, both servers.

On panoramisk each test must fail.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from panoramisk.fast_agi import Application, Request

from telekit.errors import CallerGone, TelekitError
from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.port import Call
from tests.pbx.asterisk.agi.fake import FakeAsterisk

Get = Callable[[str], Awaitable[str]]
"""Get a variable; `gone` for a caller who has left."""
Script = Callable[[Get], Awaitable[None]]
Serve = Callable[[Script], Any]


@asynccontextmanager
async def telekit(script: Script) -> AsyncIterator[int]:
    async def route(call: Call) -> None:
        async def get(name: str) -> str:
            try:
                return await call.get(name) or ""
            except CallerGone:
                return "gone"
            except TelekitError as error:
                return f"{type(error).__name__}"

        await script(get)

    server = AgiServer({"route": route}, port=0)
    await server.start()
    yield server.port
    await server.stop()


@asynccontextmanager
async def panoramisk(script: Script) -> AsyncIterator[int]:
    async def route(request: Request) -> None:
        async def get(name: str) -> str:
            answer = await request.send_command(f'GET VARIABLE "{name}"')
            if "Hangup" in str(answer) or answer.get("status_code") == 511:
                return "gone"
            return str(answer["result"][1]) if "result" in answer else str(answer.get("error"))

        await script(get)

    application = Application(loop=asyncio.get_running_loop())
    application.add_route("route", route)
    server = await asyncio.start_server(application.handler, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


STOCK = pytest.param(panoramisk, marks=pytest.mark.xfail(strict=True, reason="a defect of panoramisk 1.4"))
BOTH = pytest.mark.parametrize("serve", [STOCK, telekit], ids=["panoramisk", "telekit"])


async def values(serve: Serve, count: int, play: Callable[[FakeAsterisk], Awaitable[None]]) -> list[str]:
    """Let a script get so many variables, while `play` answers; give what it got."""
    got: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    async def script(get: Get) -> None:
        try:
            got.set_result([await get("SKILL") for _ in range(count)])
        except Exception as error:
            got.set_exception(error)

    async with serve(script) as port:
        asterisk = await FakeAsterisk.call(port)
        await play(asterisk)
        return await got


@BOTH
async def test_a_value_that_reads_hangup_is_a_value(serve: Serve) -> None:
    async def play(asterisk: FakeAsterisk) -> None:
        await asterisk.does("200 result=1 (hangup)", "GET", "VARIABLE", "SKILL")

    assert await values(serve, 1, play) == ["hangup"]


@BOTH
async def test_a_usage_text_of_several_lines_is_one_answer(serve: Serve) -> None:
    async def play(asterisk: FakeAsterisk) -> None:
        await asterisk.asked()
        asterisk.reply("520-Invalid command syntax.  Proper usage follows:\nUsage: GET\n one\n520 End of proper usage.")
        await asterisk.asked()
        asterisk.reply("200 result=1 (french)")

    assert (await values(serve, 2, play))[1] == "french"


@BOTH
async def test_a_caller_who_hangs_up_is_told_as_such(serve: Serve) -> None:
    async def play(asterisk: FakeAsterisk) -> None:
        await asterisk.asked()
        asterisk.hang_up()
        asterisk.reply("200 result=1 (french)")

    assert await values(serve, 2, play) == ["french", "gone"]


@BOTH
async def test_a_line_break_in_what_is_sent_begins_no_second_command(serve: Serve) -> None:
    sent: list[list[str]] = []

    async def script(get: Get) -> None:
        with suppress(Exception):  # whatever it says, nothing may have been sent
            await get('SKILL"\nEXEC System "id')

    async with serve(script) as port:
        asterisk = await FakeAsterisk.call(port)
        while words := await asterisk.asked():
            sent.append(words)
            asterisk.reply("200 result=1 (x)")
    assert ["EXEC", "System", "id"] not in sent


@BOTH
async def test_bytes_that_are_no_text_are_a_value(serve: Serve) -> None:
    async def play(asterisk: FakeAsterisk) -> None:
        await asterisk.asked()
        asterisk.send(b"200 result=1 (caf\xe9)\n")

    assert await values(serve, 1, play) == ["caf\udce9"]
