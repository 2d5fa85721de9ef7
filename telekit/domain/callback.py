"""Callbacks: a caller hangs up, the call keeps its place, and whoever's turn it is calls the person back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from telekit.domain.numbering import country_of


class First(StrEnum):
    """Whose phone rings first when a callback's turn has come."""

    AGENT = "agent"
    """The agent answers, then the person is rung: nobody who is called back has to wait."""
    CALLER = "caller"
    """The person answers and presses a key, then the agent is rung: no agent listens to a phone that rings in vain."""


class Keep(StrEnum):
    """What becomes of a callback when everybody who could make it has gone."""

    TODAY = "today"
    """It lapses, unless somebody who could make it comes while the queue is still open."""
    NEXT_SHIFT = "next-shift"
    """It waits for the next shift, however far away that is."""


@dataclass(frozen=True, slots=True)
class CallbackRules:
    """How a queue calls people back."""

    key: str | None = None
    """What a caller who waits presses to ask for it; None: it is only offered by a step, an overflow or `no_agent`."""
    first: First = First.AGENT
    tries: int = 3
    """How often the person is rung at most."""
    every: timedelta = timedelta(minutes=10)
    """From one try to the next."""
    ring: timedelta = timedelta(seconds=30)
    """How long the person's phone rings."""
    number: str | None = None
    """What the person sees; None: the number that they had dialled."""
    allow: tuple[str, ...] = ()
    """How other numbers begin that a caller may ask to be called at; none: only the number they call from."""
    keep: Keep = Keep.TODAY

    def country_of_callers(self, dialed: str) -> str:
        """Give the country, by its code, whose way of writing numbers holds: that of the first that tells one."""
        known = map(country_of, (dialed, self.number or "", *self.allow))
        return next(filter(None, known), "")


LONGEST_PROMISE = timedelta(days=14)
"""What was promised longer ago nobody waits for any more."""


@dataclass(frozen=True, slots=True)
class Callback:
    """What was promised to a caller who is not on the line any more."""

    number: str
    agreed_at: datetime
    tries: int = 0
    """How often the person was rung in vain."""
    again_at: datetime | None = None
    """Not before then."""


class CallbackOutcome(StrEnum):
    """How a callback ends that does not end in a conversation."""

    BACK = "caller-back"
    """The person waits again, as another call at the same place: called again, or answered and pressed the key."""
    NOT_REACHED = "not-reached"
    """The last try was in vain."""
    LAPSED = "lapsed"
    """Everybody who could have made it has gone."""
    CANCELLED = "cancelled"
    NOT_ALLOWED = "not-allowed"
    """The rules, which have changed since, do not let that number be called any more."""
    QUEUE_GONE = "queue-gone"
    """A new plan has no such queue."""
