"""One leg that telekit makes by itself, from the request until a script leads it or it is over."""

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.domain.names import LegId
from telekit.domain.queue import MissCause

LATE = 0.5
"""Seconds by which the end of a leg and the end of its call are told apart from each other, in either order, and by
which the beginning of a script comes after the end of a leg that was put down at once."""
END_LATE = 2.0
"""Seconds by which the end of a leg that has rung is told after nobody answered it, at most: it says why."""


@dataclass(slots=True, eq=False)
class Attempt(ABC):
    """What is known of it; moments are the event loop's."""

    leg: LegId
    ring: timedelta
    asks: bool
    """For the key, before the script begins."""
    began_at: float
    look_at: float
    """When to ask whether the leg is alive: news must have been lost by then."""
    led: bool = False
    seen: bool = False
    """There is such a leg, or was."""
    answered: bool = False
    failed_at: float | None = None
    """When it was told that nobody answered."""
    ended_at: float | None = None
    """When it was told that the leg is gone."""
    cause: str = ""
    """Why it is gone, in the switch's own word."""
    unwanted: bool = False
    """We have ended it."""
    refused: str = ""
    """Why the switch would not even try."""
    unsure: bool = False
    """Whether the request came through is not known."""
    lost: bool = False
    """Nothing more will be told: the link is down, or was."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settled_at(self) -> float | None:
        """When nothing more is to be waited for; None while it goes on."""
        if self.failed_at is None:
            return None if self.ended_at is None else self.ended_at + LATE
        if self.ended_at is None:
            return self.failed_at + (END_LATE if self.seen else LATE)
        return max(self.failed_at, self.ended_at)

    @property
    def outcome(self) -> MissCause:
        """Why no script leads it, once it is over."""
        if self.unwanted:
            return MissCause.NO_ANSWER
        if self.answered:
            return MissCause.VOICEMAIL if self.asks else MissCause.REJECTED
        return self._missed()

    @abstractmethod
    def _missed(self) -> MissCause:
        """Why nobody answered, from the cause."""
