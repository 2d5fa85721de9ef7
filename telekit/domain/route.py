"""Which calls go where: routes, the lists they ask, and menus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.domain.destination import Destination
from telekit.domain.names import ListName, LookupName, MenuName, VariableName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.preference import Preference


@dataclass(frozen=True, slots=True)
class Numbers:
    """A test on a number: one of these, one that starts so, or one in these lists. Any of the three suffices."""

    exactly: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    lists: tuple[ListName, ...] = ()
    anonymous: bool = False
    """Also calls without a number."""


Given = tuple[tuple[VariableName, frozenset[str]], ...]
"""Tests on what lookups gave: each is one of these texts."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Look something up for matching calls that come this far; tests are those of a route."""

    lookup: LookupName
    dialed: Numbers | None = None
    caller: Numbers | None = None
    given: Given = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Route:
    """Send matching calls somewhere; a test that is None lets every call pass."""

    destination: Destination
    dialed: Numbers | None = None
    caller: Numbers | None = None
    given: Given = ()
    inquiries: tuple[Inquiry, ...] = ()
    """What is looked up before this route is tried, in this order."""
    label: str = ""
    """The `name` that the administrator gave; may be empty."""
    prefer: Preference | None = None
    """For whom the call is held at first; only where the destination is a queue."""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Menu:
    """A choice by key."""

    name: MenuName
    say: tuple[str, ...]
    """Names of prompts."""
    choices: Mapping[str, Destination]
    """From one key (`0`-`9`, `*`, `#`) to where it leads."""
    nothing: Destination
    """Where a caller goes who presses nothing, or nothing that leads anywhere, `tries` times."""
    tries: int = 3
    timeout: timedelta = timedelta(seconds=5)
    origin: Origin = NOWHERE
    places: Mapping[str, Origin] = field(default_factory=dict)
    """Where each of its keys was written: `1`, `nothing`."""

    def place_of(self, key: str | None) -> Origin:
        """Tell where a key is written, or with None what pressing nothing leads to; the menu itself for no such key."""
        return self.places.get(key if key is not None else "nothing", self.origin)
