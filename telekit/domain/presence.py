"""What an agent is doing: one value with the moment since when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Presence(StrEnum):
    """Each agent has exactly one at every instant."""

    LOGGED_OUT = "logged-out"
    """Off shift, or logged out by code."""
    AVAILABLE = "available"
    OFFERED = "offered"
    ON_CALL = "on-call"
    """Talking: in a conversation of telekit's, or in one of their own that the switch shows."""
    WRAP_UP = "wrap-up"
    PAUSED = "paused"
    """By the agent's own word, or by the system after missed offers."""
    UNREACHABLE = "unreachable"
    """No phone of theirs can be rung."""


@dataclass(frozen=True, slots=True)
class PresenceSince:
    """A presence, since when, and why where there is more to say (`lunch`, `2 missed offers`)."""

    presence: Presence
    since_at: datetime
    reason: str = ""
