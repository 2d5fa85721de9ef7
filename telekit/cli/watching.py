"""Files that a verb watches, so as to run again when one changes."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

LOOKS_EVERY = 0.3
"""Seconds."""
WATCHED = (".yaml", ".yml", ".csv", ".txt")

Stamps = dict[Path, tuple[int, int]]


def changes(paths: Iterable[Path]) -> Iterator[None]:
    """Yield each time that a rule file, or a list of numbers, has changed, come or gone below the paths.

    Counted from this call on, not from when the first is asked for: what changes while the verb still runs is seen.
    """
    folders = tuple(paths)
    return _changes(folders, _stamps(folders))


def _changes(folders: tuple[Path, ...], before: Stamps) -> Iterator[None]:
    while True:
        now = _stamps(folders)
        if now != before:
            before = now
            yield
        else:
            time.sleep(LOOKS_EVERY)


def _stamps(paths: Iterable[Path]) -> Stamps:
    stamps: Stamps = {}
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.suffix in WATCHED:
                try:
                    told = file.stat()
                except OSError:
                    continue
                stamps[file] = told.st_mtime_ns, told.st_size
    return stamps
