"""From pydantic's errors to diagnostics: each with its place in the file and in a person's words."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from telekit.rules.closest import did_you_mean
from telekit.rules.diagnostic import Diagnostic
from telekit.rules.document.shape import Document
from telekit.rules.form import kind_of
from telekit.rules.gather import Entry
from telekit.rules.mistake import Mistake, Mistakes
from telekit.rules.source import Source
from telekit.rules.tree import Mapping, Node, Sequence, Text

Loc = tuple[int | str, ...]

KEY = "[key]"
"""At the end of a way: the key itself, not what it holds; pydantic says it so too."""


def diagnose(entry: Entry, error: ValidationError, form: Any) -> Iterator[Diagnostic]:
    """Give every diagnostic for an entry that should have been of this form (a type annotation)."""
    for details in error.errors(include_url=False, include_input=False):
        for mistake in _mistakes(details, entry, form):
            yield complain(entry, (*details["loc"], *mistake.at), mistake)


def complain(entry: Entry, loc: Loc, mistake: Mistake) -> Diagnostic:
    """Give the diagnostic for a mistake at a way into an entry.

    The caret is at a scalar itself; at the key of a mapping or a list; at an item of a list.
    """
    node, key, path = entry.node, entry.key, entry.path
    for part in loc:
        if isinstance(part, str) and isinstance(node, Mapping) and part in node:
            key = next(written for written in node if written == part)
            node, path = node[key], f"{path}.{part}"
        elif isinstance(part, int) and isinstance(node, Sequence) and part < len(node):
            node, key, path = node[part], None, f"{path}[{part + 1}]"
    column = 0
    if key is not None and (loc[-1:] == (KEY,) or not isinstance(node, Text) or not node):
        place: Node = key
        if loc[-1:] == (KEY,) and path != entry.path:
            path = path.removesuffix(f".{key}")
    else:
        place = node
        column = _offset(entry.source, node, mistake.offset)
    return entry.source.complain(place.line, place.column + column, mistake.message, mistake.hint, path=path)


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
    if isinstance(cause, Mistake):
        return (cause,)
    return (_told(details, entry, form),)


def _told(details: ErrorDetails, entry: Entry, form: Any) -> Mistake:
    """Word an error that pydantic found by itself."""
    loc = details["loc"]
    if details["type"] == "extra_forbidden":
        known = [key for document in _documents(_forms_at(form, loc[:-1])) for key in _fields(document)]
        hint = did_you_mean(str(loc[-1]), known) or f"keys are {', '.join(known)}"
        return Mistake(f"unknown key '{loc[-1]}'", hint, at=(KEY,))
    if details["type"] == "missing":
        return _missing(str(loc[-1]), _forms_at(form, loc[:-1]))
    expected = _expected(_forms_at(form, loc), _forms_at(form, loc[:-1]), loc)
    return Mistake(f"expected {expected}, not {kind_of(_node_at(entry.node, loc))}")


def _missing(key: str, forms: list[Any]) -> Mistake:
    for document in _documents(forms):
        field = _fields(document).get(key)
        if field is not None:
            example = f", such as {key}: {field.examples[0]}" if field.examples else ""
            return Mistake(f"'{key}' is missing{example}")
    return Mistake(f"'{key}' is missing")


def _expected(forms: list[Any], above: list[Any], loc: Loc) -> str:
    documents = list(_documents(forms))
    if documents:
        return documents[0].form
    for document in _documents(above):
        field = _fields(document).get(str(loc[-1]))
        if field is not None and field.examples:
            return f"something such as {field.examples[0]}"
    return "something else"


def _node_at(node: Node, loc: Loc) -> Node:
    for part in loc:
        if isinstance(node, Mapping) and part in node:
            node = node[cast(Text, part)]
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node[part]
    return node


def _fields(document: type[Document]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in document.model_fields.items()}


def _documents(forms: list[Any]) -> Iterator[type[Document]]:
    for form in forms:
        if isinstance(form, type) and issubclass(form, Document):
            yield form


def _forms_at(form: Any, loc: Loc) -> list[Any]:
    """Give the forms that a place may have: the way goes through documents, mappings and lists."""
    forms = list(_plain(form))
    for part in loc:
        if isinstance(part, str) and part.startswith(("<", "[")):
            continue
        forms = [inner for outer in forms for inner in _inside(outer, part)]
    return forms


def _inside(form: Any, part: int | str) -> Iterator[Any]:
    if isinstance(form, type) and issubclass(form, Document):
        field = _fields(form).get(str(part))
        if field is not None:
            yield from _plain(field.annotation)
    elif get_origin(form) is dict:
        yield from _plain(get_args(form)[1])
    elif get_origin(form) is tuple:
        yield from _plain(get_args(form)[0])


def _plain(form: Any) -> Iterator[Any]:
    """Take the annotations off a form, and a union apart."""
    if get_origin(form) is Annotated:
        yield from _plain(get_args(form)[0])
    elif get_origin(form) in (Union, types.UnionType):
        for branch in get_args(form):
            yield from _plain(branch)
    elif form is not type(None):
        yield form
