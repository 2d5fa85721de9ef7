"""What happened, as the distributor is told it; the moment comes beside it as `now`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telekit.acd.premises import Premises
from telekit.domain.callback import Callback, CallbackOutcome
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.preference import Preferred
from telekit.domain.queue import MissCause


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Another plan holds from now on; waiting calls and presence are carried over."""

    plan: Plan
    premises: Premises | None = field(default=None, compare=False, repr=False)
    """Those of the plan, made before and new; None: they are made when it changes, which holds up calls."""


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A call wants an agent of a queue."""

    call: CallId
    queue: QueueName
    priority: int = 0
    entered_at: datetime | None = None
    """When it first entered this queue, if it comes back to it: after a restart, or by a menu. It keeps its place."""
    offers: int = 0
    """How many offers were made of it before, so that after a restart no offer's name is used twice."""
    came_at: datetime | None = None
    """Since when its age counts, if it brings it along from another queue."""
    exited: timedelta = timedelta(0)
    """The exits of this queue up to this wait have been taken before, and are not taken again."""
    preferred: Preferred | None = None
    """For whom it is held at first, as long as that agent is there."""
    callback: Callback | None = None
    """What was promised before a restart to a caller who is not on the line."""
    instead_of: CallId | None = None
    """The same person's callback in this queue, if it still waits: it ends, and this call has its place."""


@dataclass(frozen=True, slots=True)
class CallbackAgreed:
    """A caller who waits hangs up to be called back; one for whom a phone rings already is not let go."""

    call: CallId
    number: str


@dataclass(frozen=True, slots=True)
class CallbackDeclined:
    """A caller who was offered a callback does not want it, or cannot have it; who waits for an agent waits on."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """The person was rung for an offer of a callback, and not reached; it is not the agent's miss.

    It counts also when the offer is over by now, unless another one runs.
    """

    offer: OfferId
    cause: MissCause


@dataclass(frozen=True, slots=True)
class CallbackRests:
    """A callback is not to be made before then, and keeps its place; nothing changes while it is offered."""

    call: CallId
    until_at: datetime | None
    """None: from now on its turn may come."""


@dataclass(frozen=True, slots=True)
class CallbackCancelled:
    """A callback is not wanted any more, or may not be made."""

    call: CallId
    outcome: CallbackOutcome = CallbackOutcome.CANCELLED


@dataclass(frozen=True, slots=True)
class CallGone:
    """The caller hung up, or the call left the line otherwise; also ends its running offer or conversation."""

    call: CallId


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """The agent is joined with the caller: sound flows both ways."""

    offer: OfferId
    talked: timedelta = timedelta(0)
    """For how long they have already talked, when the news is late."""


@dataclass(frozen=True, slots=True)
class OfferMissed:
    """The offer ended without a conversation; the call keeps its place."""

    offer: OfferId
    cause: MissCause


@dataclass(frozen=True, slots=True)
class OfferDropped:
    """The offer ended through no doing of the agent: withdrawn, or the switch failed. No consequence follows."""

    offer: OfferId


@dataclass(frozen=True, slots=True)
class RingEnded:
    """Offers of one call that rang at once are over and nobody talked, each in its own way; the call keeps its place.

    One event for all, so that the call is the first again to have the agents whom it sets free.
    """

    causes: Mapping[OfferId, MissCause | None]
    """None where the agent had no chance to answer: no consequence follows."""


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    """A conversation is over; the agent's wrap-up starts."""

    call: CallId


@dataclass(frozen=True, slots=True)
class LineDropped:
    """The agent's line has dropped in a conversation, which is over; the caller is still there, and comes again."""

    call: CallId


@dataclass(frozen=True, slots=True)
class ConversationFound:
    """A conversation that began before telekit knew of it is seen alive on the switch, say after a restart."""

    call: CallId
    agent: AgentName
    queue: QueueName | None
    since_at: datetime
    held: timedelta = timedelta(0)
    """How long the caller was on hold meanwhile, until the last time that ended."""
    held_since_at: datetime | None = None
    """Since when the caller is on hold."""


@dataclass(frozen=True, slots=True)
class CallHeld:
    """The agent has put the caller on hold."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallResumed:
    """The agent has taken the caller back from hold."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallPassedOn:
    """An agent has passed a caller on; told again when it turns out to whom."""

    call: CallId
    by: AgentName
    to: AgentName | None
    """Who talks with the caller now; None for somebody who is no agent, or when nobody has taken the call up yet."""
    phone: Phone | None
    """On which of their phones."""
    queue: QueueName | None
    """For which the call came."""


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """The switch told the state of one phone."""

    phone: Phone
    reachable: bool
    """It is registered and, where that is asked, answers."""
    engaged: bool = False
    """It rings, or is in a call, whether telekit's or the agent's own."""


@dataclass(frozen=True, slots=True)
class PhoneRegistered:
    """A phone registered, perhaps again: whatever kept it from being rung before is over."""

    phone: Phone


@dataclass(frozen=True, slots=True)
class PhoneGone:
    """The switch at which a phone is registered is out of reach: what rings there rings in vain."""

    phone: Phone


@dataclass(frozen=True, slots=True)
class SwitchHeard:
    """From now on the switch tells of its phones, or no longer does."""

    tells: bool


@dataclass(frozen=True, slots=True)
class AgentReminded:
    """The agent was reminded before of the shift that begins then, by an earlier telekit: once is enough."""

    agent: AgentName
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class AgentLoggedIn:
    """The agent said so, by code."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class AgentLoggedOut:
    """The agent said so, by code; holds until they log in again or the next shift starts."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class AgentPaused:
    """The agent said so, by code."""

    agent: AgentName
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentResumed:
    """The agent is back; ends a pause and every skip, whoever made it."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class AgentRecalled:
    """How an agent stood when telekit was lost, as far as it still holds: told before anything else is."""

    agent: AgentName
    logged_in: bool | None = None
    """By the agent's own word; None: as the roster has it."""
    pause: str | None = None
    """The reason of a pause, which may be empty; None when there is no pause."""
    paused_for: MissCause | None = None
    """The cause of the missed offers that led to it; None when it is the agent's own."""
    pause_until_at: datetime | None = None
    wrap_until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """The agent is done with the last call before the wrap-up ran out."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """The agent needs until then."""

    agent: AgentName
    until_at: datetime


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The moment asked for by `wakes_at` has come; every other event does this work too."""


Event = (
    PlanChanged
    | CallArrived
    | CallGone
    | CallbackAgreed
    | CallbackDeclined
    | CallbackFailed
    | CallbackRests
    | CallbackCancelled
    | OfferAnswered
    | OfferMissed
    | OfferDropped
    | RingEnded
    | ConversationEnded
    | LineDropped
    | ConversationFound
    | CallHeld
    | CallResumed
    | CallPassedOn
    | PhoneSeen
    | PhoneRegistered
    | PhoneGone
    | SwitchHeard
    | AgentReminded
    | AgentLoggedIn
    | AgentLoggedOut
    | AgentPaused
    | AgentResumed
    | AgentRecalled
    | WrapUpEnded
    | WrapUpExtended
    | TimePassed
)
