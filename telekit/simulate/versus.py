"""Two rule sets that led the same calls: where they differ, beyond what chance does."""

from collections.abc import Iterator
from dataclasses import dataclass

from telekit.simulate.figures import FIGURES, Figure, Figures, Group
from telekit.simulate.likely import SURE, Likely, difference


@dataclass(frozen=True, slots=True)
class Change:
    """How one figure of one group changes."""

    group: Group
    figure: Figure
    before: float
    after: float
    by: Likely

    @property
    def is_better(self) -> bool | None:
        """Say whether callers or agents are better off for it; None of what is neither."""
        return (self.by.mean > 0) is (self.figure.better > 0) if self.figure.better else None


@dataclass(frozen=True, slots=True)
class Versus:
    """What two rule sets did with the same calls."""

    changes: tuple[Change, ...]
    """Those beyond chance."""
    compared: int
    """So many figures were compared; the more there are, the surer each has to be."""


def compare(before: Figures, after: Figures) -> Versus:
    """Compare what both have: run by run, since the n-th run of both has the same calls.

    That any of the changes is chance's doing happens in one comparison of twenty, however many figures there are.
    Source: the Bonferroni correction.
    """
    pairs = list(_pairs(before, after))
    sure = 1.0 - (1.0 - SURE) / max(1, len(pairs))
    changes = []
    for group, figure, early, late in pairs:
        by = difference(early, late, sure)
        if by.is_beyond_chance:
            changes.append(Change(group, figure, sum(early) / len(early), sum(late) / len(late), by))
    return Versus(tuple(changes), len(pairs))


def _pairs(before: Figures, after: Figures) -> Iterator[tuple[Group, Figure, list[float], list[float]]]:
    """Give each figure of what both have, in the runs that say something of it under both rule sets."""
    known = {(group.kind, group.name): group for group in after.groups}
    for group in before.groups:
        twin = known.get((group.kind, group.name))
        if twin is None:
            continue
        for figure in FIGURES:
            both = zip(before.values(figure, group), after.values(figure, twin), strict=True)
            told = [(early, late) for early, late in both if early is not None and late is not None]
            if len(told) > 1:
                yield group, figure, [early for early, _ in told], [late for _, late in told]
