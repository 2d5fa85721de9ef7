"""Tones, and how telephones carry them."""

from pathlib import Path

import pytest

from tests.lab import sound


# ITU-T G.711 table 1a: the value of each segment's first step, and the byte sent for it, every second bit inverted.
@pytest.mark.parametrize(
    ("sample", "byte"),
    [(0, 0xD5), (8, 0xD5), (-8, 0x55), (264, 0xC5), (-264, 0x45), (32256, 0xAA), (-32256, 0x2A), (-32768, 0x2A)],
)
def test_samples_become_a_law(sample: int, byte: int) -> None:
    assert sound.to_alaw(sample) == byte


def test_a_law_loses_no_more_than_its_step() -> None:
    for byte in range(256):
        assert sound.to_alaw(sound.from_alaw(byte)) == byte
    for sample in range(-32768, 32768, 17):
        assert abs(sound.from_alaw(sound.to_alaw(sample)) - sample) <= max(16, abs(sample) / 16)


def test_a_tone_is_found_and_no_other() -> None:
    piece = sound.tone(1000, 0.1)
    assert sound.has_tone(piece, 1000)
    assert not sound.has_tone(piece, 700)


def test_silence_has_no_tone() -> None:
    assert not sound.has_tone([0] * sound.TENTH, 1000)


async def test_a_tone_that_comes_late_is_found() -> None:
    arrived = [0] * sound.RATE

    def new(start: int) -> list[int]:
        arrived.extend(sound.tone(1000, 0.05))
        return arrived[start:]

    assert await sound.comes(new, [1000], within=40)


async def test_a_sound_that_comes_late_is_found_and_silence_is_none() -> None:
    arrived = [0] * sound.RATE

    def new(start: int) -> list[int]:
        arrived.extend(sound.tone(300, 0.001))
        return arrived[start:]

    assert await sound.begins(new, within=40)
    assert not await sound.begins(lambda start: [0, 1][start:], within=0.1)


def test_a_file_that_still_grows_is_read(tmp_path: Path) -> None:
    path = sound.write_wav(tmp_path / "tone.wav", sound.tone(1000, 0.1))
    path.write_bytes(path.read_bytes()[:-1])  # half a sample is on its way
    assert sound.read_wav(path) == sound.tone(1000, 0.1)[:-1]
    assert sound.read_wav(tmp_path / "none.wav") == []
