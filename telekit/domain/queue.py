"""Queues: calls that wait for the same kind of help, and how they are given out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from telekit.domain.announce import SILENT, Announce, Comfort
from telekit.domain.callback import CallbackRules
from telekit.domain.destination import Destination, HangUp, ToCallback, Treatment
from telekit.domain.hours import Hours
from telekit.domain.names import QueueName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.skill import Requirement
from telekit.domain.whisper import Whisper


class Strategy(StrEnum):
    """The order among eligible agents; ties go to the agent who stands first in the rules."""

    LONGEST_IDLE = "longest-idle"
    """Since the last conversation or wrap-up ended, or the agent came on shift; neither a miss nor a pause counts."""
    FEWEST_CALLS = "fewest-calls"
    """Taken since coming on shift."""
    MOST_SKILLED = "most-skilled"
    """By the sum of the proficiencies in the required skills."""
    LEAST_SKILLED = "least-skilled"
    """By the sum of all proficiencies, so that those who can do most stay free."""
    ROUND_ROBIN = "round-robin"
    """After the agent who was offered a call of the queue last, in the order of the rules."""
    FIXED = "fixed"
    """The order of the rules."""
    RING_ALL = "ring-all"
    """All who are free ring at once, and whoever takes the call first has it; at most so many as `RUNG_AT_ONCE` says,
    those who have been idle longest."""


RUNG_AT_ONCE = 20
"""How many phones one call rings at most. Each phone is one leg more to set up and to tear down again, so a ring of 20
loads the switch as 20 calls do; and of 20 free agents one takes the call within a second or two, of 40 no sooner."""


class MissCause(StrEnum):
    """Why an offer did not become a conversation."""

    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    """The phone is not registered, or nothing answers at its address."""
    VOICEMAIL = "voicemail"
    """Something answered but nobody confirmed."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Offer the agent no call for a while."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class PauseAfter:
    """Pause the agent when this many offers were missed for this cause since a call was last taken."""

    misses: int
    span: timedelta | None = None
    """How long the pause lasts; None: until the agent is back by their own word, or the next shift begins."""


@dataclass(frozen=True, slots=True)
class UntilRegistered:
    """Offer the agent no call until the phone registers again."""


Consequence = Skip | PauseAfter | UntilRegistered

DEFAULT_CONSEQUENCES: Mapping[MissCause, Consequence] = {
    MissCause.NO_ANSWER: PauseAfter(2),
    MissCause.REJECTED: Skip(timedelta(seconds=30)),
    MissCause.BUSY: Skip(timedelta(seconds=30)),
    MissCause.UNREACHABLE: UntilRegistered(),
    MissCause.VOICEMAIL: Skip(timedelta(minutes=5)),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Whom a call may be offered to once it has waited so long."""

    after: timedelta
    requirement: Requirement
    strategy: Strategy
    """Orders the agents whom this step adds."""
    replace: bool = False
    """Earlier steps' agents are no longer eligible; otherwise they stay, ranked first."""
    origin: Origin = NOWHERE
    withdraw: bool = False
    """The phones of those who are no longer eligible stop ringing; otherwise they ring on."""


@dataclass(frozen=True, slots=True)
class Exit:
    """Send a call away once it has waited so long."""

    after: timedelta
    go: Destination
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Invitation:
    """Offer to call back once a call has waited so long."""

    after: timedelta
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Overflow:
    """Send a call on that comes when too many wait already; one of `waiting` and `per_agent` is given."""

    go: Destination | ToCallback
    waiting: int | None = None
    """So many calls wait in the queue before it."""
    per_agent: Decimal | None = None
    """So many for each agent on shift who could serve it, now or at a later step."""
    origin: Origin = NOWHERE

    def met_by(self, waiting: int, agents: int) -> bool:
        """Say whether a call before which so many wait, for so many agents, is sent on."""
        if self.waiting is not None:
            return waiting >= self.waiting
        return self.per_agent is not None and waiting >= self.per_agent * agents


CLOSED = Treatment(("closed",), HangUp())
NO_AGENT = Treatment(("no-agent",), HangUp())


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue; spans of time count from the moment a call entered it."""

    name: QueueName
    steps: tuple[Step, ...]
    """Sorted by `after`; the first is at zero."""
    opening: tuple[Hours, ...] = ()
    """Told in the plan's zone; none means always open."""
    open_on_holidays: bool = False
    exits: tuple[Exit, ...] = ()
    """Sorted by `after`; only who comes back from a menu meets the one after it. A call takes each once."""
    invitations: tuple[Invitation, ...] = ()
    """Sorted by `after`; a call meets each once."""
    overflow: tuple[Overflow, ...] = ()
    """Asked in order, once, when a call comes for which nobody is free at once; the first that holds counts."""
    ring: timedelta = timedelta(seconds=20)
    """How long one phone rings."""
    wrap_up: timedelta = timedelta(0)
    last_offer: timedelta = timedelta(0)
    """How long before the end of a shift the last offer may start."""
    ages: timedelta | None = None
    """The wait that is worth one point of priority; None: priority is strict."""
    missed: Mapping[MissCause, Consequence] = field(default_factory=lambda: DEFAULT_CONSEQUENCES)
    closed: Treatment = CLOSED
    no_agent: Treatment = NO_AGENT
    """When no agent who could ever serve the call is on shift."""
    music: str = "default"
    announce: Announce = SILENT
    comfort: Comfort | None = None
    whisper: Whisper | None = None
    """To the agent, before the caller is joined."""
    callback: CallbackRules | None = None
    """How callers are called back; None: they are not."""
    origin: Origin = NOWHERE
