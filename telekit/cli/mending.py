"""`telekit check --fix`: what it would change, as a diff, and how files are changed."""

import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

import click

from telekit.errors import TelekitError
from telekit.rules.lints.find import find
from telekit.rules.lints.mend import mended
from telekit.rules.loader import Reading, read
from telekit.rules.source import Source

_ROUNDS = 5
"""What is removed may leave something else to remove, say the comment that silenced it."""


@dataclass(slots=True)
class Mended:
    """Rules as they are after mending; nothing is written yet."""

    reading: Reading
    texts: dict[str, str] = field(default_factory=dict)
    """By the name of a file, what it should hold."""
    count: int = 0


def mend(
    reading: Reading,
    rules: tuple[Path, ...],
    scripts: Collection[str] | None,
    now: datetime,
    without: Collection[str],
) -> Mended:
    """Mend whatever is found and can be mended; the result is read again, so that it is right."""
    done = Mended(reading)
    for _ in range(_ROUNDS):
        found = [one for one in find(done.reading, now) if one.mend is not None and one.name not in without]
        before = dict(done.texts)
        for file in dict.fromkeys(one.origin.file for one in found):
            source = done.reading.written.sources[file]
            text = mended(source, [one for one in found if one.origin.file == file])
            if text != source.text:
                done.texts[file] = text
        if done.texts == before:
            break
        done.reading = read(rules, scripts, done.texts)
        done.count += len(found)
    return done


def show(mend: Mended, before: Reading) -> None:
    """Print what changes."""
    for file, text in mend.texts.items():
        old = before.written.sources[file].text
        lines = unified_diff(old.splitlines(keepends=True), text.splitlines(keepends=True), file, f"{file} (mended)")
        for line in lines:
            click.secho(line.rstrip("\r\n"), fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))


def write(mend: Mended, before: Reading) -> None:
    """Write the files that change, each in one step and with the rights that it has.

    Raises `TelekitError` where one cannot be written, or has changed since it was read.
    """
    for file, text in mend.texts.items():
        _write(Path(file).resolve(), before.written.sources[file], text)


def _write(path: Path, source: Source, text: str) -> None:
    try:
        data = path.read_bytes()
        mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
        if data != mark + source.text.encode():
            raise TelekitError(f"{path} has changed since it was read: it is left as it is, run the command again.")
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise TelekitError(f"{path} cannot be mended: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(mark + text.encode())
            stat = path.stat()
            os.fchmod(descriptor, stat.st_mode & 0o7777)
            with suppress(PermissionError):
                os.fchown(descriptor, stat.st_uid, stat.st_gid)
            stream.flush()
            os.fsync(descriptor)
        Path(beside).replace(path)
    except OSError as error:
        Path(beside).unlink(missing_ok=True)
        raise TelekitError(f"{path} cannot be mended: {error.strerror}") from error
