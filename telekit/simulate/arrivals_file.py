"""Arrivals told in a CSV file: how many calls come to which queue in each interval."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, time

from telekit.domain.names import QueueName
from telekit.errors import PlanningError
from telekit.rules.closest import did_you_mean
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import parse_date, parse_days, parse_span
from telekit.simulate.arrivals import EVERY_DAY, Rate
from telekit.simulate.spread_form import parse_spread

COLUMNS = ("queue", "interval", "calls", "talk", "patience")
INTERVAL_FORM = "an interval such as 09:00, mon-fri 09:00 or 2026-11-24 09:00"


def read_arrivals(lines: Iterable[str], source: str, queues: Collection[QueueName]) -> Iterator[Rate]:
    """Read the lines of a file with the columns `queue`, `interval` and `calls`, perhaps `talk` and `patience`.

    The queue may be left out where the rules have but one. Cells are parted by commas, semicolons or tabs, as the first
    line has it. Raises `PlanningError` with the place of the first mistake.
    """
    lines = list(lines)
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(",;\t", key=head.count))
    names = [name.strip().lower() for name in next(rows, [])]
    if unknown := [name for name in names if name not in COLUMNS]:
        raise PlanningError(f"{source}:1: there is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}.")
    needed = COLUMNS[1:3] if len(queues) == 1 else COLUMNS[:3]
    if missing := [name for name in needed if name not in names]:
        raise PlanningError(
            f"{source}:1: the column {missing[0]!r} is missing: begin with a line {','.join(COLUMNS[:3])}."
        )
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        at = f"{source}:{rows.line_num}"
        if len(cells) != len(names):
            raise PlanningError(f"{at}: {len(cells)} cells where the first line has {len(names)}.")
        try:
            yield _rate({name: cell.strip() for name, cell in zip(names, cells, strict=True)}, queues)
        except Mistake as mistake:
            told = "; ".join(filter(None, (mistake.message, mistake.hint)))
            raise PlanningError(f"{at}: {told}{'' if told.endswith('?') else '.'}") from mistake


def known_queue(name: str, queues: Collection[QueueName]) -> QueueName:
    """Give the queue of this name; raise `Mistake` when the rules have none."""
    if name not in queues:
        raise Mistake(f"the rules have no queue '{name}'", did_you_mean(name, queues))
    return QueueName(name)


def parse_calls(text: str) -> float:
    """Read how many calls come on average; raise `Mistake` for what is no such number."""
    try:
        calls = float(text)
    except ValueError:
        calls = -1.0
    if not 0.0 <= calls < 1e9:
        raise Mistake(f"'{text}' is no number of calls")
    return calls


def _rate(row: Mapping[str, str], queues: Collection[QueueName]) -> Rate:
    queue = known_queue(row["queue"], queues) if row.get("queue") else None
    if queue is None:
        if len(queues) != 1:
            raise Mistake("no queue is told")
        (queue,) = queues
    on, days, start = _interval(row["interval"])
    talk, patience = (parse_spread(row[name]) if row.get(name) else None for name in ("talk", "patience"))
    return Rate(queue, start, parse_calls(row["calls"]), days, on, talk, patience)


def _interval(text: str) -> tuple[date | None, frozenset[int], time]:
    """Read when an interval starts: on which date or weekdays, at which time."""
    when, _, clock = text.replace("T", " ").rpartition(" ")
    try:
        start = parse_span(f"{clock[:5]}-00:00").start
        if not when.strip():
            return None, EVERY_DAY, start
        if when[0].isdecimal():
            return parse_date(when.strip()), EVERY_DAY, start
        return None, parse_days(when.strip().lower()), start
    except Mistake as mistake:
        raise Mistake(f"expected {INTERVAL_FORM}, not '{text}'", mistake.hint) from mistake
