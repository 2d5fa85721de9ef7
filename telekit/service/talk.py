"""A conversation that goes on, as far as it is known how it began."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.domain.names import AgentName, QueueName

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Talk:
    """One agent and one caller."""

    agent: AgentName | None
    queue: QueueName | None
    since_at: datetime
    held: timedelta = NOTHING
    """How long the caller was on hold, until the last time that ended."""
    held_since_at: datetime | None = None
    """Since when the caller is on hold."""

    def held_until(self, now: datetime) -> timedelta:
        """Give how long the caller was on hold in all."""
        return self.held + (now - self.held_since_at if self.held_since_at is not None else NOTHING)
