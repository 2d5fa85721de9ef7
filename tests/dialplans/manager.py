"""A plain client of the manager interface: what telekit's account sees and may do, told by nobody but Asterisk."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.lab.settings import HOST

Message = Sequence[tuple[str, str]]


def value(message: Message, header: str) -> str:
    """Return a header's first value, or nothing."""
    return next((told for name, told in message if name == header), "")


class Manager:
    """One connection; `events` holds all that came by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: list[Message] = []
        self._reader = reader
        self._writer = writer

    async def ask(self, action: str, **headers: str) -> list[Message]:
        """Do an action; return its answer, and the list after it if there is one."""
        lines = [f"Action: {action}", "ActionID: 1", *(f"{name}: {told}" for name, told in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = [await self._answer()]
        while value(answer[0], "EventList") == "start" and value(answer[-1], "EventList") != "Complete":
            answer.append(await self._answer())
        return answer

    async def _answer(self) -> Message:
        while True:
            message = await self._message()
            if value(message, "ActionID") == "1":
                return message
            self.events.append(message)

    async def _message(self) -> Message:
        text = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = (line.partition(":") for line in text.splitlines())
        return [(name, told.strip()) for name, colon, told in lines if colon]


@asynccontextmanager
async def logged_in(port: int, username: str, secret: str) -> AsyncIterator[Manager]:
    """Log in; raises AssertionError when Asterisk refuses."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        await reader.readline()  # the banner
        manager = Manager(reader, writer)
        [answer] = await manager.ask("Login", Username=username, Secret=secret)
        assert value(answer, "Response") == "Success", answer
        yield manager
    finally:
        writer.close()
