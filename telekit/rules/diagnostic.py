"""What an administrator is told about a rule file: where, what is wrong, and what to write instead."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from telekit.errors import RulesError

_WIDEST_EXCERPT = 160
_LONGEST_MESSAGE = 300
"""In characters; a message quotes what was written."""


class Severity(StrEnum):
    """How much a diagnostic weighs."""

    ERROR = "error"
    """The rules cannot be used."""
    WARNING = "warning"
    """They can, but callers or agents will hardly be treated as was meant."""
    NOTE = "note"
    """They can, and nobody is hurt; but somebody who reads them is misled."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint; `str()` gives it as the terminal shows it, with the line and a caret below the place."""

    file: str
    line: int
    """From 1; 0 when the complaint is about the file as a whole."""
    column: int
    """From 1, in characters."""
    path: str
    """The way from the top of the rules to the place: `queues.billing.steps[2]`; items count from 1."""
    message: str
    hint: str = ""
    """What to write instead: `did you mean 'requires'?`."""
    excerpt: str = ""
    """The line as it stands in the file."""
    severity: Severity = Severity.ERROR
    name: str = ""
    """Of a lint."""

    @property
    def headline(self) -> str:
        """Give the complaint on one line, without the excerpt."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        about = f"{self.path}: " if self.path else ""
        hint = f"; {self.hint}" if self.hint else ""
        message = self.message
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[:_LONGEST_MESSAGE]}…"
        name = f" [{self.name}]" if self.name else ""
        return _printable(f"{place}: {about}{message}{hint}{name}")

    def __str__(self) -> str:
        if not self.line:
            return self.headline
        shown, before = _fit(self.excerpt, self.column - 1)
        return f"{self.headline}\n{shown}\n{' ' * _columns(shown[:before])}^"


class BadRules(RulesError):  # noqa: N818  (it reads as what it is)
    """Say that rule files have mistakes, and carry all of them."""

    diagnostics: tuple[Diagnostic, ...]

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        first = diagnostics[0].headline
        others = len(diagnostics) - 1
        more = f" (and {others} more mistake{'s' if others > 1 else ''})" if others else ""
        super().__init__(f"{first}{more}")


def _fit(line: str, index: int) -> tuple[str, int]:
    """Make a line safe and short enough for a terminal; give it with the index's new place in it."""
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line.replace("\t", " "))
    shown = shown.rstrip()
    if len(shown) <= _WIDEST_EXCERPT:
        return shown, index
    start = max(0, index - _WIDEST_EXCERPT // 2)
    return shown[start : start + _WIDEST_EXCERPT], index - start


def _printable(text: str) -> str:
    """Write out what a terminal would obey or hide."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _columns(text: str) -> int:
    """Count the terminal's columns that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
