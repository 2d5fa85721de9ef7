"""Sound enough to know that it flows: five packets a second, and a note of every silence."""

import asyncio
import struct
import time

from tests.lab.rtp import FRAME, PCMA, Rtp

PACE = 0.2  # seconds between two packets
NOTICED = 1.0  # seconds of silence


class Murmur(Rtp):
    """An RTP stream that costs little, for many calls at once; `silences` tells when nothing was heard for long."""

    def __init__(self, hertz: int) -> None:
        super().__init__(hertz)
        self.heard_at = 0.0
        self.silences: list[tuple[float, float]] = []

    def datagram_received(self, data: bytes, _address: object) -> None:
        now = time.time()
        if self.heard_at and now - self.heard_at > NOTICED:
            self.silences.append((self.heard_at, now))
        self.heard_at = now

    async def _speak(self) -> None:
        sequence = 0
        while True:
            header = struct.pack(
                "!BBHII", 0x80, PCMA, sequence & 0xFFFF, sequence * FRAME & 0xFFFFFFFF, id(self) & 0xFFFF
            )
            if self._transport is not None and not self._transport.is_closing():
                self._transport.sendto(header + self._voice[:FRAME], self._peer)
            sequence += 1
            await asyncio.sleep(PACE)
