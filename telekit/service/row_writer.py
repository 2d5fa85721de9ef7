"""Rows of a queue_log on the disk: those of the journal's facts, each once, whatever becomes of telekit or the disk."""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from telekit.errors import StoreError, in_words
from telekit.reports.queue_log import QueueLog
from telekit.reports.row import RowNames
from telekit.reports.state import State
from telekit.service.log_end import MODE, LogEnd, Mark
from telekit.store.reading import AT_ONCE, facts_behind, last_id, next_facts

log = logging.getLogger(__name__)

MOST_BEHIND = 1_000_000
"""Facts, whose rows are made up for at a start; that takes half a minute at most."""
MOMENT = timedelta(milliseconds=1)
"""By which a span goes on that is to hold what was at its end."""


@dataclass(frozen=True, slots=True)
class _Note:
    """How far the rows are written, kept beside the journal."""

    fact: int
    """The last whose rows are written."""
    mark: Mark
    """How far that is."""
    state: State


_NOTE = TypeAdapter(_Note)


class RowWriter:
    """Add the rows to which the journal's facts lead; every method blocks on the disk."""

    def __init__(self, path: Path, journal: Path, names: RowNames | None = None) -> None:
        """Begin behind what the journal holds now, or where the rows of an earlier telekit end."""
        self.path = path
        self._line = (names or RowNames()).line
        self.written = 0
        """Rows, since the start."""
        self.trouble = ""
        """Why the last look could not do all, in words; empty when it did."""
        self._end = LogEnd(path)
        self._journal = journal
        self._note_file = journal.with_name(f"{journal.name}.queue_log")
        self._fact = self._begins_behind = last_id(journal)
        self._noted = -1
        self._is_due = False
        self._rows: QueueLog | None = None
        """None until it is known where to begin."""

    def look(self, *, notes: bool) -> None:
        """Write the rows of what has come; what cannot be read or written now is so at the next look.

        With `notes` it is also noted how far that is: after a kill it is found out what is behind that.
        """
        try:
            rows = self._rows or self._begin()
            self._end.add()
            while self._follow(rows):
                pass
            self._is_due |= notes
            if self._is_due and self._noted != self._fact:
                self._note(rows)
        except OSError as error:
            self.trouble = f"{error.filename or self.path} cannot be written: {in_words(error)}"
        except StoreError as error:
            self.trouble = str(error).rstrip(".")
        else:
            self.trouble = ""

    def close(self) -> None:
        """Let go of the file."""
        self._end.close()

    def _follow(self, rows: QueueLog) -> bool:
        """Add the rows of the next facts; say whether there may be more."""
        facts = next_facts(self._journal, self._fact)
        self._fact = facts[-1][0] if facts else self._fact
        self._add([self._line(row) for _, fact in facts for row in rows.rows(fact)])
        return len(facts) == AT_ONCE

    def _add(self, lines: Sequence[str]) -> None:
        self.written += len(lines)
        self._end.add("".join(lines).encode(errors="replace"))

    def _begin(self) -> QueueLog:
        """Take up what an earlier telekit has written: it may have been killed in the middle of a row."""
        note = self._read_note()
        if note is None or self._is_too_far_behind(note):
            self._fact = self._begins_behind
            self._note(rows := QueueLog())
            self._rows = rows
            return rows
        rows, written = QueueLog(note.state), _Written(self._end.behind(note.mark))
        behind = min(note.fact, self._begins_behind)  # a journal that lost power may have lost facts too
        missing: list[str] = []
        self._fact = behind
        for number, fact in facts_behind(self._journal, behind):
            self._fact = number
            if missing := written.without([self._line(row) for row in rows.rows(fact)]):
                break
        self._rows = rows
        self._add(written.made_whole(missing))
        return rows

    def _is_too_far_behind(self, note: _Note) -> bool:
        """Say whether to begin anew, as after months without a queue_log, and tell how to get the rows from before."""
        if self._begins_behind - note.fact <= MOST_BEHIND:
            return False
        ends = (note.fact, self._begins_behind - 1)
        facts = [fact for behind in ends for _, fact in next_facts(self._journal, behind)[:1]]
        if facts:
            since, until = (f"{at:%Y-%m-%d %H:%M:%S.%f} UTC" for at in (facts[0].at, facts[-1].at + MOMENT))
            says = "rows are written from now on; `telekit queue-log --since '%s' --until '%s'` prints what is missing"
            log.warning(says, since, until)
        return True

    def _note(self, rows: QueueLog) -> None:
        """Note how far the rows are written, once they are on the disk."""
        note = _Note(self._fact, self._end.mark(), rows.state)
        beside = self._note_file.with_name(f"{self._note_file.name}.new")
        beside.touch(MODE)
        with beside.open("wb") as file:
            file.write(_NOTE.dump_json(note))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._note_file)
        self._noted, self._is_due = note.fact, False

    def _read_note(self) -> _Note | None:
        try:
            return _NOTE.validate_json(self._note_file.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            log.error("%s cannot be read: rows are written from now on", self._note_file)
            return None


class _Written:
    """What is in the log, among rows of others."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._last = "\n"

    def without(self, ours: Sequence[str]) -> list[str]:
        """Give those of the next rows that are not there; when some are missing, so is all that follows them."""
        return next((list(ours[at:]) for at, line in enumerate(ours) if not self._reaches(line)), [])

    def made_whole(self, missing: Sequence[str]) -> list[str]:
        """Give what is to be added: of a row that is there in part, the rest; another's is ended."""
        self._reaches(None)
        if self._last.endswith("\n"):
            return list(missing)
        if missing and missing[0].startswith(self._last):
            return [missing[0].removeprefix(self._last), *missing[1:]]
        return ["\n", *missing]

    def _reaches(self, sought: str | None) -> bool:
        """Read on to a line, or to the end; say whether it was found."""
        for line in self._lines:
            self._last = line
            if line == sought:
                return True
        return False
