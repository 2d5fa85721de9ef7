"""Invented days in a contact centre, led by the real distributor in virtual time, for judging what callers are told."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from telekit.acd.actions import Abandoned, Action, Divert, Joined, Offer, OfferEnded, Queued
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    AgentPaused,
    AgentResumed,
    CallArrived,
    CallGone,
    ConversationEnded,
    Event,
    OfferAnswered,
    OfferMissed,
    PhoneSeen,
    TimePassed,
)
from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, CallId, OfferId, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, Queue, Skip, Step, Strategy
from telekit.domain.skill import Requirement

ZONE = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
WEEK = frozenset(range(7))
ASK_EVERY = 60.0
"""Seconds between two moments of one wait."""
WRAP_UP = 20.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One queue's calls."""

    queue: str
    needs: tuple[str, ...]
    calls_an_hour: Callable[[float], float]
    """By the hour of the day."""
    talk: Callable[[random.Random], float]
    """Seconds."""
    important: float = 0.0
    """The share that comes with a higher priority."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of day."""

    name: str
    what: str
    crews: tuple[tuple[int, str, tuple[str, ...]], ...]
    """So many agents, their hours, their skills."""
    kinds: tuple[Kind, ...]


@dataclass(slots=True)
class Moment:
    """One look at one wait, and what came of it."""

    call: CallId
    at: datetime
    waited: float
    position: int
    wait: float
    """What telekit expects, in seconds."""
    least: float
    most: float
    """The middle half of what telekit expects."""
    is_told: bool
    """Whether telekit knows it well enough to tell it."""
    hold: int
    """What app_queue takes for the usual wait, in seconds."""
    came: float | None = None
    """How long the call still waited; None when the caller gave up."""


@dataclass(slots=True)
class HoldTime:
    """What app_queue learns of waits.

    Source: Asterisk apps/app_queue.c, recalc_holdtime.
    """

    seconds: int = 0
    calls: int = 0

    def answered(self, waited: int) -> None:
        self.seconds = (self.seconds * 3 + waited) >> 2 if self.calls else waited


def often_short(mean: float, spread: float) -> Callable[[random.Random], float]:
    """Talk as people do: mostly around a length, some much longer, and one in twelve over at once."""

    def talk(chance: random.Random) -> float:
        if chance.random() < 1 / 12:
            return chance.uniform(8, 30)
        return chance.gammavariate(spread, mean / spread)

    return talk


