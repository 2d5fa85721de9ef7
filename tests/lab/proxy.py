"""A wire that can be cut: between telekit and a switch."""

import asyncio
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.lab.link import Link
from tests.lab.settings import HOST


class Wire:
    """Pass bytes between clients on `port` and a server, until told otherwise."""

    def __init__(self, port: int, server_port: int, link: Link | None = None) -> None:
        """Of a `link`, what the switch tells goes by messages, so that some can get lost."""
        self.port = port
        self._server_port = server_port
        self._link = link
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._near: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._cut = False
        self._lost: tuple[str, ...] = ()
        self.delay = 0.0
        """Seconds that everything takes to pass, however much is under way."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._join, HOST, self.port)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self.cut()
        self.thaw()
        if self._server is not None:
            self._server.close()

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        self._cut = True
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        """Let new connections through."""
        self._cut = False

    def freeze(self) -> None:
        """Let nothing through, and end nothing: a link that is half open."""
        self._flows.clear()

    def end_near(self) -> None:
        """End every connection for the client alone; of a frozen one the server does not hear it."""
        for end in self._near:
            end.transport.abort()

    def thaw(self) -> None:
        """Let everything through again."""
        self._flows.set()

    def lose(self, *events: str) -> None:
        """Let these events of the server get lost, until told otherwise; without any, none."""
        self._lost = events

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._server_port)
        except OSError:
            writer.transport.abort()
            return
        self._ends |= {writer, far_writer}
        self._near.add(writer)
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer, self._link))
        finally:
            self._ends -= {writer, far_writer}
            self._near.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link | None = None) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arrival = asyncio.create_task(self._arrive(under_way, writer, link))
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                under_way.put_nowait((time.monotonic() + self.delay, data))
        under_way.put_nowait((0.0, b""))
        await arrival

    async def _arrive(
        self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, link: Link | None
    ) -> None:
        part = b""
        with suppress(ConnectionError):
            while data := (upcoming := await under_way.get())[1]:
                await asyncio.sleep(max(0.0, upcoming[0] - time.monotonic()))
                await self._flows.wait()
                if link is not None:
                    messages, part = link.cut(part + data)
                    data = b"".join(message for message in messages if not self._is_lost(message, link))
                writer.write(data)
                await writer.drain()
        await self._flows.wait()
        writer.close()

    def _is_lost(self, message: bytes, link: Link) -> bool:
        return any(link.tells(message, event) for event in self._lost)
