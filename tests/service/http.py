"""A service that is asked about callers: a real server on loopback, which answers as a test wants it to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ssl import SSLContext
from typing import Self

Answer = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


class Asked:
    """One question, as it came."""

    def __init__(self, head: str) -> None:
        lines = head.split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}


class Service:
    """Enter it to have it listen."""

    def __init__(self, answer: Answer, tls: SSLContext | None = None) -> None:
        self.answer = answer
        self._tls = tls
        self.asked: list[Asked] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def url(self, rest: str = "/api?number={caller}") -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{rest}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                asked = Asked(head.decode().rstrip("\r\n"))
                self.asked.append(asked)
                await self.answer(asked, writer)
                await writer.drain()
        writer.close()


def says(body: object, status: str = "200 OK", **headers: str) -> Answer:
    """Answer with JSON, or with text or bytes as they are."""

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\n{told}\r\n".encode() + data)

    return answer


async def hangs(_: Asked, __: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def stops_in_the_middle(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Announce more than comes, and keep the connection open."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    await asyncio.Event().wait()


async def hangs_up(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Announce more than comes, and hang up."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    writer.close()


async def never_ends(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Send without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b" " * 0x1000 + b"\r\n")
        await writer.drain()
