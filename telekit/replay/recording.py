"""What was written down of some calls, sorted by what a replay needs of it: what came, and how people answered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telekit.acd.events import CallArrived, Event
from telekit.domain.fact import Fact
from telekit.domain.lookup import Known
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.queue import MissCause

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """When something was written down; of one instant, what stands first was first."""

    at: datetime
    order: int


@dataclass(slots=True)
class RecordedOffer:
    """How one agent took it to be rung for a call."""

    agent: AgentName
    at: datetime
    end: Moment | None = None
    """None where nothing more is told of it."""
    joined: bool = False
    cause: MissCause | None = None
    """Why the agent did not take it; None also when it was taken back, or the switch failed."""
    failed: MissCause | None = None
    """Why the person was not reached who was to be called back."""
    taken_back: bool = False
    late: timedelta = NOTHING
    """For how long they had talked when it was told."""

    @property
    def rang(self) -> timedelta:
        return self.end.at - self.at if self.end is not None else NOTHING


@dataclass(slots=True)
class Talk:
    """A conversation, to its end, whoever talked at last."""

    agent: AgentName
    joined: Moment
    lasted: timedelta | None = None
    """The part of the agent who answered, with hold."""
    during: list[tuple[Moment, Event]] = field(default_factory=list)
    """Holds, and that it was passed on."""
    end: Moment | None = None


@dataclass(slots=True)
class Visit:
    """A call's time in one queue."""

    at: Moment
    event: CallArrived
    offers: dict[OfferId, RecordedOffer] = field(default_factory=dict)
    during: list[tuple[Moment, Event]] = field(default_factory=list)
    """What the caller did meanwhile: agreed to be called back."""
    gone: Moment | None = None
    """When the caller hung up, or was lost."""
    is_lost: bool = False
    """It was telekit that left, not the caller."""
    sent: tuple[str, datetime] | None = None
    """Why the queue sent it on, and when."""
    talk: Talk | None = None
    presumed: Fact | None = None
    """That the call was to wait: told before it was decided, not again when it was; unless it was sent on at once."""

    @property
    def is_over(self) -> bool:
        return self.gone is not None or self.sent is not None or self.talk is not None


@dataclass(slots=True)
class RecordedCall:
    """One call from its arrival on."""

    call: CallId
    at: Moment
    dialed: str | None
    """None where nothing tells, as in a queue_log."""
    caller: str | None = None
    known: Known = field(default_factory=dict)
    """What was looked up."""
    visits: list[Visit] = field(default_factory=list)
    decisions: list[Fact] = field(default_factory=list)
    """What was decided for it, in order."""
    noted: Fact | None = None
    """That it waits, told just after a start, while it was kept for others to come back first."""


@dataclass(slots=True)
class PlanHeld:
    """Rules that held from then on."""

    at: Moment
    fingerprint: str | None
    is_start: bool
    """telekit itself began with them."""
    is_told: bool = False
    """It is written down which those were."""


@dataclass(slots=True)
class Recording:
    """All of it."""

    began_at: datetime
    ended_at: datetime
    plans: list[PlanHeld] = field(default_factory=list)
    told: list[tuple[Moment, Event]] = field(default_factory=list)
    """What was told of phones, and what agents said."""
    calls: dict[CallId, RecordedCall] = field(default_factory=dict)
    of_agents: list[tuple[Moment, Fact]] = field(default_factory=list)
    """What agents said, and how they stood: by that a telekit that starts knows them."""
    links: list[Moment] = field(default_factory=list)
    """When telekit learnt which conversations are alive."""
    worked: set[AgentName] = field(default_factory=set)
    """Who was seen on duty, of whose phones it tells all: one of which it tells nothing has not registered.

    How the phones of all others were nothing tells; they count as reachable.
    """

    @property
    def fingerprints(self) -> tuple[str | None, ...]:
        """Give those of the rules that held, each once, in order."""
        return tuple(dict.fromkeys(plan.fingerprint for plan in self.plans))
