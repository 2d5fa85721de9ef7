"""From pydantic's errors to diagnostics: each with its place in the file and in a person's words."""

import re
from collections.abc import Iterator
from typing import Any, cast, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from telekit.rules.closest import did_you_mean
from telekit.rules.diagnostic import Diagnostic
from telekit.rules.document.shape import Document
from telekit.rules.form import kind_of
from telekit.rules.form_path import KEY, Loc, documents_at, forms_at, is_branch, keys_of
from telekit.rules.gather import Entry
from telekit.rules.mistake import Mistake, Mistakes
from telekit.rules.source import Source
from telekit.rules.tree import Mapping, Node, Sequence, Text

_SCALARS = {"int_parsing": "a whole number", "bool_parsing": "true or false", "string_type": "text"}
"""What pydantic misses where a field has no form of its own."""
_SHAPES: dict[Any, str] = {dict: "a mapping", tuple: "a list", list: "a list"}
"""The same of what is no scalar."""


def diagnose(entry: Entry, error: ValidationError, form: Any) -> Iterator[Diagnostic]:
    """Give every diagnostic for an entry that should have been of this form (a type annotation)."""
    found = [
        ((*details["loc"], *mistake.at), mistake)
        for details in error.errors(include_url=False, include_input=False)
        for mistake in _mistakes(details, entry, form)
    ]
    meant = {(loc[:-2], mistake.hint) for loc, mistake in found if loc[-1:] == (KEY,)}
    for loc, mistake in found:
        is_missing_since_misspelt = bool(loc) and (loc[:-1], f"did you mean '{loc[-1]}'?") in meant
        if not is_missing_since_misspelt:
            yield complain(entry, loc, mistake)


def complain(entry: Entry, loc: Loc, mistake: Mistake) -> Diagnostic:
    """Give the diagnostic for a mistake at a way into an entry.

    The caret is at a scalar itself; at the key of a mapping or a list; at an item of a list.
    """
    node, key, path, path_above = entry.node, entry.key, entry.path, entry.path
    for part in loc:
        if isinstance(part, str) and isinstance(node, Mapping) and part in node:
            key = next(written for written in node if written == part)
            node, path, path_above = node[key], f"{path}.{part}".lstrip("."), path
        elif isinstance(part, int) and isinstance(node, Sequence) and part < len(node):
            node, key, path = node[part], None, f"{path}[{part + 1}]"
    if key is not None and loc[-1:] == (KEY,):
        return entry.source.complain(key.line, key.column, mistake.message, mistake.hint, path=path_above)
    if key is not None and not (isinstance(node, Text) and node):
        return entry.source.complain(key.line, key.column, mistake.message, mistake.hint, path=path)
    column = node.column + _offset(entry.source, node, mistake.offset)
    return entry.source.complain(node.line, column, mistake.message, mistake.hint, path=path)


def _offset(source: Source, node: Node, offset: int) -> int:
    """Turn an offset in a scalar into one in the file; 0 when the scalar is not written as it reads."""
    if not isinstance(node, Text) or not offset:
        return 0
    rest = source.line(node.line)[node.column - 1 :]
    if rest.startswith(node):
        return offset
    return offset + 1 if rest[1:].startswith(node) else 0


def _mistakes(details: ErrorDetails, entry: Entry, form: Any) -> tuple[Mistake, ...]:
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, Mistakes):
        return cause.mistakes
    return (cause if isinstance(cause, Mistake) else _told(details, entry, form),)


def _told(details: ErrorDetails, entry: Entry, form: Any) -> Mistake:
    """Word an error that pydantic found by itself."""
    loc = details["loc"]
    if details["type"] == "extra_forbidden":
        return Mistake(f"unknown key '{loc[-1]}'", _hint_for_key(str(loc[-1]), loc[:-1], form), at=(KEY,))
    if details["type"] == "missing":
        example = _example_of(loc, form)
        return Mistake(f"'{loc[-1]}' is missing" + (f", such as {loc[-1]}: {example}" if example else ""))
    found = kind_of(_node_at(entry.node, loc))
    if details["type"] == "literal_error":
        words = re.findall(r"'([^']*)'", details["ctx"]["expected"])
        return Mistake(f"unknown word {found}", did_you_mean(found.strip("'"), words))
    if details["type"] in ("greater_than_equal", "less_than_equal"):
        bound = "at least" if details["type"] == "greater_than_equal" else "at most"
        return Mistake(f"must be {bound} {next(iter(details['ctx'].values()))}, not {found}")
    return Mistake(f"expected {_SCALARS.get(details['type']) or _expected(loc, form)}, not {found}")


def _hint_for_key(key: str, loc: Loc, form: Any) -> str:
    """Say which key was meant, or which other document of a union has it."""
    siblings = documents_at(form, loc[:-1]) if loc and is_branch(loc[-1]) else []
    for sibling in siblings:
        if key in keys_of(sibling):
            return f"it is for {_form_of(sibling)}"
    known = [name for document in documents_at(form, loc) for name in keys_of(document)]
    return did_you_mean(key, known) or f"known are {', '.join(known)}"


def _example_of(loc: Loc, form: Any) -> str:
    """Show what the key at the end of a way may hold; empty when no document has an example."""
    for document in documents_at(form, loc[:-1]):
        examples = keys_of(document)[str(loc[-1])].examples
        if examples:
            return str(examples[0])
    return ""


def _expected(loc: Loc, form: Any) -> str:
    for document in documents_at(form, loc):
        return _form_of(document)
    shape = next((_SHAPES[origin] for origin in map(get_origin, forms_at(form, loc)) if origin in _SHAPES), "a value")
    example = _example_of(loc, form)
    return f"{shape} such as {example}" if example else shape


def _form_of(document: type[BaseModel]) -> str:
    return document.form if issubclass(document, Document) else "a mapping of keys to values"


def _node_at(node: Node, loc: Loc) -> Node:
    for part in loc:
        if isinstance(node, Mapping) and part in node:
            node = node[cast(Text, part)]
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node[part]
    return node
