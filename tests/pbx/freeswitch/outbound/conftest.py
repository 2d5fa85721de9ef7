import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from telekit.errors import TelekitError
from telekit.pbx.freeswitch.outbound.server import OutboundServer
from telekit.pbx.freeswitch.outbound.surroundings import Surroundings
from telekit.pbx.port import Call, Script
from tests.pbx.freeswitch.outbound.fake import FakeFreeSwitch

T = TypeVar("T")


class Switchboard:
    """A server for FreeSWITCH's calls and the scripts it knows."""

    def __init__(self, folder: Path) -> None:
        self.scripts: dict[str, Script] = {}
        self.messages = folder
        where = Surroundings("/sounds", "home.example", str(folder), gateway="carrier")
        self.server = OutboundServer(self.scripts, where, port=0)

    async def call(self, script: Script, **variables: str) -> FakeFreeSwitch:
        """Let a caller in, to this script."""
        name = f"script-{len(self.scripts)}"
        self.scripts[name] = script
        return await FakeFreeSwitch.call(self.server.port, name, **variables)

    async def doing(
        self, verb: Callable[[Call], Awaitable[T]], **variables: str
    ) -> tuple[FakeFreeSwitch, "asyncio.Future[T]"]:
        """Let a caller in, to a script of one verb; gives the verb's result, or what it raised, when it is done."""
        result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        result.add_done_callback(lambda future: future.cancelled() or future.exception())  # not every test asks

        async def script(call: Call) -> None:
            try:
                result.set_result(await verb(call))
            except TelekitError as error:
                result.set_exception(error)
                raise

        return await self.call(script, **variables), result


@pytest.fixture
async def switchboard(tmp_path: Path) -> AsyncIterator[Switchboard]:
    board = Switchboard(tmp_path)
    await board.server.start()
    yield board
    await board.server.stop()
