"""What can be read of the distributor from outside: values, true at the moment they were asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.acd.way_back import WayBack
from telekit.domain.callback import Callback
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.presence import Presence, PresenceSince


@dataclass(frozen=True, slots=True)
class OfferNow:
    """A running offer."""

    offer: OfferId
    call: CallId
    queue: QueueName
    agent: AgentName
    phone: Phone
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationNow:
    """A running conversation."""

    call: CallId
    queue: QueueName | None
    agent: AgentName
    since_at: datetime
    held_since_at: datetime | None = None
    """Since when the caller is on hold."""
    phone_rests: bool = False
    """The switch tells of the agent's phone that it is in no call."""


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call in the line, also while it is offered."""

    call: CallId
    queue: QueueName
    priority: int
    entered_at: datetime
    came_at: datetime
    """Since when its age counts: `entered_at`, or before that in another queue."""
    step: int
    offers: tuple[OfferNow, ...]
    """Those that run: one, or with `ring-all` several."""
    missed: tuple[AgentName, ...]
    """Who did not take it, the one whose miss lies furthest back first."""
    rests: bool
    """Not offered for a moment, because the switch failed at it."""
    held_for: AgentName | None = None
    """Who alone may be offered it now."""
    callback: Callback | None = None
    """What was promised to the caller, who has hung up; None for one who is on the line."""

    @property
    def rings(self) -> bool:
        """Say whether somebody's phone rings for it."""
        return bool(self.offers)


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue and its calls in the order of the line."""

    queue: QueueName
    open: bool
    calls: tuple[CallNow, ...]


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent."""

    agent: AgentName
    presence: PresenceSince
    off_at: datetime | None
    """When the running shift ends; None off shift."""
    offer: OfferNow | None
    conversations: tuple[ConversationNow, ...]
    """One at most, unless the switch shows more."""
    wrap_until_at: datetime | None
    skip_until_at: datetime | None
    calls: int
    """Taken since coming on shift."""
    wrap_up: timedelta = timedelta(0)
    """How long the rules make the wrap-up of the call that was last taken."""
    registered: bool = True
    """Whether any phone of theirs can be reached, as the switch says."""
    way_back: WayBack | None = None
    """How somebody who is away comes back; None of one who is free, is rung or talks."""
    afterwards: Presence | None = None
    """What follows a conversation or a wrap-up that runs, where no call can: paused or logged out."""
    freed_at: datetime | None = None
    """When the last conversation, or the wrap-up after it, ended; None of one who has taken no call."""
