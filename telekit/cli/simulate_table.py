"""What `telekit simulate` prints: each figure of all calls, each queue and each skill."""

from collections.abc import Iterator
from math import isinf
from typing import Any

from telekit.cli.aligned import aligned
from telekit.cli.span import span
from telekit.simulate.figures import FIGURES, Figure, Figures, Kind, Unit
from telekit.simulate.likely import Likely
from telekit.simulate.trip import End

LONG = 60.0
"""Seconds from which on a wait is told in minutes."""


def table(figures: Figures, within: str) -> Iterator[str]:
    """Give the table, line by line; beside each mean how far chance may have moved it."""
    heads = ["", *(f"in {within}" if figure.name == "service level" else figure.name for figure in FIGURES)]
    rows = [heads]
    for group, found in figures.rows():
        if group.kind is Kind.QUEUE and len([g for g in figures.groups if g.kind is Kind.QUEUE]) == 1:
            continue
        name = f"skill {group.name}" if group.kind is Kind.SKILL else group.name
        rows.append([name, *(told(figure, found[figure.name]) for figure in FIGURES)])
    yield from aligned(rows, left=1)


def told(figure: Figure, found: Likely | None) -> str:
    """Write a figure with its margin."""
    if found is None:
        return "-"
    mean = amount(figure.unit, found.mean)
    return mean if isinf(found.margin) else f"{mean} ±{margin(figure.unit, found)}"


def amount(unit: Unit, value: float) -> str:
    """Write a value as its unit has it."""
    match unit:
        case Unit.NUMBER:
            return f"{value:,.0f}"
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.SECONDS:
            return f"{value:.1f}s" if value < LONG else span(value)


def margin(unit: Unit, found: Likely) -> str:
    """Write how far chance may have moved a mean, in the mean's own unit."""
    match unit:
        case Unit.NUMBER:
            return f"{found.margin:,.0f}"
        case Unit.SHARE:
            return f"{found.margin * 100:.1f}"
        case Unit.SECONDS:
            return f"{found.margin:.1f}" if found.mean < LONG else span(found.margin)


def ends(figures: Figures) -> str:
    """Tell in a sentence how calls ended."""
    runs = len(figures.results)
    total = {end: sum(result.ends[end] for result in figures.results) / runs for end in End}
    return ", ".join(f"{_count(number)} {end.value}" for end, number in total.items() if number)


def _count(number: float) -> str:
    return f"{number:,.0f}" if number >= 0.5 else "hardly one"


def for_program(figures: Figures) -> list[dict[str, Any]]:
    """Give the same for a program: times in seconds, shares from 0 to 1; margins of 95 %, null of a single run."""
    return [
        {"of": group.kind.value, "name": group.name, **{name: _both(each) for name, each in found.items()}}
        for group, found in figures.rows()
    ]


def _both(found: Likely | None) -> dict[str, float | None] | None:
    return {"mean": found.mean, "margin": None if isinf(found.margin) else found.margin} if found is not None else None
