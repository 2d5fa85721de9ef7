"""telekit's recorded lines are what `prompts.yaml` says, and sound as a telephone wants them."""

import ast
import re
import struct
import unicodedata
import wave
from collections.abc import Iterator
from math import log10
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOUNDS = ROOT / "dialplans" / "asterisk" / "sounds"
SOURCE: dict[str, Any] = yaml.safe_load((ROOT / "dialplans" / "prompts.yaml").read_text(encoding="utf-8"))
LINES: dict[str, dict[str, str]] = SOURCE["lines"]
LANGUAGES = ("en", "fr")
RECORDED = [(language, name) for language in LANGUAGES for name in LINES]

each_recording = pytest.mark.parametrize(("language", "name"), RECORDED)


def path_of(language: str, name: str) -> Path:
    return SOUNDS / language / "telekit" / f"{name}.wav"


def samples_of(language: str, name: str) -> tuple[int, ...]:
    with wave.open(str(path_of(language, name))) as sound:
        return struct.unpack(f"<{sound.getnframes()}h", sound.readframes(sound.getnframes()))


def levels_of(samples: tuple[int, ...]) -> list[float]:
    """dBFS of each 10 ms, the last part included."""
    frames = (samples[at : at + 80] for at in range(0, len(samples), 80))
    return [10 * log10(max(sum(x * x for x in frame) / len(frame) / 32768**2, 1e-12)) for frame in frames]


def chunks_of(riff: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(riff):
        tag, size = struct.unpack_from("<4sI", riff, at)
        yield tag, riff[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def test_every_line_has_a_text_in_each_language_and_no_other() -> None:
    assert set(SOURCE["voices"]) == set(LANGUAGES)
    for name, texts in LINES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert set(texts) == set(LANGUAGES), name
        assert texts["en"] != texts["fr"]


@each_recording
def test_a_text_is_clean_to_read_and_to_speak(language: str, name: str) -> None:
    text = LINES[name][language]
    letters = r"A-Za-z" if language == "en" else r"A-Za-zÀÂÇÈÉÊËÎÏÔÙÛÜŒàâçèéêëîïôùûüœ"
    assert re.fullmatch(rf"[{letters}0-9 ,.'-]+", text)
    assert unicodedata.is_normalized("NFC", text)
    assert "  " not in text


def test_every_line_has_its_files_and_every_file_its_line() -> None:
    files = {path for path in SOUNDS.rglob("*") if path.is_file() and path.suffix not in {".md", ".py", ".pyc"}}
    assert files == {path_of(language, name) for language, name in RECORDED}


@each_recording
def test_a_file_has_the_header_that_asterisk_plays(language: str, name: str) -> None:
    content = path_of(language, name).read_bytes()
    riff, size, kind = struct.unpack_from("<4sI4s", content)
    assert (riff, size, kind) == (b"RIFF", len(content) - 8, b"WAVE")
    chunks = list(chunks_of(content[12:]))
    assert [tag for tag, _ in chunks] == [b"fmt ", b"data", b"LIST"], "sound first, or Asterisk cuts the tail"
    assert struct.unpack("<HHIIHH", chunks[0][1]) == (1, 1, 8000, 16000, 2, 16)


@each_recording
def test_a_file_says_the_text_of_today(language: str, name: str) -> None:
    chunks = dict(chunks_of(path_of(language, name).read_bytes()[12:]))
    told = dict(chunks_of(chunks[b"LIST"][4:]))
    assert told[b"INAM"].rstrip(b"\0").decode() == LINES[name][language], "changed but not recorded: make prompts"
    assert told[b"ILNG"].rstrip(b"\0").decode() == language


@each_recording
def test_a_line_takes_as_long_as_a_person_needs_to_say_it(language: str, name: str) -> None:
    seconds = len(samples_of(language, name)) / 8000 - 0.2
    letters = len(LINES[name][language])
    assert 8 < letters / seconds < 22


@each_recording
def test_a_line_is_as_loud_as_the_others_and_never_clips(language: str, name: str) -> None:
    samples = samples_of(language, name)
    levels = levels_of(samples)
    speech = [10 ** (level / 10) for level in levels if level > max(levels) - 30]
    assert 10 * log10(sum(speech) / len(speech)) == pytest.approx(-20, abs=0.5)
    assert max(map(abs, samples)) < 32768 * 10 ** (-1 / 20)


@each_recording
def test_a_line_starts_and_ends_with_a_short_silence(language: str, name: str) -> None:
    levels = levels_of(samples_of(language, name))
    loud = [at for at, level in enumerate(levels) if level > -50]
    lead_ms, tail_ms = loud[0] * 10, (len(levels) - 1 - loud[-1]) * 10
    assert 40 <= lead_ms <= 60
    assert 140 <= tail_ms <= 160


def test_a_prompt_is_named_once_for_each_language() -> None:
    core: dict[str, list[str]] = SOURCE["core"]
    assert set(core) == {"every", *LANGUAGES}
    for language in LANGUAGES:
        names = [*core["every"], *core[language]]
        assert len(names) == len(set(names))


def test_every_prompt_that_code_or_dialplans_name_can_be_played() -> None:
    playable = {f"telekit/{name}" for name in LINES}.union(*SOURCE["core"].values())
    unknown = {name: where for name, where in prompts_named() if name not in playable}
    assert not unknown


def prompts_named() -> Iterator[tuple[str, str]]:
    """Each prompt named in telekit's code or in a dialplan, with the file that does."""
    for path in ROOT.glob("telekit/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(name)) if re.fullmatch(r"(telekit|digits)/[a-z0-9-]+", name):
                    yield name, str(path)
    for path in ROOT.glob("dialplans/asterisk/**/*.conf"):
        text = path.read_text(encoding="utf-8")
        for played in re.findall(r"\b(?:Playback|Back[gG]round)\(([a-z0-9/&-]+)", text):
            yield from ((name, str(path)) for name in played.split("&"))
