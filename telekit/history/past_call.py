"""What became of a call in one queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telekit.domain.queue import MissCause


class Outcome(StrEnum):
    """How a call's time in a queue ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up before anybody answered."""
    LEFT = "left"
    """It was sent elsewhere: it was closed, waited too long, found nobody there, pressed a key."""
    UNKNOWN = "unknown"
    """Nothing tells."""


@dataclass(frozen=True, slots=True)
class PastOffer:
    """One agent's phone that rang for it."""

    agent: str
    at: datetime
    rang: timedelta
    taken: bool
    cause: MissCause | None = None
    """Why it was not taken; None also when it was taken back, and where nothing tells."""


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call's time in one queue. A call that went through several has one for each.

    Names are those of whoever wrote it down: a queue_log's agents are interfaces or names of members.
    """

    call: str
    queue: str
    entered_at: datetime
    caller: str | None
    """None for one who hid, or of whom nothing tells."""
    outcome: Outcome
    waited: timedelta
    """Until it was answered, or left; zero where that is unknown."""
    agent: str | None = None
    """Who answered."""
    talked: timedelta | None = None
    """With that agent, and on hold; None when nobody answered, and where the end is not told."""
    offers: tuple[PastOffer, ...] = ()
    why: str = ""
    """Of one that left: in the word of whoever wrote it down (`closed`, `exitwithtimeout`)."""

    @property
    def left_at(self) -> datetime:
        """Tell when it no longer waited."""
        return self.entered_at + self.waited
