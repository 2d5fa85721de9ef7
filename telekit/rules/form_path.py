"""Which forms (type annotations) may stand at a place of the rules: what pydantic's errors leave to be looked up."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

Loc = tuple[int | str, ...]
"""A way through mappings and lists, as pydantic gives it: `<…>` names the branch of a union that was taken."""

KEY = "[key]"
"""At the end of a way: the key itself, not what it holds."""


def forms_at(form: Any, loc: Loc) -> list[Any]:
    """Follow a way into a form; give the bare forms at its end."""
    forms = [form]
    for part in loc:
        if is_branch(part):
            forms = [branch for outer in forms for branch in _branches(outer) if part in _tags(branch)]
        elif part != KEY:
            forms = [inner for outer in forms for bare in _bare(outer) for inner in _inside(bare, part)]
    return [inner for outer in forms for inner in _bare(outer)]


def documents_at(form: Any, loc: Loc) -> list[type[BaseModel]]:
    """Give the documents among the forms at the end of a way."""
    return [found for found in forms_at(form, loc) if isinstance(found, type) and issubclass(found, BaseModel)]


def keys_of(document: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give a document's fields by the keys that an administrator writes."""
    return {field.alias or name: field for name, field in document.model_fields.items()}


def is_branch(part: int | str) -> bool:
    """Say whether a part of a way names a branch of a union."""
    return isinstance(part, str) and part.startswith("<")


def _inside(form: Any, part: int | str) -> Iterator[Any]:
    if isinstance(form, type) and issubclass(form, BaseModel):
        field = keys_of(form).get(str(part))
        if field is not None:
            yield field.annotation
    elif get_origin(form) is dict:
        yield get_args(form)[1]
    elif get_origin(form) is tuple:
        yield get_args(form)[0]


def _bare(form: Any) -> Iterator[Any]:
    """Take the annotations off a form, and a union apart."""
    for branch in _branches(form):
        if get_origin(branch) is Annotated:
            yield from _bare(get_args(branch)[0])
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
