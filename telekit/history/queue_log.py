"""The lines of Asterisk's queue_log, as they stand in the file or as they come out of its database table.

Source: Asterisk main/logger.c, ast_queue_log: `epoch|call|queue|agent|EVENT|data…`, with `NONE` where there is none;
the table's `time` is a local date instead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

NONE = "NONE"
FIELDS = 5
"""Before the data, of which there may be any number."""
FIRST, LAST = datetime(1999, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""What lies outside is no moment of a call: Asterisk is of 1999."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line."""

    number: int
    """Of the line, from 1."""
    at: datetime
    """UTC; a file tells whole seconds."""
    call: str
    queue: str
    agent: str
    """The interface, or the name of the queue's member; these three are empty for NONE."""
    event: str
    data: tuple[str, ...]

    def seconds(self, place: int) -> float | None:
        """Read a span among the data; None where there is none."""
        text = self.data[place] if place < len(self.data) else ""
        return float(text) if text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is none of a queue_log."""

    number: int
    text: str
    why: str


def read_queue_log(lines: Iterable[str], zone: tzinfo = UTC) -> Iterator[Entry | BadLine]:
    """Read line by line; empty lines are passed over. `zone` is that of dates, where moments are told by date."""
    for number, line in enumerate(lines, 1):
        text = line.strip("\r\n\ufeff")
        if not text.strip():
            continue
        yield _read(number, text, zone)


def _read(number: int, text: str, zone: tzinfo) -> Entry | BadLine:
    if "\0" in text:
        return BadLine(number, text, "it holds zeros, as a file does whose disk lost power")
    told_at, *fields = text.split("|")
    if len(fields) < FIELDS - 1:
        return BadLine(number, text, f"{len(fields) + 1} fields where there are {FIELDS} at least, parted by |")
    at = _moment(told_at, zone)
    if at is None:
        return BadLine(number, text, f"{told_at!r} is no moment: neither seconds since 1970 nor a date")
    call, queue, agent, event, *data = fields
    if not event.strip():
        return BadLine(number, text, "the event is missing")
    call, queue, agent = ("" if each == NONE else each for each in (call, queue, agent))
    return Entry(number, at, call, queue, agent, event.strip().upper(), tuple(data))


def _moment(text: str, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        try:
            local = datetime.fromisoformat(text.strip())
        except ValueError:
            return None
        at = (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(UTC)
    return at if FIRST <= at < LAST else None
