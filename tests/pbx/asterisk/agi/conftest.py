import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import pytest

from telekit.errors import TelekitError
from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.port import Call, Script
from tests.pbx.asterisk.agi.fake import FakeAsterisk

T = TypeVar("T")


class Switchboard:
    """A FastAGI server and the scripts it knows."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.server = AgiServer(self.scripts, port=0, trunk="carrier")

    async def call(self, script: Script, **changes: str) -> FakeAsterisk:
        """Let a caller in, to this script."""
        name = f"script-{len(self.scripts)}"
        self.scripts[name] = script
        return await FakeAsterisk.call(self.server.port, name, **changes)

    async def doing(self, verb: Callable[[Call], Awaitable[T]]) -> tuple[FakeAsterisk, asyncio.Future[T]]:
        """Let a caller in, to a script of one verb; gives the verb's result, or what it raised, when it is done."""
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        result.add_done_callback(lambda future: future.cancelled() or future.exception())  # not every test asks

        async def script(call: Call) -> None:
            try:
                result.set_result(await verb(call))
            except TelekitError as error:
                result.set_exception(error)
                raise

        return await self.call(script), result


async def served(switchboard: Switchboard) -> None:
    """Serve another call from beginning to end, and so whatever came before it."""
    other, answered = await switchboard.doing(lambda call: call.answer())
    await other.does("200 result=0", "ANSWER")
    await answered


@pytest.fixture
async def switchboard() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    await board.server.start()
    yield board
    await board.server.stop()
