"""A day told in a CSV file: how many calls come in each interval."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from telekit.errors import PlanningError
from telekit.planning.demand import Demand

COLUMNS = ("interval", "calls", "aht", "patience")
NEEDED = COLUMNS[:2]


@dataclass(frozen=True, slots=True)
class Interval:
    """One line of the file."""

    name: str
    demand: Demand


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds for an interval of which the file says nothing else."""

    per: timedelta
    handle: timedelta | None
    patience: timedelta | None


def read_intervals(
    lines: Iterable[str], source: str, usual: Usual, duration: Callable[[str], timedelta]
) -> Iterator[Interval]:
    """Read the lines of a file with the columns `interval` and `calls`, perhaps `aht` and `patience`.

    Cells are parted by commas, semicolons or tabs, as the first line has it. `duration` reads a span of time, and
    raises ValueError for what is none. Raises `PlanningError` with the place of the first mistake.
    """
    lines = list(lines)
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(",;\t", key=head.count))
    names = [name.strip().lower() for name in next(rows, [])]
    if unknown := [name for name in names if name not in COLUMNS]:
        raise PlanningError(f"{source}:1: there is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}.")
    if missing := [name for name in NEEDED if name not in names]:
        raise PlanningError(f"{source}:1: the column {missing[0]!r} is missing: begin with a line interval,calls.")
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        at = f"{source}:{rows.line_num}"
        if len(cells) != len(names):
            raise PlanningError(f"{at}: {len(cells)} cells where the first line has {len(names)}.")
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
        try:
            yield Interval(row["interval"], _demand(row, usual, duration))
        except ValueError as error:
            raise PlanningError(f"{at}: {error}") from error


def _demand(row: Mapping[str, str], usual: Usual, duration: Callable[[str], timedelta]) -> Demand:
    handle = duration(row["aht"]) if row.get("aht") else usual.handle
    if handle is None:
        raise PlanningError("no handle time is told: give a column aht, or --aht for all.")
    try:
        calls = float(row["calls"])
    except ValueError:
        raise PlanningError(f"{row['calls']!r} is no number of calls.") from None
    return Demand(calls, usual.per, handle, duration(row["patience"]) if row.get("patience") else usual.patience)
