"""The callers' channels, as either switch shows them to whoever asks."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from functools import partial

from tests.killing.record import Channel
from tests.lab.freeswitch import FreeSwitch
from tests.lab.freeswitch_installation import FreeSwitchInstallation
from tests.lab.installation import Installation
from tests.lab.service import Service
from tests.lab.settings import HOST

Channels = tuple[Channel, ...]
Look = Callable[[], AsyncIterator[Channels]]

ACCOUNT = """
[observer]
secret = only-looks
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = reporting
write = reporting
eventfilter(action(exclude),name(Newchannel)) =
"""
TRUNK = "PJSIP/carrier-"
END = "\r\n\r\n"


def lets_look(kit: Service) -> Look:
    """Let the switch be looked at; before it starts."""
    if isinstance(kit, Installation):
        kit.asterisk.config["manager.conf"] += ACCOUNT
        return partial(_asterisk, kit.asterisk.ports.ami)
    assert isinstance(kit, FreeSwitchInstallation)
    return partial(_freeswitch, kit.freeswitch)


async def _freeswitch(freeswitch: FreeSwitch) -> AsyncIterator[Channels]:
    while True:
        rows = json.loads(await freeswitch.cli("show channels as json")).get("rows", ())
        yield tuple(Channel(row["uuid"], row["cid_num"]) for row in rows if row["direction"] == "inbound")


async def _asterisk(port: int) -> AsyncIterator[Channels]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        await reader.readline()
        await _action(writer, "Login", Username="observer", Secret="only-looks", Events="off")
        assert "Response: Success" in await _block(reader)
        while True:
            await _action(writer, "CoreShowChannels")
            shown = []
            while "Event: CoreShowChannelsComplete" not in (block := await _block(reader)):
                if "Event: CoreShowChannel\r\n" in block:
                    shown.append(dict(line.partition(": ")[::2] for line in block.split("\r\n")))
            callers = (told for told in shown if told["Channel"].startswith(TRUNK))
            yield tuple(Channel(told["Uniqueid"], told.get("CallerIDNum", "")) for told in callers)
    finally:
        writer.close()


async def _action(writer: asyncio.StreamWriter, name: str, **headers: str) -> None:
    lines = [f"Action: {name}", *(f"{header}: {value}" for header, value in headers.items())]
    writer.write(("\r\n".join(lines) + END).encode())
    await writer.drain()


async def _block(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(END.encode())).decode(errors="replace")
