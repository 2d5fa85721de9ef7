"""`number-twice`: a number that stands in one list twice."""

from collections.abc import Iterator

from telekit.rules.gather import Entry
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.subject import Subject
from telekit.rules.tree import Mapping, Sequence, Text

_KEYS = (Text("dialed"), Text("caller"))
_STARTS, _IN, _WHEN = Text("starts"), Text("in"), Text("when")


def findings(subject: Subject) -> Iterator[Finding]:
    """Find numbers, starts of numbers and lists that are named twice in one place."""
    entries = subject.written.entries
    for entry in entries["lists"]:
        yield from _twice(entry, entry.node, entry.path)
    for entry in entries["routes"]:
        when = entry.node.get(_WHEN) if isinstance(entry.node, Mapping) else None
        tests = when if isinstance(when, Mapping) else Mapping()
        for key in _KEYS:
            test = tests.get(key)
            path = f"{entry.path}.when.{key}"
            yield from _twice(entry, test, path)
            if isinstance(test, Mapping):
                yield from _twice(entry, test.get(_STARTS), path)
                yield from _twice(entry, test.get(_IN), path)


def _twice(entry: Entry, items: object, path: str) -> Iterator[Finding]:
    first: dict[str, Text] = {}
    for item in items if isinstance(items, Sequence) else ():
        before = first.setdefault(item, item)
        if before is not item:
            place = f"line {before.line}" if before.line != item.line else f"column {before.column}"
            origin = entry.source.origin(item.line, item.column)
            message = f"'{item}' stands in this list twice, first at {place}"
            yield Finding(LintName.NUMBER_TWICE, origin, path, message, "remove one of the two", "entry")
