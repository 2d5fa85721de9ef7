"""A world round the distributor, played in virtual time: a plan of any size, callers, and agents who are only human."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from time import perf_counter_ns, thread_time_ns
from zoneinfo import ZoneInfo

from telekit.acd.actions import Action, Divert, Joined, Offer, PresenceChanged
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
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
from telekit.domain.destination import ToVoicemail
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, CallId, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit, MissCause, Queue, Step, Strategy
from telekit.domain.skill import Requirement

ZONE = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
SHIFTS = {"early": "06:00-12:00", "late": "12:00-20:00", "day": "08:00-18:00"}
SEED = 7
ONE_BY_ONE = [strategy for strategy in Strategy if strategy is not Strategy.RING_ALL]
"""So that the figures can be compared with those from before there was one that rings all."""

Taken = tuple[int, int]
"""Nanoseconds that one event took: by the clock on the wall, and of this thread on the processor."""


@dataclass(frozen=True, slots=True)
class Size:
    agents: int = 15_000
    skills: int = 500
    queues: int = 5_000
    calls: int = 7_500


def at(text: str) -> datetime:
    return datetime.combine(MONDAY.date(), time.fromisoformat(text), ZONE).astimezone(UTC)


def make_plan(size: Size) -> Plan:
    """Make a plan: most skills are rare, ten are languages that many speak."""
    chance = random.Random(SEED)
    languages = [SkillName(f"language-{n}") for n in range(10)]
    topics = [SkillName(f"topic-{n}") for n in range(size.skills - len(languages))]
    agents = {}
    for number in range(size.agents):
        name = AgentName(f"agent-{number:05}")
        skills = [*chance.sample(languages, chance.randint(1, 2)), *chance.sample(topics, chance.randint(2, 5))]
        shift = ShiftName(chance.choice(list(SHIFTS)))
        phone = Phone(PhoneKind.SIP, name)
        agents[name] = Agent(name, name, (phone,), {s: chance.randint(1, 10) for s in skills}, ZONE, (shift,))
    queues = {}
    for number in range(size.queues):
        queue = _queue(QueueName(f"queue-{number:04}"), chance, languages, topics)
        queues[queue.name] = queue
    week = frozenset(range(7))
    shifts = {}
    for shift_name, hours in SHIFTS.items():
        start, end = map(time.fromisoformat, hours.split("-"))
        shifts[ShiftName(shift_name)] = Shift(ShiftName(shift_name), (Hours(week, Span(start, end)),))
    return Plan(ZONE, skills=frozenset((*languages, *topics)), agents=agents, shifts=shifts, queues=queues)


def _queue(name: QueueName, chance: random.Random, languages: list[SkillName], topics: list[SkillName]) -> Queue:
    language, topic = chance.choice(languages), chance.choice(topics)
    level, strategy = chance.randint(4, 7), chance.choice(ONE_BY_ONE)
    steps = [
        Step(timedelta(0), Requirement.of({language: 4, topic: level}), strategy),
        Step(timedelta(seconds=30), Requirement.of({topic: level - 2}), strategy),
    ]
    if chance.random() < 0.3:
        steps.append(Step(timedelta(seconds=90), Requirement.of({language: 3}), Strategy.LONGEST_IDLE))
    return Queue(
        name,
        tuple(steps),
        exits=(Exit(timedelta(minutes=8), ToVoicemail()),),
        wrap_up=timedelta(seconds=chance.choice((0, 10, 30))),
        last_offer=timedelta(minutes=chance.choice((0, 0, 0, 5))),
        ages=chance.choice((None, None, timedelta(seconds=10))),
    )


class World:
    """Callers and agents round a distributor, in virtual time."""

    def __init__(self, size: Size, start: datetime) -> None:
        self.size = size
        self.chance = random.Random(SEED)
        self.now = start
        self.plan = make_plan(size)
        self.distributor = Distributor(self.plan, start)
        self.times: defaultdict[str, list[Taken]] = defaultdict(list)
        self.offers = 0
        self.present: Counter[Presence] = Counter()
        self.in_progress: set[CallId] = set()
        self._future: list[tuple[datetime, int, Event]] = []
        self._serial = 0
        self._queues = list(self.plan.queues)
        self.handle("start", TimePassed())
        for agent in self.plan.agents.values():
            self.handle("phone", PhoneSeen(agent.phones[0], True))
        self.drain("start")

    def handle(self, kind: str, event: Event) -> None:
        wall, cpu = perf_counter_ns(), thread_time_ns()
        actions = self.distributor.handle(event, self.now)
        cpu_taken, wall_taken = thread_time_ns() - cpu, perf_counter_ns() - wall
        self.times[kind].append((wall_taken, cpu_taken))
        for action in actions:
            self._react(action)

    def drain(self, kind: str) -> None:
        while (woken := self.distributor.wakes_at()) is not None and woken <= self.now:
            self.handle(kind, TimePassed())

    def plan_for(self, seconds: float, event: Event) -> None:
        self._serial += 1
        heappush(self._future, (self.now + timedelta(seconds=seconds), self._serial, event))

    def arrive(self) -> None:
        """Let a call come in, and the next one be on its way as soon as fewer than the wanted number are here."""
        self._serial += 1
        call = CallId(f"call-{self._serial}")
        self.in_progress.add(call)
        self.plan_for(self.chance.expovariate(1 / 600), CallGone(call))
        priority = self.chance.choice((0, 0, 0, 0, 10))
        self.handle("arrival", CallArrived(call, self.chance.choice(self._queues), priority))

    def run(self, until: datetime, wake: str = "wake-up") -> None:
        """Play until then, with always as many calls as wanted, answered, missed or given up like in life."""
        while True:
            woken = self.distributor.wakes_at()
            planned = self._future[0][0] if self._future else until
            next_at = min(until, planned, woken or until)
            self.now = max(self.now, next_at)
            if self.now >= until:
                return
            if woken is not None and woken <= self.now:
                self.handle(wake, TimePassed())
            elif self._future and planned <= self.now:
                event = heappop(self._future)[2]
                if isinstance(event, CallGone | ConversationEnded):
                    self.in_progress.discard(event.call)
                self.handle(type(event).__name__, event)
            missing = self.size.calls - len(self.in_progress)
            for _ in range(min(missing, 3)):
                self.arrive()

    def _react(self, action: Action) -> None:
        match action:
            case Offer():
                self.offers += 1
                luck = self.chance.random()
                if luck < 0.9:
                    self.plan_for(self.chance.uniform(2, 12), OfferAnswered(action.offer))
                elif luck < 0.97:
                    self.plan_for(20, OfferMissed(action.offer, MissCause.NO_ANSWER))
                else:
                    self.plan_for(3, OfferMissed(action.offer, MissCause.REJECTED))
            case Joined():
                self.plan_for(self.chance.expovariate(1 / 180), ConversationEnded(action.call))
            case Divert():
                self.in_progress.discard(action.call)
            case PresenceChanged():
                self.present[action.was.presence] -= 1
                self.present[action.now.presence] += 1
