"""What is spelt out for the compiler makes the same values."""

import ast
from typing import Any

from telekit.simulate.constructors import Spelt

VALUES = '''
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where it stands."""

    line: str
    number: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return f"{self.line} {self.number}"

@dataclass(slots=True)
class Tally:
    by_line: dict[str, int] = field(default_factory=dict)
    lines: int = field(init=False)

    def __post_init__(self) -> None:
        self.lines = len(self.by_line)

@dataclass(slots=True, eq=False)
class Waiting:
    call: str
    lines: list["Place"] = field(default_factory=list)
'''


def test_values_are_made_and_compared_as_they_were() -> None:
    for made in (_run(ast.parse(VALUES)), _run(Spelt().visit(ast.parse(VALUES)))):
        place, tally, waiting = made["Place"], made["Tally"], made["Waiting"]
        assert place("help") == place("help", 2)
        assert hash(place("help")) == hash(place("help", number=2))
        assert place("a") < place("b")
        assert str(place("help")) == "help 1"
        assert tally({"help": 3}).lines == 1
        assert tally() == tally({})
        assert tally().by_line is not tally().by_line
        assert waiting("c") != waiting("c")
        assert waiting("c").lines == []


def _run(tree: ast.Module) -> dict[str, Any]:
    made: dict[str, Any] = {"__name__": __name__}
    exec(compile(ast.fix_missing_locations(tree), "values", "exec"), made)
    return made
