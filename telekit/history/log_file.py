"""The file of a queue_log, as it is or as it was packed when it was rotated."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from telekit.errors import StoreError, in_words

PACKED = b"\x1f\x8b"
"""Source: RFC 1952 §2.3.1."""


def lines_of(file: Path) -> Iterator[str]:
    """Give the lines of a file, plain or packed by gzip; what is no UTF-8 is replaced.

    Raises `StoreError` when it cannot be read, also in the middle of it.
    """
    try:
        with file.open("rb") as opened:
            packed = opened.read(len(PACKED)) == PACKED
        with (gzip.open if packed else open)(file, "rt", encoding="utf-8", errors="replace", newline="\n") as text:
            yield from text
    except (OSError, EOFError) as error:  # gzip raises the latter for a file that was cut
        why = in_words(error) if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile) else str(error)
        raise StoreError(f"{file} cannot be read: {why}.") from error
