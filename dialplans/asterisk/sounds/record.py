"""Record every line of `dialplans/prompts.yaml` with a speech synthesiser: `make prompts`.

Writes `LANGUAGE/telekit/NAME.wav` beside this file and removes what has no line any more. Needs `pico2wave` (Debian:
`libttspico-utils`, from the `non-free` component) and `sox`. The same line gives the same bytes on every run.
"""

import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from math import ceil, log10
from pathlib import Path
from typing import Any

import yaml

SOUNDS = Path(__file__).parent
SOURCE = SOUNDS.parent.parent / "prompts.yaml"

RATE = 8000
FRAME = RATE // 100
LEAD = RATE * 50 // 1000
TAIL = RATE * 150 // 1000
LEVEL_DBFS = -20.0
SILENCE_DBFS = -50.0
PEAK_LIMIT_DBFS = -1.0

Samples = Sequence[float]


def main() -> int:
    """Record all; return an exit status."""
    if missing := [tool for tool in ("pico2wave", "sox") if shutil.which(tool) is None]:
        sys.stderr.write(
            f"record.py: {' and '.join(missing)} not found; on Debian: apt install sox libttspico-utils"
            " (the second is in the non-free component)\n"
        )
        return 1
    source = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    written = {
        write(language, name, texts[language], voice)
        for language, voice in source["voices"].items()
        for name, texts in source["lines"].items()
    }
    for stale in set(SOUNDS.glob("*/telekit/*.wav")) - written:
        stale.unlink()
    size = sum(path.stat().st_size for path in written)
    sys.stdout.write(f"{len(written)} files, {size / 1e6:.1f} MB\n")
    return 0


def write(language: str, name: str, text: str, voice: dict[str, Any]) -> Path:
    """Record one line in one language; return its file."""
    samples = levelled(trimmed(levelled(spoken(text, voice))))
    path = SOUNDS / language / "telekit" / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(samples, {"INAM": text, "ILNG": language, "ISFT": f"SVOX Pico {voice['voice']}"}))
    return path


def spoken(text: str, voice: dict[str, Any]) -> Samples:
    """Synthesise a text and bring it to a telephone's rate and band; full scale is 1."""
    with tempfile.TemporaryDirectory() as folder:
        wide = Path(folder) / "wide.wav"
        paced = f'<speed level="{voice["pace"]}">{text}</speed>'
        subprocess.run(["pico2wave", "-l", voice["voice"], "-w", wide, paced], check=True)  # noqa: S603, S607
        to_raw = ["-t", "raw", "-e", "floating-point", "-b", "32", "-L", "-"]
        effects = ["gain", "-12", "rate", "-v", str(RATE), *voice["shape"].split()]
        narrow = subprocess.run(["sox", wide, *to_raw, *effects], check=True, capture_output=True).stdout  # noqa: S603, S607
    return struct.unpack(f"<{len(narrow) // 4}f", narrow)


def frames_dbfs(samples: Samples) -> list[float]:
    """Tell the level of each 10 ms."""
    chunks = (samples[at : at + FRAME] for at in range(0, len(samples), FRAME))
    return [dbfs(sum(x * x for x in chunk) / len(chunk)) for chunk in chunks]


def dbfs(power: float) -> float:
    """Turn a mean square into decibels below full scale."""
    return 10 * log10(max(power, 1e-12))


def levelled(samples: Samples) -> Samples:
    """Bring the speech, its pauses left out, to the level of all prompts.

    Raises ValueError when peaks would clip.
    """
    levels = frames_dbfs(samples)
    speech = [10 ** (level / 10) for level in levels if level > max(levels) - 30]
    gain = 10 ** ((LEVEL_DBFS - dbfs(sum(speech) / len(speech))) / 20)
    if max(map(abs, samples)) * gain > 10 ** (PEAK_LIMIT_DBFS / 20):
        raise ValueError("peaks too high for this level")
    return [x * gain for x in samples]


def trimmed(samples: Samples) -> Samples:
    """Leave just the lead and the tail round the speech, filled up with silence."""
    loud = [at for at, level in enumerate(frames_dbfs(samples)) if level > SILENCE_DBFS]
    start, end = loud[0] * FRAME, (loud[-1] + 1) * FRAME
    before, after = samples[max(start - LEAD, 0) : start], samples[end : end + TAIL]
    silence = [0.0]
    return [
        *silence * (LEAD - len(before)),
        *before,
        *samples[start:end],
        *after,
        *silence * (TAIL - len(after)),
    ]


def wav(samples: Samples, info: dict[str, str]) -> bytes:
    """Make a 16-bit mono WAV file that says what it is.

    The sound comes first: Asterisk drops as many bytes of the tail as there are before the sound.
    Source: Asterisk formats/format_wav.c, wav_read.
    """
    sound = struct.pack(f"<{len(samples)}h", *(round(x * 32767) for x in samples))
    told = b"INFO" + b"".join(chunk(tag, text.encode() + b"\0") for tag, text in info.items())
    layout = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    return chunk("RIFF", b"WAVE" + chunk("fmt ", layout) + chunk("data", sound) + chunk("LIST", told))


def chunk(tag: str, content: bytes) -> bytes:
    """Wrap content in a RIFF chunk, which begins on an even byte."""
    return tag.encode() + struct.pack("<I", len(content)) + content.ljust(ceil(len(content) / 2) * 2, b"\0")


if __name__ == "__main__":
    sys.exit(main())
