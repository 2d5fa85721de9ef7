"""A simulation as a table for a spreadsheet: a line for each interval of each queue, skill and all."""

import csv
from io import StringIO
from math import isinf

from telekit.simulate.figures import FIGURES, Figures

HEAD = ("of", "name", "interval")


def csv_table(figures: Figures) -> str:
    """Give the table, with the figures of the whole time under the interval `all`.

    Times are seconds, shares from 0 to 1; beside each mean the margin that holds in 95 of 100 cases, empty for one run.
    """
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    names = [figure.name.replace(" ", "_") for figure in FIGURES]
    rows.writerow([*HEAD, *(column for name in names for column in (name, f"{name}_margin"))])
    for group in figures.groups:
        for place in (None, *range(len(figures.slots))):
            cells = [group.kind.value, group.name, "all" if place is None else str(figures.slots.all[place])]
            for figure in FIGURES:
                found = figures.likely(figure, group, place)
                cells.append("" if found is None else f"{found.mean:.6g}")
                cells.append("" if found is None or isinf(found.margin) else f"{found.margin:.6g}")
            if place is None or any(cell not in ("", "0") for cell in cells[len(HEAD) :]):
                rows.writerow(cells)
    return text.getvalue()
