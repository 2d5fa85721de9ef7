"""The end of a log that others may write, rotate or cut short too: whole lines are added to it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODE = 0o640
"""Of a new file: it tells of people."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a log was written."""

    device: int
    inode: int
    size: int


class LogEnd:
    """Add lines to a log; one that was rotated away is left alone once the line is whole that was begun in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None
        self._owed = b""
        """What is still to be added."""
        self._within = False
        """The last that was added is a part of a line."""

    def add(self, lines: bytes = b"") -> None:
        """Add whole lines, and what is owed before them; raises `OSError`, and what was not written stays owed.

        It does so too where nothing is to be added and nothing could be.
        """
        self._owed += lines
        file = self._open()
        while self._owed:
            line_ends = self._owed.find(b"\n") + 1 if self._within else len(self._owed)
            written = os.write(file, self._owed[:line_ends])
            self._within = self._owed[written - 1 : written] != b"\n"
            self._owed = self._owed[written:]
            file = self._open()

    def mark(self) -> Mark:
        """Make sure that all is on the disk; tell how far it goes. Raises `OSError`."""
        file = self._open()
        os.fdatasync(file)
        status = os.fstat(file)
        return Mark(status.st_dev, status.st_ino, status.st_size)

    def behind(self, mark: Mark) -> Iterator[str]:
        """Give the lines that were added since, by whomever: also where the log was rotated meanwhile.

        The last has no end where it was not written whole. Raises `OSError`.
        """
        for path in sorted(self.path.parent.glob(f"{self.path.name}*"), key=lambda path: path != self.path):
            if _is(path.stat(), mark):
                yield from _lines(path, mark.size if mark.size <= path.stat().st_size else 0)
                if path == self.path:
                    return
        if self.path.exists():
            yield from _lines(self.path, 0)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _open(self) -> int:
        """Give the file that has the name now; but a line that was begun ends where it began."""
        if self._file is not None and not self._within and not self._has_the_name(self._file):
            self.close()
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self.path, flags, MODE)
        return self._file

    def _has_the_name(self, file: int) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(file))
        except FileNotFoundError:
            return False


def _is(status: os.stat_result, mark: Mark) -> bool:
    return (status.st_dev, status.st_ino) == (mark.device, mark.inode)


def _lines(path: Path, since: int) -> Iterator[str]:
    with path.open("rb") as opened:
        opened.seek(since)
        yield from (line.decode(errors="replace") for line in opened)
