"""Mend what lints found, in the text as it was written: all other lines, comments and blanks stay as they are.

Only what is certain is mended: what is removed changes no decision, and nobody can have meant it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from telekit.rules.lints.finding import Finding
from telekit.rules.lints.silence import COMMENT
from telekit.rules.source import Source

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BLANKS_FIRST = re.compile(r"\A(?:[ \t]*\r?\n)+")
_BLANKS_LAST = re.compile(r"(?:\A|(?<=\n))(?:[ \t]*\r?\n)+\Z")
_COMMA = re.compile(r"(?:\s|#[^\n]*\n)*,")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text from one index up to another, replaced."""

    start: int
    end: int
    text: str = ""


def mended(source: Source, findings: Iterable[Finding]) -> str:
    """Give a file's text without what these findings, all of this file, say should go."""
    entries = {(one.origin.line, one.origin.column) for one in findings if one.mend == "entry"}
    words = {(one.origin.line, one.origin.column) for one in findings if one.mend == "comment"}
    edits = [*_in_comments(source, words), *(_of_entries(source.text, entries) if entries else ())]
    text = source.text
    for edit in sorted(edits, reverse=True):
        before, after = text[: edit.start], text[edit.end :]
        if not edit.text:
            before, after = _closed_up(before, after)
        text = before + edit.text + after
    return text


def _closed_up(before: str, after: str) -> tuple[str, str]:
    """Take away blank lines where whole lines have gone from between two lots of them: one lot is enough."""
    if not (blank := _BLANKS_LAST.search(before)):
        return before, after
    after = _BLANKS_FIRST.sub("", after)
    return before if after else before[: blank.start()], after


def _of_entries(text: str, places: Collection[tuple[int, int]]) -> Iterator[Edit]:
    """Remove the items of lists that begin at these places."""
    ahead = [yaml.compose(text, Loader=_LOADER)]
    while ahead:
        node = ahead.pop()
        if isinstance(node, yaml.MappingNode):
            ahead += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            ahead += node.value
            gone = [_place(item) in places for item in node.value]
            if any(gone):
                yield from (
                    _from_flow(text, node.value, gone) if node.flow_style else _from_block(text, node.value, gone)
                )


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _from_block(text: str, items: list[yaml.Node], gone: list[bool]) -> Iterator[Edit]:
    """Remove items with the lines that they fill, from the dash on; comments on lines of their own stay."""
    for item, goes in zip(items, gone, strict=True):
        dash = text.rindex("-", 0, item.start_mark.index)
        start = text.rfind("\n", 0, dash) + 1
        if goes and not text[start:dash].strip():
            yield Edit(start, _line_end(text, _end(item)))


def _from_flow(text: str, items: list[yaml.Node], gone: list[bool]) -> Iterator[Edit]:
    """Remove items each with the comma after it; where the last goes and has none, also that of the last that stays."""
    commas = [_comma_after(text, _end(item)) for item in items]
    for number, (item, goes) in enumerate(zip(items, gone, strict=True)):
        if goes:
            before = commas[number - 1] if number else None
            yield from _item(text, item, commas[number], before)
    staying = [number for number, goes in enumerate(gone) if not goes]
    last = commas[staying[-1]] if staying else None
    if gone[-1] and commas[-1] is None and last is not None:
        yield Edit(_blanks_before(text, last), last + 1)


def _comma_after(text: str, index: int) -> int | None:
    found = _COMMA.match(text, index)
    return found.end() - 1 if found else None


def _item(text: str, item: yaml.Node, comma: int | None, before: int | None) -> Iterator[Edit]:
    """Remove an item of a list in brackets with a comma, and the blanks before it or, if it is the first, after it."""
    start, end = item.start_mark.index, _end(item)
    if comma is not None and not text[end:comma].strip(" \t"):
        end = comma + 1
    elif comma is not None:
        yield Edit(comma, comma + 1)
    if before is not None and not text[before + 1 : start].strip(" \t"):
        start = before + 1
    elif before is None:
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    yield _alone(text, start, end)


def _blanks_before(text: str, index: int) -> int:
    return len(text[:index].rstrip(" \t"))


def _alone(text: str, start: int, end: int) -> Edit:
    """Remove an item; with its line, where nothing else stands on it."""
    first, last = text.rfind("\n", 0, start) + 1, _line_end(text, end)
    return Edit(start, end) if text[first:start].strip() or text[end:last].strip() else Edit(first, last)


def _end(node: yaml.Node) -> int:
    index: int = node.end_mark.index
    return index


def _line_end(text: str, index: int) -> int:
    """Give where the line ends that holds an index, its break included."""
    if index and text[index - 1] == "\n":
        return index
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _in_comments(source: Source, places: Collection[tuple[int, int]]) -> Iterator[Edit]:
    """Remove these names from their comments, and the comments that hold no other."""
    text = source.text
    for comment in COMMENT.finditer(text) if places else ():
        words = list(re.finditer(r"[a-z][a-z-]*", comment["names"]))
        begins = comment.start("names")
        kept = [word[0] for word in words if source.place(begins + word.start()) not in places]
        if len(kept) == len(words):
            continue
        if kept:
            yield Edit(begins, comment.end("names"), ", ".join(kept))
            continue
        start, end = comment.start(), text.find("\n", comment.start())
        end = len(text) if end < 0 else end
        first = text.rfind("\n", 0, start) + 1
        if not text[first:start].strip():
            yield Edit(first, _line_end(text, start + 1))
        else:
            yield Edit(_blanks_before(text, start), end - text[start:end].endswith("\r"))
