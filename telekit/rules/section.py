"""The sections of the rules, as the documents define them."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, get_args, get_origin

from telekit.rules.declared import Kind
from telekit.rules.document.rules import RulesDocument


class Layout(Enum):
    """How a section's entries stand below it."""

    SINGLE = auto()
    """The section is its one entry."""
    NAMED = auto()
    """A mapping from names to entries."""
    LISTED = auto()
    """A list of entries."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section."""

    name: str
    layout: Layout
    form: Any
    """What one entry is: a type annotation that pydantic reads."""
    declares: Kind | None
    """What its names, or its items, are the names of."""


def _section(name: str, annotation: Any) -> Section:
    declares = next((kind for kind in Kind if kind.section == name), None)
    if get_origin(annotation) is dict:
        return Section(name, Layout.NAMED, get_args(annotation)[1], declares)
    if get_origin(annotation) is tuple:
        return Section(name, Layout.LISTED, get_args(annotation)[0], declares)
    return Section(name, Layout.SINGLE, annotation, declares)


SECTIONS = {name: _section(name, field.annotation) for name, field in RulesDocument.model_fields.items()}
