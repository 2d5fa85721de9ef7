"""The sound of one caller: what it says, the keys it presses, and all that it hears.

SIPp carries the signalling; its own sound can neither be led from outside nor be listened to.
"""

import asyncio
import random
import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

from tests.lab import sound

PCMA, EVENT = 8, 101  # payload types; the second is agreed in the SDP
FRAME = 160  # samples, 20 ms
KEYS = "0123456789*#ABCD"
KEY_FRAMES = 5  # 100 ms a key
PAUSE_FRAMES = 5  # and as long between keys


class Rtp(asyncio.DatagramProtocol):
    """One RTP stream each way, PCMA at 8 kHz, with keys as RFC 4733 events.

    `heard` holds the received A-law bytes in the order of arrival.
    """

    def __init__(self, hertz: int) -> None:
        self.heard = bytearray()
        self.port = 0
        self._voice = bytes(sound.to_alaw(sample) for sample in sound.tone(hertz, 1.0))
        self._keys: list[str] = []
        self._transport: asyncio.DatagramTransport | None = None
        self._peer: tuple[str, int] | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._since = 0
        """Of what was heard, how much belongs to earlier conversations."""

    @classmethod
    async def on(cls, address: str, hertz: int) -> Self:
        """Open a stream's end at any port of an address."""
        loop = asyncio.get_running_loop()
        _, rtp = await loop.create_datagram_endpoint(lambda: cls(hertz), local_addr=(address, 0))
        return rtp

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _address: tuple[str | Any, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == PCMA:
            self.heard += data[12:]

    def speak_to(self, host: str, port: int) -> None:
        """Begin to say the tone to the other side."""
        self._peer = (host, port)
        if self._speaking is None:
            self._speaking = asyncio.create_task(self._speak())

    def press(self, keys: str) -> None:
        """Press keys, one after the other."""
        assert set(keys) <= set(KEYS), f"a telephone has no such keys: {keys}"
        self._keys += keys

    async def hears(self, hertz: Sequence[int], within: float) -> bool:
        """Wait until one of these tones is heard, and say whether one was."""
        return await sound.comes(self._news(), hertz, within)

    async def is_spoken_to(self, within: float) -> bool:
        """Wait until anything is heard that is no silence, and say whether it was."""
        return await sound.begins(self._news(), within)

    def begin_anew(self) -> None:
        """Take what was heard so far for another conversation's."""
        self._since = len(self.heard)

    def _news(self) -> Callable[[int], list[int]]:
        """Give what returns the samples of this conversation from a place on."""
        since = self._since
        return lambda start: [sound.from_alaw(byte) for byte in self.heard[since + start :]]

    def close(self) -> None:
        """Fall silent."""
        if self._speaking is not None:
            self._speaking.cancel()
        if self._transport is not None:
            self._transport.close()

    async def _speak(self) -> None:
        source, sequence, clock = random.getrandbits(32), random.getrandbits(16), random.getrandbits(32)
        began, frames = time.monotonic(), 0
        pressing: list[tuple[bytes, int]] = []  # payloads still to send of a key, and its clock
        while True:
            if self._keys and not pressing:
                pressing = key_payloads(self._keys.pop(0), clock)
            if pressing:
                payload, stamp = pressing.pop(0)
                header = (EVENT, stamp) if payload else None
            else:
                at = frames * FRAME % len(self._voice)
                payload, header = self._voice[at : at + FRAME], (PCMA, clock)
            if header is not None and self._transport is not None:
                kind, stamp = header
                packet = struct.pack("!BBHII", 0x80, kind, sequence & 0xFFFF, stamp & 0xFFFFFFFF, source)
                self._transport.sendto(packet + payload, self._peer)
                sequence += 1
            frames += 1
            clock += FRAME
            await asyncio.sleep(began + frames * FRAME / sound.RATE - time.monotonic())


def key_payloads(key: str, clock: int) -> list[tuple[bytes, int]]:
    """Return what is sent for one key, frame by frame, each with the key's clock. Source: RFC 4733 §2.3, §2.5."""
    number = KEYS.index(key)
    held = [struct.pack("!BBH", number, 10, FRAME * n) for n in range(1, KEY_FRAMES + 1)]
    released = [struct.pack("!BBH", number, 0x80 | 10, FRAME * (KEY_FRAMES + 1))] * 3
    return [(payload, clock) for payload in [*held, *released]] + [(b"", clock)] * PAUSE_FRAMES
