"""A call in the line, an offer that rings, a conversation."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from telekit.domain.callback import Callback
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.preference import Preferred
from telekit.domain.queue import Queue

if TYPE_CHECKING:
    from telekit.acd.hall import Hall
    from telekit.acd.handset import Handset
    from telekit.acd.line import Line
    from telekit.acd.seat import Seat

MICROSECOND = timedelta(microseconds=1)
NOTHING = timedelta(0)

Precedence = tuple[float, datetime, int]
"""Of two calls the one with the lower is served first: priority, then age, then the order of arrival."""


@dataclass(slots=True, eq=False)
class Waiting:
    """One call that waits for an agent, also while an offer of it rings."""

    call: CallId
    hall: "Hall"
    priority: int
    entered_at: datetime
    came_at: datetime
    """Since when its age counts; steps and exits count from `entered_at`."""
    number: int
    """Counts the arrivals: of two calls that entered at one instant the lower comes first."""
    exited: timedelta = NOTHING
    """The exits up to this wait have been taken."""
    step: int = 0
    offers: int = 0
    """How many were made of it so far, and before it came here."""
    ringing: "tuple[Ringing, ...]" = ()
    """The offers of it that run: one, or with `ring-all` several."""
    past: dict[OfferId, "Ringing"] = field(default_factory=dict)
    """Offers of it that ended: an answer may still be on its way."""
    missed: dict[AgentName, None] = field(default_factory=dict)
    """Who did not take it, the one whose miss lies furthest back first."""
    rests_until: datetime | None = None
    """Not offered before then, because the switch failed at it."""
    preferred: Preferred | None = None
    """For whom it is held; None once it is everybody's."""
    callback: Callback | None = None
    """What was promised to the caller, who has hung up; None for one who is on the line."""
    asked_until: datetime | None = None
    """Until then the caller, for whom nobody is there, may agree to be called back; None before the question."""
    told_queued: bool = False
    lines: list["Line"] = field(default_factory=list)
    """Where it stands; nowhere while it is offered or rests."""
    left: bool = False
    """It no longer waits here."""
    ticket: int = 0
    """Counts its stands in lines: a place taken with an earlier ticket is void."""

    @property
    def offer(self) -> "Ringing | None":
        """Give an offer of it that runs, the one made first; None when none does."""
        return self.ringing[0] if self.ringing else None

    def next_offer(self) -> OfferId:
        """Name one more offer of it."""
        self.offers += 1
        return OfferId(f"{self.call}.{self.offers}")

    @property
    def held_for(self) -> AgentName | None:
        """Name the agent who alone may be offered it now."""
        return self.preferred.agent if self.preferred is not None else None

    @property
    def held_until(self) -> datetime | None:
        """Tell when it is everybody's at the latest, if it is not yet."""
        return self.entered_at + self.preferred.span if self.preferred is not None else None

    def waited(self, now: datetime) -> timedelta:
        return now - self.entered_at if now > self.entered_at else NOTHING

    def precedence(self, now: datetime) -> Precedence:
        """Tell its place among all calls, at this moment."""
        ages = self.hall.queue.ages
        if not ages:
            return -self.priority, self.came_at, self.number
        age = max(now - self.came_at, NOTHING)
        points = (self.priority * (ages // MICROSECOND) + age // MICROSECOND) / (ages // MICROSECOND)
        return -points, self.came_at, self.number


@dataclass(slots=True, eq=False)
class Ringing:
    """One running offer."""

    offer: OfferId
    waiting: Waiting
    seat: "Seat"
    handset: "Handset"
    queue: Queue
    step: int
    started_at: datetime
    overdue_at: datetime
    left: bool = False
    """It no longer rings."""


@dataclass(slots=True, eq=False)
class Conversation:
    """One conversation between a caller and an agent."""

    call: CallId
    seat: "Seat | None"
    """None when the plan has never had the agent."""
    agent: AgentName
    queue: Queue | None
    handset: "Handset | None"
    """None when it was found: the switch alone knows on which phone."""
    since_at: datetime
    held: timedelta = timedelta(0)
    """How long the caller was on hold, until the last time that ended."""
    held_since_at: datetime | None = None
    """Since when the caller is on hold."""
