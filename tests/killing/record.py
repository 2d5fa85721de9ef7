"""What was seen from outside while telekit was killed and started again; every moment is in seconds since 1970."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.lab.journal import JournalLine

NEVER = float("inf")
AT_REST = 1.5  # seconds in which telekit starts on a machine that does nothing else


@dataclass(slots=True)
class Ring:
    """One phone called for one caller."""

    agent: str
    number: str
    rang_at: float
    answered_at: float = NEVER
    over_at: float = NEVER
    """The phone no longer rings, or the conversation is over, for whatever reason."""
    passed_at: float = NEVER
    """The agent sent the caller elsewhere; the phone hangs up a little later."""
    by: str = ""
    """Who ended it: `agent`, `caller` (or whatever else is behind the switch), `refused`, `cancelled`, `passed on`."""

    @property
    def quiet_at(self) -> float:
        """When it stopped ringing."""
        return min(self.answered_at, self.over_at)

    @property
    def talked(self) -> float:
        return min(self.over_at, self.passed_at) - self.answered_at if self.answered_at < NEVER else 0.0


@dataclass(slots=True)
class Visit:
    """One caller, from the first INVITE to the end."""

    number: str
    queue: str
    dialed_at: float
    ended_at: float = NEVER
    by: str = ""
    """`caller`, or `callee` for everything behind the switch."""
    passed_on: bool = False
    """An agent sent the caller to another queue."""


@dataclass(slots=True)
class Absence:
    """A stretch in which an agent had said that they take no calls."""

    agent: str
    presence: str
    """`paused` or `logged-out`."""
    since: float
    """telekit had agreed."""
    until: float = NEVER
    """The agent began to take it back."""
    back_at: float = NEVER
    """telekit had agreed to that too."""


@dataclass(slots=True)
class Life:
    """One process of telekit."""

    started_at: float
    ready_at: float = NEVER
    killed_at: float = NEVER
    aim: str = ""
    """At what moment it was killed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call in telekit's line."""

    call: str
    queue: str
    entered_at: float
    rings: bool


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What telekit itself said of a moment."""

    at: float
    agents: Mapping[str, str]
    calls: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One caller's channel that the switch showed."""

    call: str
    number: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """All callers' channels that the switch showed at a moment."""

    at: float
    channels: tuple[Channel, ...]


@dataclass(slots=True)
class Silence:
    """A stretch in which one side of a call heard nothing at all."""

    who: str
    number: str
    since: float
    until: float


@dataclass(slots=True)
class Record:
    """All of it."""

    lives: list[Life] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    glimpses: list[Glimpse] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    facts: list[JournalLine] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """What SQLite complained of when the journal was examined right after a kill."""
    late: float = 0.0
    """By how many seconds the observer itself was late at the worst."""

    @property
    def slow(self) -> float:
        """By how many seconds telekit took longer to start, at the worst, than it does on a machine at rest."""
        took = [life.ready_at - life.started_at for life in self.lives if life.ready_at < NEVER]
        return max(0.0, *(span - AT_REST for span in took))

    def visit(self, number: str) -> Visit:
        return next(visit for visit in self.visits if visit.number == number)

    def rings_of(self, number: str) -> list[Ring]:
        return [ring for ring in self.rings if ring.number == number]

    def numbers(self) -> dict[str, str]:
        """Give each call's number, as the switch showed it."""
        callers = {visit.number for visit in self.visits}
        return {
            channel.call: channel.number
            for sighting in self.sightings
            for channel in sighting.channels
            if channel.number in callers
        }

    def away(self) -> list[tuple[float, float]]:
        """Give the stretches in which no telekit took calls."""
        stretches, since = [], 0.0
        for life in self.lives:
            if life.ready_at < NEVER:
                stretches.append((since, life.ready_at))
                since = life.killed_at
        return stretches
