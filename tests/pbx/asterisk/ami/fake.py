"""A manager interface on a real socket, for the faults that a real Asterisk rarely has."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Self

BOOTED = b"Event: FullyBooted\r\nPrivilege: system,all\r\nStatus: Fully Booted\r\n\r\n"


class FakeAsterisk:
    """Logs clients in, answers actions, records them; `mute` names the actions that get no answer."""

    def __init__(self, *, banner: bytes = b"Asterisk Call Manager/11.0.0\r\n", secret: str = "sesame") -> None:
        self.banner = banner
        self.secret = secret
        self.actions: list[dict[str, str]] = []
        self.connections = 0
        self.open = 0
        self.mute: set[str] = set()
        self.replies: dict[str, str] = {"CoreSettings": "AsteriskVersion: 22.10.1\r\n"}
        """Headers that a successful answer to an action adds, or the whole answer when it starts with Response."""
        self.greeting = BOOTED
        """What follows a login."""
        self.reacts: Callable[[dict[str, str]], None] = lambda action: None
        """Called with each action before it is answered."""
        self.port = 0
        self._changed = asyncio.Condition()
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shut()

    async def listen(self) -> None:
        """Listen; again on the same port after `shut`."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Stop listening and cut every connection."""
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """Cut every connection, with what was not sent yet."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def send(self, data: bytes) -> None:
        """Send bytes to the newest client."""
        self._writers[-1].write(data)

    def event(self, name: str, **headers: str) -> None:
        """Send one event to the newest client."""
        lines = [f"Event: {name}", *(f"{header}: {value}" for header, value in headers.items())]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def named(self, action: str) -> list[dict[str, str]]:
        """Return the actions of that name, oldest first."""
        return [known for known in self.actions if known.get("Action", "").lower() == action.lower()]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at whenever a client comes, goes or sends an action."""
        async with asyncio.timeout(40), self._changed:
            await self._changed.wait_for(true)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await self._note(connections=1, open_=1)
        writer.write(self.banner)
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                pairs = (line.split(": ", 1) for line in request.decode().strip().split("\r\n"))
                action = dict(pair for pair in pairs if len(pair) == 2)
                self.actions.append(action)
                self.reacts(action)
                if action.get("Action", "") not in self.mute:
                    writer.write(self._answer(action))
                await self._note()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            await self._note(open_=-1)

    async def _note(self, connections: int = 0, open_: int = 0) -> None:
        async with self._changed:
            self.connections += connections
            self.open += open_
            self._changed.notify_all()

    def _answer(self, action: dict[str, str]) -> bytes:
        name, extra, after = action.get("Action", ""), "", b""
        reply = self.replies.get(name, "")
        if reply.startswith("Response:"):
            return reply.format(id=action.get("ActionID", "")).encode()
        if name == "Challenge":
            extra = "Challenge: 129241762\r\n"
        elif name == "Login":
            key = hashlib.md5(b"129241762" + self.secret.encode()).hexdigest()
            if action.get("Key") != key and action.get("Secret") != self.secret:
                told = ["Response: Error", f"ActionID: {action.get('ActionID')}", "Message: Authentication failed"]
                return ("\r\n".join(told) + "\r\n\r\n").encode()
            extra, after = "Message: Authentication accepted\r\n", self.greeting
        head = f"Response: Success\r\nActionID: {action.get('ActionID', '')}\r\n"
        return (head + extra + reply + "\r\n").encode() + after
