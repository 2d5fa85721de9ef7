"""An agent's line at home: SIP and sound of one phone pass through it, and it may lose, delay or swallow sound.

It stands between phone and switch as a SIP-aware router does: it writes its own address and ports into what both say
of their sound. Source: RFC 4566 §5.7, §5.14 (c=, m=), RFC 3605 (a=rtcp).
"""

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.lab.settings import HOST
from tests.lab.switch import LabSwitch

Address = tuple[str, int]

SIP_PORT, FAR_SIP_PORT = 5060, 5062
FIRST_SOUND_PORT = 20_000  # even; the next one is for RTCP


@dataclass(slots=True)
class Way:
    """One direction of the sound. Reports (RTCP) are delayed as sound is, but not lost: they are few."""

    loss: float = 0.0
    delay: float = 0.0
    """Seconds."""
    jitter: float = 0.0
    """Seconds by which a packet may come later still; none overtakes another."""
    dead: bool = False
    """Nothing passes, nor do reports."""
    passed: int = 0
    lost: int = 0
    due: float = 0.0
    """When the latest packet leaves."""

    @property
    def share(self) -> float:
        """Return the share of sound that was really lost."""
        return self.lost / max(1, self.passed + self.lost)


class HomeLine:
    """Enter it to open it; a phone that has `address` for its server speaks to the switch through it."""

    def __init__(self, switch: LabSwitch, address: str, *, up: Way | None = None, down: Way | None = None) -> None:
        self.address = address
        self.up = up or Way()
        """From the phone to the switch."""
        self.down = down or Way()
        self._server: Address = (HOST, switch.ports.sip)
        self._chance = random.Random(address)
        self._phone: Address | None = None
        self._near: Any = None
        self._far: Any = None
        self._sound: list[Any] = []
        self._phones_sound: Address | None = None
        self._servers_sound: Address | None = None

    async def __aenter__(self) -> Self:
        self._near = await _listen(self.address, SIP_PORT, self._from_phone)
        self._far = await _listen(self.address, FAR_SIP_PORT, self._from_server)
        self._sound = [
            await _listen(self.address, FIRST_SOUND_PORT + offset, self._sound_of(offset)) for offset in (0, 1)
        ]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        for transport in (self._near, self._far, *self._sound):
            transport.close()

    def _from_phone(self, data: bytes, source: Address) -> None:
        self._phone = source
        data, sound = self._rewritten(data)
        self._phones_sound = sound or self._phones_sound
        self._far.sendto(data, self._server)

    def _from_server(self, data: bytes, _source: Address) -> None:
        data, sound = self._rewritten(data)
        self._servers_sound = sound or self._servers_sound
        self._near.sendto(data, self._phone)

    def _rewritten(self, data: bytes) -> tuple[bytes, Address | None]:
        """Put this line's own place into a message that says where its sender wants sound; give that place too."""
        head, blank, body = data.partition(b"\r\n\r\n")
        host, port = re.search(rb"(?m)^c=IN IP4 (\S+)", body), re.search(rb"(?m)^m=audio (\d+) ", body)
        if host is None or port is None:
            return data, None
        own = self.address.encode()
        body = re.sub(rb"(?m)^c=IN IP4 \S+", b"c=IN IP4 " + own, body)
        body = re.sub(rb"(?m)^m=audio \d+ ", b"m=audio %d " % FIRST_SOUND_PORT, body)
        body = re.sub(rb"(?m)^a=rtcp:.*?(\r?)$", rb"a=rtcp:%d\1" % (FIRST_SOUND_PORT + 1), body)
        head = re.sub(rb"(?mi)^(Content-Length|l): *\d+", b"Content-Length: %d" % len(body), head)
        return head + blank + body, (host[1].decode(), int(port[1]))

    def _sound_of(self, offset: int) -> Callable[[bytes, Address], None]:
        """Give what takes packets of sound (offset 0) or reports (1), from either side."""

        def take(data: bytes, source: Address) -> None:
            is_down = self._servers_sound is not None and source[1] == self._servers_sound[1] + offset
            to, way = (self._phones_sound, self.down) if is_down else (self._servers_sound, self.up)
            if way.dead or to is None:
                return
            if offset == 0:
                if self._chance.random() < way.loss:
                    way.lost += 1
                    return
                way.passed += 1
            loop = asyncio.get_running_loop()
            way.due = max(way.due, loop.time() + way.delay + self._chance.uniform(0, way.jitter))
            loop.call_at(way.due, self._send, offset, data, (to[0], to[1] + offset))

        return take

    def _send(self, offset: int, data: bytes, to: Address) -> None:
        if not self._sound[offset].is_closing():
            self._sound[offset].sendto(data, to)


class _Port(asyncio.DatagramProtocol):
    def __init__(self, take: Callable[[bytes, Address], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, source: tuple[str | Any, int]) -> None:
        self._take(data, source)


async def _listen(address: str, port: int, take: Callable[[bytes, Address], None]) -> Any:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Port(take), local_addr=(address, port))
    return transport
