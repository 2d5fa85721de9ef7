"""What telekit says of itself, and what Asterisk says of its channels, asked a few times a second."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from telekit.errors import TelekitError
from telekit.service.control import ask
from tests.killing.record import Channel, Glimpse, Record, Sighting, Waiting
from tests.lab.settings import HOST

ACCOUNT = """
[observer]
secret = only-looks
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = reporting
write = reporting
eventfilter(action(exclude),name(Newchannel)) =
"""
EVERY = 0.25  # seconds
END = "\r\n\r\n"


class Observer:
    """Enter it to have it look."""

    def __init__(self, control: Path, port: int, record: Record) -> None:
        self._control = control
        self._port = port
        self._record = record
        self._looking: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Observer":
        self._looking = [asyncio.ensure_future(look()) for look in (self._ask_telekit, self._ask_asterisk, self._pulse)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._looking:
            task.cancel()
        ended = await asyncio.gather(*self._looking, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _ask_telekit(self) -> None:
        while True:
            asked_at = time.time()
            with suppress(TelekitError):
                told = await ask(self._control, "status", within=2.0)
                at = (asked_at + time.time()) / 2
                calls = tuple(
                    Waiting(call["call"], call["queue"], at - call["waited"], call["state"] == "rings")
                    for call in told["calls"]
                )
                agents = {agent["agent"]: agent["presence"] for agent in told["agents"]}
                self._record.glimpses.append(Glimpse(at, agents, calls))
            await asyncio.sleep(EVERY)

    async def _ask_asterisk(self) -> None:
        reader, writer = await asyncio.open_connection(HOST, self._port)
        try:
            await reader.readline()
            await _action(writer, "Login", Username="observer", Secret="only-looks", Events="off")
            assert "Response: Success" in await _block(reader)
            while True:
                await _action(writer, "CoreShowChannels")
                channels = []
                while "Event: CoreShowChannelsComplete" not in (block := await _block(reader)):
                    if "Event: CoreShowChannel\r\n" in block:
                        channels.append(_channel(block))
                self._record.sightings.append(Sighting(time.time(), tuple(channels)))
                await asyncio.sleep(EVERY)
        finally:
            writer.close()

    async def _pulse(self) -> None:
        """Note how late this very process is: nothing can be judged finer."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self._record.late = max(self._record.late, loop.time() - due)


async def _action(writer: asyncio.StreamWriter, name: str, **headers: str) -> None:
    lines = [f"Action: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    writer.write(("\r\n".join(lines) + END).encode())
    await writer.drain()


async def _block(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(END.encode())).decode(errors="replace")


def _channel(block: str) -> Channel:
    told = dict(line.partition(": ")[::2] for line in block.split("\r\n"))
    return Channel(told["Channel"], told["Uniqueid"], told.get("CallerIDNum", ""), told.get("BridgeId", ""))
