"""YAML as the administrator typed it: every scalar stays text and knows its place.

YAML's own idea of values (`22:00` is 1320, `NO` is false, `0123` is 83, `+33…` loses its plus) never comes in,
because only the parser's events are used. Anchors, aliases, tags and merge keys are refused.
"""

from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.source import Source
from telekit.rules.yaml_complaint import complaint_of


class PureEvents(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's parser in Python: the same as libyaml's, and much slower."""

    def __init__(self, stream: str) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


try:
    from yaml.cyaml import CParser as _FastEvents  # type: ignore[attr-defined]
except ImportError:  # PyYAML was built without libyaml
    EVENTS: Callable[[str], Any] = PureEvents
else:
    EVENTS = _FastEvents

DEEPEST = 16
"""Levels of nesting; the rules need seven."""


class Text(str):
    """A scalar, or a key; line and column count from 1."""

    __slots__ = ("column", "line")
    line: int
    column: int


class Mapping(dict[Text, Any]):
    """A mapping of keys to nodes, in the order written."""

    __slots__ = ("column", "line")
    line: int
    column: int


class Sequence(list[Any]):
    """A list of nodes."""

    __slots__ = ("column", "line")
    line: int
    column: int


Node = Text | Mapping | Sequence


START = "rules start with a section, such as 'agents:' or 'queues:', at the left margin"


def read_tree(source: Source, start: str = START) -> tuple[Mapping | None, list[Diagnostic]]:
    """Give a file's top mapping (empty for an empty file; None when it cannot be told) and what is wrong with it.

    `start` is the complaint about a file that does not start with a key. A key written twice is a complaint too, but
    the tree is given, with the first of the two.
    """
    grower = _Grower(source)
    try:
        top = grower.document()
    except yaml.MarkedYAMLError as error:
        return None, [*grower.complaints, complaint_of(error, source)]
    except _TooDeep:
        return None, grower.complaints
    if grower.torn:
        return None, grower.complaints
    if isinstance(top, Mapping):
        return top, grower.complaints
    if top is None or (top == "" and isinstance(top, Text)):
        return Mapping(), grower.complaints
    return None, [*grower.complaints, source.complain(top.line, top.column, start)]


class _TooDeep(Exception):  # noqa: N818
    pass


class _Grower:
    """Turns a parser's events into a tree."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.complaints: list[Diagnostic] = []
        self.torn = False
        """Whether something was left out of the tree, so that looking further at it would mislead."""
        self._next: Any = EVENTS(source.text).get_event

    def document(self) -> Node | None:
        """Read the only document of the stream; None when there is none."""
        top: Node | None = None
        documents = 0
        while not isinstance(event := self._next(), StreamEndEvent):
            if not isinstance(event, DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self._refuse(event, "a rule file is one YAML document", "remove this '---', or make two files")
                break
            top = self._node(self._next(), 0)
            self._next()
        return top

    def _node(self, event: Any, depth: int) -> Node:
        kind = event.__class__
        if kind is ScalarEvent:
            if event.anchor or (event.tag and event.tag != "!"):
                self._refuse_extras(event)
            return _text(event)
        if depth >= DEEPEST:
            self._refuse(event, f"rules are never nested deeper than {DEEPEST} levels")
            raise _TooDeep
        if kind is AliasEvent:
            self._refuse(event, f"aliases (*{event.anchor}) are not used in rules", "write the value out, or quote it")
            return _text(event, "")
        if event.anchor or event.tag:
            self._refuse_extras(event)
        return self._mapping(event, depth + 1) if kind is MappingStartEvent else self._sequence(event, depth + 1)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items = Sequence()
        items.line, items.column = start.start_mark.line + 1, start.start_mark.column + 1
        while (event := self._next()).__class__ is not SequenceEndEvent:
            items.append(self._node(event, depth))
        return items

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries = Mapping()
        entries.line, entries.column = start.start_mark.line + 1, start.start_mark.column + 1
        while (event := self._next()).__class__ is not MappingEndEvent:
            complaints = len(self.complaints)
            key = self._node(event, depth)
            value = self._node(self._next(), depth)
            if not isinstance(key, Text):
                if len(self.complaints) == complaints:
                    self._refuse(event, "a key is a word, not a list or a mapping", "braces that are text need quotes")
            elif key == "<<":
                self._refuse(event, "merge keys (<<) are not used in rules", "write the values out")
            elif key in entries:
                self._complain_of_twin(entries, key)
            else:
                entries[key] = value
        return entries

    def _complain_of_twin(self, entries: Mapping, key: Text) -> None:
        first = next(other for other in entries if other == key)
        place = self.source.origin(first.line, first.column)
        message = f"'{key}' is written twice; the first is at {place}"
        self.complaints.append(self.source.complain(key.line, key.column, message))

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self._refuse(event, f"anchors (&{event.anchor}) are not used in rules", "write the value out, or quote it")
        else:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"tags ({tag}) are not used in rules", "leave it out, or quote the value")

    def _refuse(self, event: Any, message: str, hint: str = "") -> None:
        mark = event.start_mark
        self.torn = True
        self.complaints.append(self.source.complain(mark.line + 1, mark.column + 1, message, hint))


def _text(event: Any, value: str | None = None) -> Text:
    text = Text(event.value if value is None else value)
    mark = event.start_mark
    text.line, text.column = mark.line + 1, mark.column + 1
    return text
