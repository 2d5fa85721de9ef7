"""Comments that silence a lint at their place: `# meant: never-served`.

A comment counts for the line that it ends; one on a line of its own, or several such, for the next line that is none.
`# meant in this file: clock-change` counts for all of the file. What follows the names is for people.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from telekit.rules.closest import did_you_mean
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.source import Source
from telekit.rules.tree import EVENTS

COMMENT = re.compile(
    r"(?<![^\s])#\s*meant(?P<file> in this file)?:\s*(?P<names>[a-z][a-z-]*(?:,\s*[a-z][a-z-]*)*)", re.MULTILINE
)
_WORD = re.compile(r"[a-z][a-z-]*")
_ALONE = re.compile(r"\s*(#.*)?")


@dataclass(frozen=True, slots=True)
class Silence:
    """One name in one comment."""

    name: str
    line: int | None
    """The line for which it counts; None: all of the file."""
    at: tuple[int, int]
    """Line and column of the name itself."""


def silences_of(source: Source) -> list[Silence]:
    """Give the silences that a file holds."""
    if "meant" not in source.text:
        return []
    texts = _texts(source.text)
    found: list[Silence] = []
    for comment in COMMENT.finditer(source.text):
        if any(start <= comment.start() < end for start, end in texts):
            continue
        line, _ = source.place(comment.start())
        counts = None if comment["file"] else _next_line(source, line)
        for word in _WORD.finditer(source.text, comment.start("names"), comment.end("names")):
            found.append(Silence(word[0], counts, source.place(word.start())))
    return found


def _texts(text: str) -> list[tuple[int, int]]:
    """Give where scalars stand, in which a # is no comment."""
    scanner = EVENTS(text)
    spans: list[tuple[int, int]] = []
    while True:
        token = scanner.get_token()
        if token is None or isinstance(token, yaml.StreamEndToken):
            return spans
        if isinstance(token, yaml.ScalarToken):
            spans.append((token.start_mark.index, token.end_mark.index))


def _next_line(source: Source, line: int) -> int:
    """Give the line for which a comment counts: its own, or, where it stands alone, the next that holds anything."""
    lines = source.text.count("\n") + 1
    while line <= lines and _ALONE.fullmatch(source.line(line)):
        line += 1
    return line


def hear(findings: list[Finding], sources: dict[str, Source]) -> Iterator[Finding]:
    """Give the findings that no comment silences, and the comments that silence nothing."""
    silences = {name: silences_of(source) for name, source in sources.items()}
    used: set[tuple[str, Silence]] = set()
    for finding in findings:
        silencing = [one for one in silences.get(finding.origin.file, ()) if _silences(one, finding)]
        used.update((finding.origin.file, one) for one in silencing)
        if not silencing:
            yield finding
    for file, several in silences.items():
        for one in several:
            if (file, one) not in used:
                yield _needless(sources[file], one)


def _silences(one: Silence, finding: Finding) -> bool:
    return one.name == finding.name and one.line in (None, finding.origin.line)


def _needless(source: Source, one: Silence) -> Finding:
    if one.name in list(LintName):
        message, hint = f"there is no '{one.name}' to silence here", "remove the name"
    else:
        message, hint = f"there is no lint '{one.name}'", did_you_mean(one.name, list(LintName)) or "remove the name"
    return Finding(LintName.NEEDLESS_SILENCE, source.origin(*one.at), "", message, hint, "comment")
