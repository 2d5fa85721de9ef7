"""A waiting call's place, as it is written on the caller's own leg, so that it outlives telekit."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from telekit.domain.names import QueueName

VARIABLE = "TELEKIT_PLACE"


@dataclass(frozen=True, slots=True)
class Place:
    """Which line, since when, how urgent."""

    queue: QueueName
    entered_at: datetime
    priority: int
    came_at: datetime | None = None
    """Since when its age counts, where that is before it entered this queue."""
    exited: timedelta = timedelta(0)
    """The exits of the queue up to this wait have been taken."""

    def __str__(self) -> str:
        came = f"{self.came_at.timestamp():.3f}" if self.came_at is not None else ""
        exited = f"{self.exited.total_seconds():.3f}" if self.exited else ""
        more = f":{came}:{exited}" if came or exited else ""
        return f"{self.entered_at.timestamp():.3f}:{self.priority}:{self.queue}{more}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read a place back; None for anything that is not one."""
        parts = text.split(":")
        if len(parts) not in (3, 5) or not parts[2]:
            return None
        entered, priority, queue, came, exited = [*parts, "", ""][:5]
        try:
            return cls(
                QueueName(queue),
                _moment(entered),
                int(priority),
                _moment(came) if came else None,
                timedelta(seconds=float(exited)) if exited else timedelta(0),
            )
        except (ValueError, OverflowError, OSError):
            return None


def waits_since(text: str) -> datetime | None:
    """Read since when a caller waits whom no telekit has led yet: `1795407695.250::`, a place in no queue."""
    since, *rest = text.split(":")
    try:
        return _moment(since) if rest == ["", ""] else None
    except (ValueError, OverflowError, OSError):
        return None


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)
