"""From pydantic's errors to diagnostics: each with its place in the file and in a person's words."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import Tag, ValidationError
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
    found = [
        ((*details["loc"], *mistake.at), mistake)
        for details in error.errors(include_url=False, include_input=False)
        for mistake in _mistakes(details, entry, form)
    ]
    misspelt = {(loc[:-2], mistake.hint) for loc, mistake in found if loc[-1:] == (KEY,)}
    for loc, mistake in found:
        if (loc[:-1], f"did you mean '{''.join(map(str, loc[-1:]))}'?") not in misspelt:
            yield complain(entry, loc, mistake)


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
        return Mistake(f"unknown key '{loc[-1]}'", _hint_for_key(str(loc[-1]), loc[:-1], form), at=(KEY,))
    if details["type"] == "missing":
        return _missing(str(loc[-1]), _forms_at(form, loc[:-1]))
    expected = _expected(_forms_at(form, loc), _forms_at(form, loc[:-1]), loc)
    return Mistake(f"expected {expected}, not {kind_of(_node_at(entry.node, loc))}")


def _hint_for_key(key: str, loc: Loc, form: Any) -> str:
    known = [name for document in _documents(_forms_at(form, loc)) for name in _fields(document)]
    in_union = bool(loc) and str(loc[-1]).startswith("<")
    for sibling in _documents(_forms_at(form, loc[:-1])) if in_union else ():
        if key in _fields(sibling):
            return f"it is for {sibling.form}"
    return did_you_mean(key, known) or f"known are {', '.join(known)}"


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
    shape = "a list" if any(get_origin(form) is tuple for form in forms) else "a mapping"
    examples = [_fields(document)[str(loc[-1])].examples for document in _documents(above)]
    return f"{shape} such as {examples[0][0]}" if examples and examples[0] else shape


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
    forms = [form]
    for part in loc:
        if isinstance(part, str) and part.startswith("<"):
            forms = [branch for outer in forms for branch in _branches(outer) if part in _tags(branch)]
        elif part != KEY:
            plain = [inner for outer in forms for inner in _plain(outer)]
            forms = [inner for outer in plain for inner in _inside(outer, part)]
    return [inner for outer in forms for inner in _plain(outer)]


def _inside(form: Any, part: int | str) -> Iterator[Any]:
    if isinstance(form, type) and issubclass(form, Document):
        field = _fields(form).get(str(part))
        if field is not None:
            yield field.annotation
    elif get_origin(form) is dict:
        yield get_args(form)[1]
    elif get_origin(form) is tuple:
        yield get_args(form)[0]


def _plain(form: Any) -> Iterator[Any]:
    """Take the annotations off a form, and a union apart."""
    for branch in _branches(form):
        if get_origin(branch) is Annotated:
            yield from _plain(get_args(branch)[0])
        elif branch is not type(None):
            yield branch


def _branches(form: Any) -> Iterator[Any]:
    """Take a union apart, but leave the annotations on its branches."""
    bare = form
    while get_origin(bare) is Annotated:
        bare = get_args(bare)[0]
    if get_origin(bare) not in (Union, types.UnionType):
        yield form
        return
    for branch in get_args(bare):
        yield from _branches(branch)


def _tags(form: Any) -> list[str]:
    return [mark.tag for mark in getattr(form, "__metadata__", ()) if isinstance(mark, Tag)]
