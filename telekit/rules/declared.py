"""Which names the rules declare, so that a name used can be told from a name misspelt."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from sys import intern

from telekit.domain.origin import Origin
from telekit.rules.beside import Beside
from telekit.rules.closest import did_you_mean
from telekit.rules.mistake import Mistake

_MOST_COMPARISONS = 200_000
"""What guessing may cost in all, in words looked at; a third of a second."""


class Kind(StrEnum):
    """What a name may be the name of, in the words of a complaint."""

    SKILL = "skill"
    AGENT = "agent"
    SHIFT = "shift"
    QUEUE = "queue"
    LIST = "list"
    MENU = "menu"
    LOOKUP = "lookup"
    VARIABLE = "variable"

    @property
    def section(self) -> str:
        """Give the section that declares such names, if one of that name does; a variable is declared by a lookup."""
        return f"{self.value}s"


@dataclass(slots=True)
class Declared:
    """Every name with the place where it is declared."""

    names: Mapping[Kind, dict[str, Origin]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    beside: Beside | None = None
    """The files that were not named and lie beside; None where nobody looks there."""
    complete: bool = True
    """Whether every file could be read; if not, a name that is missing here is no mistake."""
    scripts: Collection[str] | None = None
    """The call scripts that there are, of which the rules themselves say nothing; None where nobody knows."""
    _guesses: dict[tuple[Kind, str], str] = field(default_factory=dict)
    _comparisons: int = 0

    def resolve(self, kind: Kind, name: str) -> str:
        """Give a name back as plain text when it is declared; raise `Mistake` otherwise."""
        if name in self.names[kind] or not self.complete:
            return intern(str(name))
        raise Mistake(f"unknown {kind} '{name}'", self._guess(kind, name))

    def resolve_given(self, name: str) -> str:
        """Give the name of what a lookup gives back as plain text; raise `Mistake` when none gives it."""
        known = self.names[Kind.VARIABLE]
        if name in known or not self.complete:
            return intern(str(name))
        hint = did_you_mean(name, known) or "declare a lookup that gives it under 'lookups'"
        raise Mistake(f"no lookup gives '{name}'", hint)

    def resolve_script(self, name: str) -> str:
        """Give the name of a call script back as plain text; raise `Mistake` when it is known that there is none."""
        if self.scripts is None or name in self.scripts:
            return intern(str(name))
        hint = did_you_mean(name, self.scripts) or f"put {name}.py into the scripts folder that telekit.yaml names"
        raise Mistake(f"unknown script '{name}'", hint)

    def _declared_beside(self, kind: Kind, name: str) -> str:
        file = self.beside.declares(kind.section, name) if self.beside is not None else None
        return f"{file} declares it: name that too, or its folder" if file is not None else ""

    def _guess(self, kind: Kind, name: str) -> str:
        """Guess what was meant, as long as guessing has not cost too much."""
        key = kind, str(name)
        if key not in self._guesses:
            known = self.names[kind]
            self._comparisons += len(known)
            if self._comparisons > _MOST_COMPARISONS:
                return ""
            self._guesses[key] = self._declared_beside(kind, name) or did_you_mean(name, known)
            self._guesses[key] = self._guesses[key] or f"declare it under '{kind.section}'"
        return self._guesses[key]