@dataclass
class Day:
    """One day of one shape."""

    shape: Shape
    seed: int
    moments: list[Moment] = field(default_factory=list)
    joined: int = 0
    given_up: int = 0
    unknown: int = 0
    """Moments at which telekit could not say anything."""

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.shape.name} {self.seed}")
        self.now = self._at(7.0)
        self.plan = self._plan()
        self.distributor = Distributor(self.plan, self.now)
        self._kinds = {QueueName(kind.queue): kind for kind in self.shape.kinds}
        self._holds = {queue: HoldTime() for queue in self._kinds}
        self._future: list[tuple[datetime, int, Callable[[], None]]] = []
        self._serial = 0
        self._open: dict[CallId, list[Moment]] = {}
        self._queue_of: dict[CallId, QueueName] = {}
        self._entered_at: dict[CallId, datetime] = {}
        self._ringing: set[CallId] = set()

    def run(self) -> "Day":
        for agent in self.plan.agents.values():
            self._handle(PhoneSeen(agent.phones[0], reachable=True))
            self._in(self.chance.uniform(1, 3) * 3600, partial(self._pause, agent.name))
        for kind in self.shape.kinds:
            self._next_call(kind, self._at(8.0))
        ends_at = self._at(19.0)
        while self.now < ends_at:
            woken = self.distributor.wakes_at()
            planned = self._future[0][0] if self._future else ends_at
            self.now = max(self.now, min(ends_at, planned, woken or ends_at))
            if woken is not None and woken <= self.now:
                self._handle(TimePassed())
            elif self._future and planned <= self.now:
                heappop(self._future)[2]()
        return self

    def _next_call(self, kind: Kind, after: datetime) -> None:
        """Let calls come at random, as many as the hour has.

        Source: P. Lewis, G. Shedler, Simulation of nonhomogeneous Poisson processes by thinning, 1979.
        """
        most = max(kind.calls_an_hour(quarter / 4) for quarter in range(96))
        at = after
        while True:
            at += timedelta(seconds=self.chance.expovariate(most / 3600))
            if self.chance.random() * most <= kind.calls_an_hour(_hour(at)):
                break
        if _hour(at) < 18.0:
            self._plan_for(at, lambda: self._call_comes(kind))

    def _call_comes(self, kind: Kind) -> None:
        self._serial += 1
        call = CallId(f"call-{self._serial}")
        priority = 10 if self.chance.random() < kind.important else 0
        self._queue_of[call], self._entered_at[call] = QueueName(kind.queue), self.now
        patience = self.chance.weibullvariate(1500, 1.3)
        self._plan_for(self.now + timedelta(seconds=patience), lambda: self._gives_up(call))
        self._next_call(kind, self.now)
        self._handle(CallArrived(call, QueueName(kind.queue), priority))

    def _gives_up(self, call: CallId) -> None:
        if call in self._entered_at:
            self._handle(CallGone(call))

    def _look(self, call: CallId) -> None:
        """Ask at one moment of a wait what is to be expected."""
        if call not in self._entered_at:
            return
        outlook = self.distributor.outlook(call, self.now) if call not in self._ringing else None
        if outlook is not None:
            if (estimate := outlook.estimate) is not None:
                waited = (self.now - self._entered_at[call]).total_seconds()
                hold = self._holds[self._queue_of[call]].seconds
                wait, least, most = (each.total_seconds() for each in (estimate.wait, estimate.least, estimate.most))
                self._open.setdefault(call, []).append(
                    Moment(call, self.now, waited, outlook.position, wait, least, most, estimate.known_well, hold)
                )
            else:
                self.unknown += 1
        self._in(ASK_EVERY, lambda: self._look(call))

    def _pause(self, agent: AgentName) -> None:
        if self.distributor.agent(agent).presence.presence is not Presence.LOGGED_OUT:
            self._handle(AgentPaused(agent, "break"))
        self._in(self.chance.uniform(300, 900), lambda: self._handle(AgentResumed(agent)))
        self._in(self.chance.uniform(1, 3) * 3600, lambda: self._pause(agent))

    def _in(self, seconds: float, do: Callable[[], None]) -> None:
        self._plan_for(self.now + timedelta(seconds=seconds), do)

    def _plan_for(self, at: datetime, do: Callable[[], None]) -> None:
        self._serial += 1
        heappush(self._future, (at, self._serial, do))

    def _handle(self, event: Event) -> None:
        for action in self.distributor.handle(event, self.now):
            self._react(action)

    def _react(self, action: Action) -> None:
        match action:
            case Queued(call):
                if call not in self._open:
                    self._open[call] = []
                    self._in(0, lambda: self._look(call))
            case Offer():
                self._ringing.add(action.call)
                self._ring(action.offer)
            case OfferEnded():
                self._ringing.discard(action.call)
            case Joined(_, call, queue):
                self._answered(call, queue)
                talk = self._kinds[queue].talk(self.chance)
                self._in(talk, lambda: self._handle(ConversationEnded(call)))
            case Abandoned(call, queue) | Divert(call, queue):
                self._entered_at.pop(call, None)
                self._holds[queue].calls += 1
                self.given_up += 1
                self.moments += self._open.pop(call, ())
            case _:
                pass

    def _ring(self, offer: OfferId) -> None:
        luck = self.chance.random()
        if luck < 0.94:
            self._in(self.chance.uniform(2, 9), lambda: self._handle(OfferAnswered(offer)))
        elif luck < 0.98:
            self._in(20, lambda: self._handle(OfferMissed(offer, MissCause.NO_ANSWER)))
        else:
            self._in(3, lambda: self._handle(OfferMissed(offer, MissCause.REJECTED)))

    def _answered(self, call: CallId, queue: QueueName) -> None:
        entered_at = self._entered_at.pop(call)
        self._ringing.discard(call)
        hold = self._holds[queue]
        hold.answered(int((self.now - entered_at).total_seconds()))
        hold.calls += 1
        self.joined += 1
        for moment in self._open.pop(call, ()):
            moment.came = (self.now - moment.at).total_seconds()
            self.moments.append(moment)

    def _plan(self) -> Plan:
        agents: dict[AgentName, Agent] = {}
        shifts: dict[ShiftName, Shift] = {}
        for count, hours, skills in self.shape.crews:
            start, end = map(time.fromisoformat, hours.split("-"))
            shift = ShiftName(hours)
            shifts[shift] = Shift(shift, (Hours(WEEK, Span(start, end)),))
            for _ in range(count):
                name = AgentName(f"agent-{len(agents):03}")
                able = {SkillName(skill): 5 for skill in skills}
                agents[name] = Agent(name, name, (Phone(PhoneKind.SIP, name),), able, ZONE, (shift,))
        missed = {MissCause.NO_ANSWER: Skip(timedelta(seconds=60)), MissCause.REJECTED: Skip(timedelta(seconds=60))}
        queues: dict[QueueName, Queue] = {}
        for kind in self.shape.kinds:
            needs = Requirement.of({SkillName(skill): 1 for skill in kind.needs})
            steps = (Step(timedelta(0), needs, Strategy.LONGEST_IDLE),)
            queue = Queue(QueueName(kind.queue), steps, wrap_up=timedelta(seconds=WRAP_UP), missed=missed)
            queues[queue.name] = queue
        return Plan(ZONE, agents=agents, shifts=shifts, queues=queues)

    def _at(self, hour: float) -> datetime:
        return MONDAY.astimezone(UTC) + timedelta(hours=hour)


def _hour(at: datetime) -> float:
    return (at - MONDAY.astimezone(UTC)).total_seconds() / 3600
