from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from telekit.pbx.asterisk.agi.server import AgiServer
from telekit.pbx.port import Call
from tests.pbx.asterisk.agi.fake import FakeAsterisk

Script = Callable[[Call], Awaitable[None]]


class Switchboard:
    """A FastAGI server and the scripts it knows."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.server = AgiServer(self.scripts, port=0, trunk="carrier")

    async def call(self, script: Script, **changes: str) -> FakeAsterisk:
        """Let a caller in, to this script."""
        self.scripts["route"] = script
        return await FakeAsterisk.call(self.server.port, **changes)


@pytest.fixture
async def switchboard() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    await board.server.start()
    yield board
    await board.server.stop()
