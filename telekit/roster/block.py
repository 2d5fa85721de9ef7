"""One stretch of work or opening, as absolute time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from telekit.domain.origin import Origin

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of what has none; far enough from the calendar's own end for a zone's offset to be added."""

EXCEPTION = "exception"
"""The label of a block that a dated exception gives without naming a shift."""

OPENING_HOURS = "opening hours"
"""The label of a queue's weekly opening."""

ALWAYS = "always"
"""The label of the opening of a queue that names no hours."""


@dataclass(frozen=True, slots=True)
class Block:
    """Work or opening from `start_at` up to, not at, `end_at`; both aware UTC. It is never empty."""

    start_at: datetime
    end_at: datetime
    """`FOREVER` where nothing ends it."""
    label: str
    """The shift's name, or one of this module's own labels."""
    origin: Origin
