"""Tones as telephones carry them: made, and found again."""

import asyncio
import cmath
import math
import struct
import wave
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

RATE = 8000  # samples a second
TENTH = RATE // 10
LOUDEST = 32767


def tone(hertz: float, seconds: float) -> list[int]:
    """Return 16-bit samples of one tone, at half of full loudness."""
    step = 2 * math.pi * hertz / RATE
    return [round(LOUDEST / 2 * math.sin(step * n)) for n in range(int(RATE * seconds))]


def has_tone(piece: Sequence[int], hertz: float) -> bool:
    """Tell whether a tone carries most of the power of a tenth of a second."""
    turn = -2j * math.pi * hertz / RATE
    power = sum(sample * sample for sample in piece) * len(piece) / 2
    found = abs(sum(sample * cmath.exp(turn * n) for n, sample in enumerate(piece))) ** 2
    return power > 0 and found > 0.5 * power


async def comes(new: Callable[[int], Sequence[int]], hertz: Collection[float], within: float) -> bool:
    """Wait for one of these tones in samples that are still arriving: `new(start)` returns those from a place on.

    Returns False if it did not come within so many seconds.
    """
    try:
        async with asyncio.timeout(within):
            start = 0
            while True:
                samples = new(start)
                pieces = [samples[at : at + TENTH] for at in range(0, len(samples) - TENTH + 1, TENTH)]
                if any(has_tone(piece, each) for piece in pieces for each in hertz):
                    return True
                start += TENTH * len(pieces)
                await asyncio.sleep(TENTH / RATE)
    except TimeoutError:
        return False


async def begins(new: Callable[[int], Sequence[int]], within: float) -> bool:
    """Wait for any sound in samples that are still arriving, as `comes` does for a tone."""
    try:
        async with asyncio.timeout(within):
            start = 0
            while max(map(abs, samples := new(start)), default=0) < LOUDEST / 100:
                start += len(samples)
                await asyncio.sleep(TENTH / RATE)
            return True
    except TimeoutError:
        return False


def write_wav(path: Path, samples: Sequence[int], times: int = 1) -> Path:
    """Write samples as a WAV file, so many times over."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples) * times, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples) * times)
    return path


def read_wav(path: Path) -> list[int]:
    """Return the samples of a WAV file that may still be growing."""
    start = 44  # of the samples; until the file is closed its header tells no length
    raw = path.read_bytes()[start:] if path.exists() else b""
    count = len(raw) // 2
    return list(struct.unpack(f"<{count}h", raw[: 2 * count]))


def to_alaw(sample: int) -> int:
    """Return a 16-bit sample as one byte of A-law. Source: ITU-T G.711 §3."""
    magnitude = min(max(sample if sample >= 0 else ~sample, 0), LOUDEST) >> 3
    segment = max(magnitude.bit_length() - 5, 0)
    step = (magnitude >> max(segment, 1)) & 0x0F
    return (segment << 4 | step) ^ (0xD5 if sample >= 0 else 0x55)


def from_alaw(byte: int) -> int:
    """Return a byte of A-law as a 16-bit sample. Source: ITU-T G.711 §3."""
    plain = byte ^ 0x55
    segment, step = plain >> 4 & 0x07, plain & 0x0F
    magnitude = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return magnitude if plain & 0x80 else -magnitude
