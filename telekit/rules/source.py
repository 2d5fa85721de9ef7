"""One rule file's text, and the places in it."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, field
from pathlib import Path

from telekit.domain.origin import Origin
from telekit.rules.diagnostic import Diagnostic

LARGEST_FILE = 32 * 2**20
"""In bytes; 10,000 agents take some 3 MiB."""

SQLITE = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat2.html, section 1.3."""
LOOKED_AT = 1024
"""In bytes; a zero among the first of a file says that it is no text."""

_BREAK = re.compile(r"\r\n|\r|\n")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that YAML refuses, and line breaks that no editor shows as such."""


@dataclass(slots=True)
class Source:
    """A text with the name of its file."""

    name: str
    text: str
    folder: Path
    """What the paths in it are relative to."""
    _lines: list[str] = field(default_factory=list)

    def line(self, number: int) -> str:
        """Give a line, counted from 1; empty past the end."""
        if not self._lines:
            self._lines = _BREAK.split(self.text)
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def place(self, index: int) -> tuple[int, int]:
        """Give line and column, both from 1, of the character at an index of the text."""
        before = _BREAK.split(self.text[:index])
        return len(before), len(before[-1]) + 1

    def origin(self, line: int, column: int) -> Origin:
        """Name a place for the plan."""
        return Origin(self.name, line, column)

    def complain(self, line: int, column: int, message: str, hint: str = "", *, path: str = "") -> Diagnostic:
        """Make a diagnostic about a place of this file."""
        return Diagnostic(self.name, line, column, path, message, hint, self.line(line))


def read_source(file: Path) -> Source | Diagnostic:
    """Read a file as text; give the complaint instead when that cannot be done."""
    name = str(file)
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return Diagnostic(name, 0, 0, "", "does not exist")
    except OSError as error:
        return Diagnostic(name, 0, 0, "", f"cannot be read: {error.strerror or error}")
    if len(data) > LARGEST_FILE:
        return Diagnostic(name, 0, 0, "", f"is larger than {LARGEST_FILE // 2**20} MiB; spread it over several files")
    return source_of(name, data, file.parent)


def source_of(name: str, data: bytes, folder: Path) -> Source | Diagnostic:
    """Decode a file's bytes as UTF-8, with or without a byte order mark."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return Diagnostic(name, 0, 0, "", "is UTF-16", "save it as UTF-8")
    data = data.removeprefix(BOM_UTF8)
    if b"\0" in data[:LOOKED_AT]:
        what = "is a database, such as telekit's journal" if data.startswith(SQLITE) else "is no text"
        return Diagnostic(name, 0, 0, "", what, "name a file of rules")
    try:
        source = Source(name, data.decode(), folder)
    except UnicodeDecodeError as error:
        shown = Source(name, data.decode(errors="replace"), folder)
        line, column = shown.place(len(data[: error.start].decode()))
        return shown.complain(line, column, f"byte 0x{data[error.start]:02X} is not UTF-8", "save the file as UTF-8")
    unwanted = _UNWANTED.search(source.text)
    if unwanted:
        line, column = source.place(unwanted.start())
        return source.complain(line, column, f"the invisible character U+{ord(unwanted[0]):04X} is not allowed here")
    return source
