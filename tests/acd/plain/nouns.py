"""The nouns of the plain distributor: phones, people, callers, rings, talks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telekit.domain.agent import Agent
from telekit.domain.callback import Callback, CallbackRules
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.preference import Preferred
from telekit.domain.presence import PresenceSince
from telekit.domain.queue import MissCause, Queue

SECOND = timedelta(seconds=1)


@dataclass(eq=False)
class Handy:
    phone: Phone
    reachable: bool = False
    engaged: bool = False
    failed_at: datetime | None = None
    doubt: timedelta = 5 * SECOND
    back_at: datetime | None = None
    users: "list[Person]" = field(default_factory=list)

    def why_not(self) -> str:
        known = self.reachable or self.phone.kind is PhoneKind.TEL
        return "could not be rung" if known else "is not registered"

    def fail(self, at: datetime, doubt: timedelta, back_after: timedelta | None) -> None:
        self.failed_at, self.doubt = at, doubt
        self.back_at = at + back_after if back_after else None

    def usable(self) -> bool:
        return (self.reachable or self.phone.kind is PhoneKind.TEL) and self.failed_at is None


@dataclass(eq=False)
class Person:
    agent: Agent
    presence: PresenceSince
    idle_at: datetime
    on: bool = False
    logged_in: bool = False
    pause: str | None = None
    skip_until: datetime | None = None
    skip_reason: str = ""
    paused_for: MissCause | None = None
    pause_until: datetime | None = None
    skipped_for: MissCause | None = None
    wrap_until: datetime | None = None
    wraps_up: CallId | None = None
    settles_at: datetime | None = None
    phones: list[Handy] = field(default_factory=list)
    ring: "Ring | None" = None
    talks: set[CallId] = field(default_factory=set)
    calls: int = 0
    misses: dict[MissCause, int] = field(default_factory=dict)
    left: bool = False

    @property
    def name(self) -> AgentName:
        return self.agent.name

    def forgive(self) -> None:
        if self.paused_for:
            self.pause = None
        self.paused_for = self.pause_until = self.skip_until = self.skipped_for = None
        self.misses = {}

    def engaged(self) -> bool:
        return any(p.engaged or any(user is not self for user in p.users) for p in self.phones)


@dataclass(eq=False)
class Caller:
    call: CallId
    queue: Queue
    priority: int
    entered_at: datetime
    came_at: datetime
    number: int
    exited: timedelta = timedelta(0)
    is_new: bool = False
    rings: "list[Ring]" = field(default_factory=list)
    missed: list[AgentName] = field(default_factory=list)
    rests_until: datetime | None = None
    told: bool = False
    preferred: Preferred | None = None
    callback: Callback | None = None
    asked_until: datetime | None = None
    past: dict[OfferId, "Ring"] = field(default_factory=dict)

    def waited(self, now: datetime) -> timedelta:
        return max(now - self.entered_at, timedelta(0))

    def precedence(self, now: datetime) -> tuple[float, datetime, int]:
        points = float(self.priority)
        if self.queue.ages:
            age = self.queue.ages
            aged = max(now - self.came_at, timedelta(0)) / timedelta(microseconds=1)
            points = (self.priority * (age // SECOND) * 10**6 + aged) / (age // SECOND * 10**6)
        return -points, self.came_at, self.number


@dataclass(eq=False)
class Ring:
    offer: OfferId
    caller: Caller
    person: Person
    phone: Handy
    queue: Queue
    started_at: datetime
    called_back: bool = False

    @property
    def overdue_at(self) -> datetime:
        confirming = 30 * SECOND if self.phone.phone.confirm else timedelta(0)
        another = (self.queue.callback or CallbackRules()).ring + 60 * SECOND if self.called_back else timedelta(0)
        return self.started_at + self.queue.ring + 10 * SECOND + confirming + another


@dataclass(eq=False)
class Talk:
    call: CallId
    name: AgentName
    person: Person | None
    queue: Queue | None
    phone: Handy | None
    since_at: datetime
    held: timedelta = timedelta(0)
    held_since: datetime | None = None
