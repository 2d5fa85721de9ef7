"""What a caller who waits is told of the line, and how often."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Announce:
    """How often what is told; None: never."""

    position: timedelta | None = None
    expected_wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Comfort:
    """Prompts that a caller hears again and again while the wait goes on."""

    play: tuple[str, ...]
    every: timedelta


SILENT = Announce()
