"""What rows of a queue_log need to know of before, in plain values: they are kept from one telekit to the next."""

from dataclasses import dataclass, field
from datetime import datetime

from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.reports.standing import Place


@dataclass(slots=True)
class Ring:
    """A phone that rings."""

    at: datetime
    queue: QueueName | None
    agent: AgentName | None


@dataclass(slots=True)
class Visit:
    """A call's time in one queue, and with the agent who answered there."""

    queue: QueueName
    entered: int
    """In whole seconds since 1970, as all that Asterisk reckons with."""
    place: Place
    first: int
    """The position at which it came."""
    agent: AgentName | None = None
    hold: int = 0
    began: int = 0
    """When they began to talk."""


@dataclass(slots=True)
class Call:
    """A call, as far as rows need it."""

    caller: str = ""
    dialed: str = ""
    priority: int = 0
    promised: bool = False
    """The caller has hung up and waits to be called back."""
    rings: dict[OfferId, Ring] = field(default_factory=dict)
    visit: Visit | None = None
    ended_by: str = ""
    """Empty as long as telekit leads it."""


@dataclass(slots=True)
class There:
    """An agent who is there: on shift and logged in, whether they can be rung just now or not."""

    since_at: datetime
    pauses: bool = False


@dataclass(slots=True)
class Seen:
    """How an agent was told to be."""

    now: str
    reason: str
    missed: bool
    """It follows from calls that were missed."""


@dataclass(slots=True)
class State:
    """All of it."""

    calls: dict[CallId, Call] = field(default_factory=dict)
    over: dict[CallId, datetime] = field(default_factory=dict)
    """Since when conversations are over of which it is still to be told who ended them, the earliest first."""
    there: dict[AgentName, There] = field(default_factory=dict)
    started_at: datetime | None = None
    """When a telekit began that still learns how everybody stood before."""
    learnt: dict[AgentName, Seen] = field(default_factory=dict)
    first_rules: bool = False
    """telekit has begun, and tells next which rules hold."""
