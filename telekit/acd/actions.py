"""What the distributor wants done, and what it decided, as values."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from telekit.domain.callback import CallbackOutcome
from telekit.domain.destination import Treatment
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.presence import PresenceSince
from telekit.domain.queue import MissCause


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring this agent for this call; offers of one call that are made in one go ring at once."""

    offer: OfferId
    call: CallId
    queue: QueueName
    agent: AgentName
    phone: Phone
    ring: timedelta
    step: int
    """Which of the queue's steps made the agent eligible, from 0."""
    waited: timedelta
    callback: str | None = None
    """The number at which the caller is to be called back; None for a caller who is on the line."""


class WithdrawReason(StrEnum):
    """Why a running offer is taken back."""

    SHIFT_ENDED = "shift-ended"
    CALL_GONE = "call-gone"
    PLAN_CHANGED = "plan-changed"
    AGENT_GONE = "agent-gone"
    """Logged out, paused, or was found in another conversation."""
    EXIT = "exit"
    """The call has waited so long that its queue sends it away."""
    OVERDUE = "overdue"
    """Nothing was heard of the offer long after its ring time."""
    ANSWERED = "answered"
    """Another agent, whose phone rang at the same time, has the call."""
    PHONE_GONE = "phone-gone"
    """The switch at which the phone is registered is away."""
    STEP = "step"
    """The call has come to a step that no longer lets this agent have it."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop ringing; the call keeps its place unless it is gone or diverted."""

    offer: OfferId
    call: CallId
    agent: AgentName
    reason: WithdrawReason


class DivertReason(StrEnum):
    """Why a call leaves the line without an agent."""

    CLOSED = "closed"
    NO_AGENT = "no-agent"
    EXIT = "exit"
    OVERFLOW = "overflow"
    """Too many waited already when it came."""
    QUEUE_GONE = "queue-gone"
    """A new plan has no such queue."""


@dataclass(frozen=True, slots=True)
class Divert:
    """Send a call out of the line."""

    call: CallId
    queue: QueueName
    treatment: Treatment
    reason: DivertReason
    waited: timedelta
    detail: str = ""
    """In a few words, of an overflow: `20 wait`, `9 wait for 3 agents`."""


@dataclass(frozen=True, slots=True)
class Queued:
    """Tell that a call is in the line and nobody is free for it now."""

    call: CallId
    queue: QueueName
    entered_at: datetime
    held_for: AgentName | None = None
    """Who alone is asked for now, though others may be free."""


@dataclass(frozen=True, slots=True)
class Released:
    """Tell that a call is no longer held for one agent: from now on it is everybody's."""

    call: CallId
    queue: QueueName
    agent: AgentName
    reason: str
    """`time`, `unknown agent`, or what keeps that agent from being offered the call (`off shift`, `paused`)."""


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Tell that an agent's presence is another one now."""

    agent: AgentName
    was: PresenceSince
    now: PresenceSince
    until_at: datetime | None = field(default=None, compare=False)
    """When it is over by itself, as far as that is known now; like the next, it follows from what led here."""
    missed: MissCause | None = field(default=None, compare=False)
    """The cause of the missed offers that led to it."""


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """Tell how an offer ended, with what followed for the agent; `cause` is None when it was dropped or withdrawn."""

    offer: OfferId
    call: CallId
    queue: QueueName
    agent: AgentName
    cause: MissCause | None
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Tell that a conversation began."""

    offer: OfferId
    call: CallId
    queue: QueueName
    agent: AgentName
    waited: timedelta
    rang: timedelta


@dataclass(frozen=True, slots=True)
class Finished:
    """Tell that an agent's conversation with a caller is over."""

    call: CallId
    queue: QueueName | None
    agent: AgentName
    talked: timedelta
    """Without the time on hold."""
    held: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Held:
    """Tell that an agent has put the caller on hold."""

    call: CallId
    queue: QueueName | None
    agent: AgentName


@dataclass(frozen=True, slots=True)
class Resumed:
    """Tell that the caller is no longer on hold."""

    call: CallId
    queue: QueueName | None
    agent: AgentName
    held: timedelta


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Tell that an agent talks with a caller whom another one has passed on."""

    call: CallId
    queue: QueueName | None
    agent: AgentName
    by: AgentName
    """Who passed the caller on."""


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Tell that a caller hung up before an agent was joined."""

    call: CallId
    queue: QueueName
    waited: timedelta


class InviteReason(StrEnum):
    """Why a caller is offered to be called back; who asks by key is not offered it."""

    STEP = "step"
    OVERFLOW = "overflow"
    NO_AGENT = "no-agent"
    """Nobody is there: who does not want it, or gives no answer, is sent on."""


@dataclass(frozen=True, slots=True)
class CallbackOffered:
    """Ask a caller whether they want to be called back; meanwhile the call waits as before.

    With `NO_AGENT` an answer is awaited: `CallbackAgreed`, or `CallbackDeclined`.
    """

    call: CallId
    queue: QueueName
    reason: InviteReason
    detail: str = ""
    """In a few words, of an overflow: `20 wait`."""


@dataclass(frozen=True, slots=True)
class CallbackPromised:
    """Tell that a caller hangs up and the call goes on waiting."""

    call: CallId
    queue: QueueName
    number: str
    entered_at: datetime
    came_at: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class CallbackTried:
    """Tell that a person was rung and not reached."""

    call: CallId
    queue: QueueName
    agent: AgentName | None
    """Whose phone rang, or waited for the person; None when the offer was over by then."""
    offer: OfferId
    cause: MissCause
    tries: int
    """This one counted."""
    again_at: datetime | None
    """Not before then; None when it was the last."""


@dataclass(frozen=True, slots=True)
class CallbackEnded:
    """Tell that a callback is over without a conversation."""

    call: CallId
    queue: QueueName
    outcome: CallbackOutcome
    waited: timedelta
    back_as: CallId | None = None
    """The call that has its place now."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind an agent, none of whose phones is registered, that a shift begins soon."""

    agent: AgentName
    begins_at: datetime


Action = (
    Offer
    | Withdraw
    | Divert
    | Queued
    | Released
    | PresenceChanged
    | OfferEnded
    | Joined
    | Held
    | Resumed
    | TakenOver
    | Finished
    | Abandoned
    | CallbackOffered
    | CallbackPromised
    | CallbackTried
    | CallbackEnded
    | Remind
)
