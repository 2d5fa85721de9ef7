"""One caller's channel in FreeSWITCH's `socket` application, played by hand from what a real one said."""

import asyncio
import json
from typing import Any, Self
from urllib.parse import quote

from telekit.pbx.freeswitch.esl.frame import Kind
from telekit.pbx.freeswitch.esl.reader import Reader
from tests.pbx.freeswitch.esl.captures import recorded

RECORDING = "outbound-async-full-json"
FRAMES = list(Reader().feed(recorded(RECORDING)))
CHANNEL = FRAMES[0].channel()
"""The reply to `connect`."""
EVENT: dict[str, Any] = next(json.loads(frame.text) for frame in FRAMES if frame.kind == Kind.EVENT)
UUID = CHANNEL["Unique-ID"]
OK = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
LINGERS = b"Content-Type: command/reply\nReply-Text: +OK will linger\n\n"
REFUSED = b"Content-Type: command/reply\nReply-Text: -ERR command not found\n\n"
NOTICE = b"Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 0\n\n"


def answer(text: str = "+OK\n") -> bytes:
    """Write what an `api` prints."""
    data = text.encode()
    return b"Content-Type: api/response\nContent-Length: %d\n\n" % len(data) + data


def event(name: str, **headers: Any) -> bytes:
    """Write an event of the caller's channel; `__` stands for a hyphen."""
    told = {key.replace("__", "-"): value for key, value in headers.items()}
    data = json.dumps({**EVENT, "Event-Name": name, "Unique-ID": UUID, **told}).encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n" % len(data) + data


class FakeFreeSwitch:
    """`asked` gives the next command, what is sent answers it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.mark = ""
        """Of the application that was begun last."""

    @classmethod
    async def call(cls, port: int, script: str, **variables: str) -> Self:
        """Run `socket 127.0.0.1:PORT async full` for a caller."""
        fake = cls(*await asyncio.open_connection("127.0.0.1", port))
        assert [await fake.asked() for _ in range(3)] == ["connect", "linger", "myevents json"]
        told = CHANNEL | {"variable_telekit_script": script} | {f"variable_{k}": v for k, v in variables.items()}
        head = "\n".join(f"{name}: {quote(value)}" for name, value in told.items())
        fake.send(head.encode() + b"\n\n" + LINGERS + OK)
        return fake

    async def asked(self) -> str:
        """Give the next command; nothing once the script has ended."""
        try:
            command = (await self._reader.readuntil(b"\n\n")).decode().removesuffix("\n\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return ""
        headers = dict(line.split(": ", 1) for line in command.split("\n")[1:])
        if not headers:
            return command
        self.mark = headers["Event-UUID"]
        return f"{headers['execute-app-name']} {headers.get('execute-app-arg', '')}".rstrip()

    async def does(self, command: str, reply: bytes = OK) -> None:
        """Expect just this command and answer it."""
        assert await self.asked() == command
        self.send(reply)

    async def sets(self, **variables: str) -> None:
        """Expect that these variables of the channel are set, in this order."""
        for name, value in variables.items():
            await self.does(f"api uuid_setvar {UUID} {name} {value}".rstrip(), answer())

    async def runs(self, command: str, **told: Any) -> None:
        """Expect an application, and let it end at once; what it knows of how it went is told."""
        await self.does(command)
        self.ends(**told)

    async def begins(self, name: str) -> str:
        """Expect an application of that name, and give its argument."""
        command, _, argument = (await self.asked()).partition(" ")
        assert command == name
        self.send(OK)
        return argument

    async def until(self, name: str) -> str:
        """Let variables be set until an application of that name is begun, and give its argument."""
        while not (asked := await self.asked()).startswith(f"{name} "):
            assert asked.startswith("api uuid_setvar"), f"{asked!r} came before {name}"
            self.send(answer())
        self.send(OK)
        return asked.removeprefix(f"{name} ")

    def executes(self, mark: str = "") -> None:
        """Tell that an application has begun, the last unless named."""
        self.tell("CHANNEL_EXECUTE", Application__UUID=mark or self.mark)

    def takes_key(self, key: str) -> None:
        """Tell of a key that the caller has pressed."""
        self.tell("DTMF", DTMF__Digit=key)

    def ends(self, mark: str = "", **told: Any) -> None:
        """Tell the end of an application, the last unless named."""
        self.tell("CHANNEL_EXECUTE_COMPLETE", Application__UUID=mark or self.mark, **told)

    def tell(self, name: str, **headers: Any) -> None:
        self.send(event(name, **headers))

    def joins(self, leg: str, at: int) -> None:
        """Tell that sound flows; `at` is in seconds of the switch's clock."""
        self.tell("CHANNEL_BRIDGE", Other__Leg__Unique__ID=leg, Event__Date__Timestamp=str(at * 1_000_000))

    def parts(self, at: int) -> None:
        self.tell("CHANNEL_UNBRIDGE", Event__Date__Timestamp=str(at * 1_000_000))

    def hang_up(self) -> None:
        """Let the caller hang up; the connection lingers."""
        self.tell("CHANNEL_HANGUP", Hangup__Cause="NORMAL_CLEARING")
        self.send(NOTICE)
        self.tell("CHANNEL_HANGUP_COMPLETE", Hangup__Cause="NORMAL_CLEARING")

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    @property
    def is_left(self) -> bool:
        """Whether telekit has ended the connection."""
        return self._reader.at_eof()

    async def over(self) -> None:
        """Expect that the script ended without another command."""
        assert await self.asked() == ""
        self.die()

    def die(self) -> None:
        """Cut the connection, as a crash does."""
        self._writer.close()
