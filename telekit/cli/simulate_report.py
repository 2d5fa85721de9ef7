"""What `telekit simulate` tells: as a table, as a page, for a program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isinf
from typing import Any

from telekit.cli.aligned import aligned
from telekit.rules.duration import write_duration
from telekit.simulate.figures import FIGURES, Figure, Figures, Group, Kind
from telekit.simulate.likely import Likely
from telekit.simulate.page import Told, page
from telekit.simulate.trip import End
from telekit.simulate.versus import Versus
from telekit.simulate.written import amount, changed, told

FEW_RUNS = 5
"""With fewer, chance is told by so little that margins are often wider than what they are of."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one rule set, or of two."""

    what: Sequence[str]
    names: Sequence[str]
    within: timedelta
    sides: Sequence[Figures]
    assumed: Sequence[tuple[str, str]]
    """What it all went by, each with its name."""

    def lines(self, versus: Versus | None) -> Iterator[str]:
        """Give what is printed."""
        yield from self.what
        for name, side in zip(self.names, self.sides, strict=False):
            if len(self.sides) > 1:
                yield ""
                yield name
            ends = _ends(side)
            if not ends:
                yield "no call comes in that time"
                continue
            yield from self._table(side)
            yield f"of the calls {ends}"
        if versus is not None:
            yield ""
            yield from self._changes(versus)
        runs = len(self.sides[0].results)
        if runs < FEW_RUNS:
            told = "a single run tells no margins" if runs == 1 else f"the margins of {runs} runs are wide"
            yield f"{told}: --runs 20 tells more"

    def page(self, versus: Versus | None) -> str:
        """Give the page in HTML."""
        title = "Two rule sets, the same calls" if versus is not None else "Simulated calls"
        return page(Told(title, self.what, write_duration(self.within), self.names, self.assumed), self.sides, versus)

    def for_program(self, versus: Versus | None) -> dict[str, Any]:
        """Give all for a program: times in seconds, shares from 0 to 1; margins of 95 %, null of a single run."""
        figures = [[_row(group, found) for group, found in side.rows()] for side in self.sides]
        runs = len(self.sides[0].results)
        if versus is None:
            return {"runs": runs, "figures": figures[0]}
        return {
            "runs": runs,
            "rules": [{"name": name, "figures": each} for name, each in zip(self.names, figures, strict=True)],
            "changes": [
                {
                    "of": change.group.kind.value,
                    "name": change.group.name,
                    "figure": change.figure.name,
                    "before": change.before,
                    "after": change.after,
                    "by": change.by.mean,
                    "margin": change.by.margin,
                }
                for change in versus.changes
            ],
        }

    def _table(self, side: Figures) -> Iterator[str]:
        only_queue = len([group for group in side.groups if group.kind is Kind.QUEUE]) == 1
        rows = [["", *map(self._name, FIGURES)]]
        for group, found in side.rows():
            if not (only_queue and group.kind is Kind.QUEUE):
                rows.append([_title(group), *(told(figure, found[figure.name]) for figure in FIGURES)])
        return aligned(rows, left=1)

    def _changes(self, versus: Versus) -> Iterator[str]:
        if not versus.changes:
            yield f"no difference beyond chance, of {versus.compared} compared"
            return
        yield "differences beyond chance"
        rows = []
        for change in versus.changes:
            before, after = (amount(change.figure.unit, value) for value in (change.before, change.after))
            by = changed(change.figure, change.by)
            rows.append([_title(change.group), self._name(change.figure), f"{before} -> {after}", by])
        yield from aligned(rows, left=4)
        yield f"the other {versus.compared - len(versus.changes)} figures differ by no more than chance does"

    def _name(self, figure: Figure) -> str:
        return f"in {write_duration(self.within)}" if figure.name == "service level" else figure.name


def _title(group: Group) -> str:
    return f"skill {group.name}" if group.kind is Kind.SKILL else group.name


def _row(group: Group, found: Any) -> dict[str, Any]:
    return {"of": group.kind.value, "name": group.name, **{name: _both(each) for name, each in found.items()}}


def _both(found: Likely | None) -> dict[str, float | None] | None:
    return {"mean": found.mean, "margin": None if isinf(found.margin) else found.margin} if found is not None else None


def _ends(figures: Figures) -> str:
    """Tell in a sentence how calls ended."""
    runs = len(figures.results)
    total = {end: sum(result.ends[end] for result in figures.results) / runs for end in End}
    return ", ".join(f"{_count(number)} {end.value}" for end, number in total.items() if number)


def _count(number: float) -> str:
    return f"{number:,.0f}" if number >= 0.5 else "hardly one"
