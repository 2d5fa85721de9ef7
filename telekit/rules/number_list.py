"""Lists of numbers in files of their own: one a line, as text or as the first column of a CSV file."""

from pathlib import Path

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.mistake import Mistake
from telekit.rules.number import parse_number
from telekit.rules.source import Source, read_source

_SEPARATORS = (",", ";", "\t")


def read_numbers(file: Path) -> tuple[frozenset[str], list[Diagnostic]]:
    """Read a file of numbers, with what is wrong in it.

    Empty lines and what starts with `#` are left out, and so is a first line without any digit: the column's title.
    """
    source = read_source(file)
    if isinstance(source, Diagnostic):
        return frozenset(), [source]
    numbers: set[str] = set()
    complaints: list[Diagnostic] = []
    for number, line in enumerate(source.text.splitlines(), 1):
        cell = _first_cell(line)
        if not cell or cell.startswith("#") or (number == 1 and not any(char.isdigit() for char in line)):
            continue
        try:
            numbers.add(parse_number(cell))
        except Mistake as mistake:
            complaints.append(_complain(source, number, line.index(cell) + 1, mistake))
    return frozenset(numbers), complaints


def _first_cell(line: str) -> str:
    for separator in _SEPARATORS:
        line = line.split(separator, 1)[0]
    return line.strip().strip("\"'").strip()


def _complain(source: Source, line: int, column: int, mistake: Mistake) -> Diagnostic:
    return source.complain(line, column, mistake.message, mistake.hint)
