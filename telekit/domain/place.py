"""A waiting call's place, as it is written on the caller's own leg, so that it outlives telekit."""

from dataclasses import dataclass
from datetime import UTC, datetime

from telekit.domain.names import QueueName

VARIABLE = "TELEKIT_PLACE"


@dataclass(frozen=True, slots=True)
class Place:
    """Which line, since when, how urgent."""

    queue: QueueName
    entered_at: datetime
    priority: int

    def __str__(self) -> str:
        return f"{self.entered_at.timestamp():.3f}:{self.priority}:{self.queue}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read a place back; None for anything that is not one."""
        moment, _, rest = text.partition(":")
        priority, _, queue = rest.partition(":")
        try:
            entered_at = datetime.fromtimestamp(float(moment), UTC)
            return cls(QueueName(queue), entered_at, int(priority)) if queue else None
        except (ValueError, OverflowError, OSError):
            return None
