"""Two ways to give a day's calls to agents: telekit's own distributor, and a plain model of app_queue."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from telekit.acd.actions import Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import CallArrived, ConversationEnded, Event, OfferAnswered, PhoneSeen, TimePassed
from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, CallId, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step, Strategy
from telekit.domain.skill import Requirement
from tests.bench.fairness_days import RING, WRAP_UP, Call, Served, World

ZONE = ZoneInfo("UTC")
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
LOOKS_EVERY = 1.0
"""Seconds after which a caller of app_queue looks again whether it is their turn.

Source: Asterisk apps/app_queue.c, wait_our_turn: RECHECK is 1.
"""


def by_telekit(world: World, calls: list[Call]) -> list[Served]:
    """Lead a day's calls by the distributor itself, on an invented clock; every phone is answered after its ring."""
    plan = _plan(world)
    distributor = Distributor(plan, MORNING)
    for agent in plan.agents.values():
        distributor.handle(PhoneSeen(agent.phones[0], reachable=True), MORNING)
    distributor.drain(MORNING)
    numbers = {name: number for number, name in enumerate(plan.agents)}
    known = {CallId(str(call.number)): call for call in calls}
    serial = count()
    due: list[tuple[datetime, int, Event]] = []
    for name, call in known.items():
        at = MORNING + timedelta(seconds=call.at)
        heappush(due, (at, next(serial), CallArrived(name, QueueName(call.queue), call.priority)))
    served: list[Served] = []
    while len(served) < len(calls):
        woken = distributor.wakes_at()
        if woken is not None and (not due or woken < due[0][0]):
            now, event = woken, TimePassed()
        else:
            now, _, event = heappop(due)
        for action in distributor.handle(event, now):
            if isinstance(action, Offer):
                call = known[action.call]
                served.append(Served(call, numbers[action.agent], (now - MORNING).total_seconds()))
                answered = now + timedelta(seconds=RING)
                heappush(due, (answered, next(serial), OfferAnswered(action.offer)))
                ended = answered + timedelta(seconds=call.talk)
                heappush(due, (ended, next(serial), ConversationEnded(action.call)))
    return served


def _plan(world: World) -> Plan:
    always = Shift(ShiftName("always"), (Hours(frozenset(range(7)), Span(MORNING.time().min, MORNING.time().min)),))
    agents = [
        Agent(
            AgentName(f"a{number}"),
            f"a{number}",
            (Phone(PhoneKind.SIP, f"a{number}"),),
            {SkillName(skill): 5 for skill in sorted(skills)},
            ZONE,
            (always.name,),
        )
        for number, skills in enumerate(world.agents)
    ]
    queues = [
        Queue(
            QueueName(name),
            (Step(timedelta(0), Requirement.of({SkillName(name): 1}), Strategy.LONGEST_IDLE),),
            wrap_up=timedelta(seconds=WRAP_UP),
            ages=world.ages,
        )
        for name in world.kinds
    ]
    return Plan(
        ZONE,
        agents={agent.name: agent for agent in agents},
        shifts={always.name: always},
        queues={queue.name: queue for queue in queues},
    )


@dataclass(slots=True, eq=False)
class _Caller:
    call: Call
    looks_at: float


@dataclass(slots=True)
class AppQueue:
    """A model of app_queue.

    Each queue has a line of its own; each caller looks once a second whether it is their turn.

    It is when fewer callers are in front than members are free. Then the member who has been idle longest is rung,
    but none whom a heavier queue needs: one that has at least as many callers as free members. No order holds between
    queues of the same weight: whoever looks first after a member is free gets them.
    With `longest_first` (force_longest_waiting_caller, off unless set) none is rung either for whom another queue of
    the same weight has a first caller who came in an earlier second.
    Source: Asterisk apps/app_queue.c, is_our_turn, compare_weight, is_longest_waiting_caller, calc_metric.
    """

    world: World
    longest_first: bool = False
    lines: dict[str, list[_Caller]] = field(default_factory=dict)
    free: dict[int, float] = field(default_factory=dict)
    """Who is free, and since when."""
    served: list[Served] = field(default_factory=list)
    _busy: list[tuple[float, int]] = field(default_factory=list)

    def lead(self, calls: list[Call]) -> list[Served]:
        self.lines = {name: [] for name in self.world.kinds}
        self.free = dict.fromkeys(range(len(self.world.agents)), 0.0)
        coming = list(reversed(calls))
        now = 0.0
        while len(self.served) < len(calls):
            looker = self._next_to_look(now)
            moments = [coming[-1].at if coming else None, self._busy[0][0] if self._busy else None]
            event = min((moment for moment in moments if moment is not None), default=float("inf"))
            if looker is not None and looker.looks_at < event:
                now = looker.looks_at
                self._look(looker, now)
            elif coming and coming[-1].at <= event:
                call = coming.pop()
                now = call.at
                self.lines[call.queue].append(_Caller(call, now))
            else:
                now, agent = heappop(self._busy)
                self.free[agent] = now
        return self.served

    def _members(self, queue: str) -> list[int]:
        """Give the free members, the one idle for longest first."""
        able = (agent for agent in self.free if queue in self.world.agents[agent])
        return sorted(able, key=lambda agent: (self.free[agent], agent))

    def _next_to_look(self, now: float) -> _Caller | None:
        """Give whose turn it is and who looks first, of all queues."""
        turns = [caller for queue, line in self.lines.items() if line for caller in line[: len(self._members(queue))]]
        for caller in turns:
            while caller.looks_at < now:
                caller.looks_at += LOOKS_EVERY
        return min(turns, key=lambda caller: caller.looks_at, default=None)

    def _look(self, caller: _Caller, now: float) -> None:
        queue = caller.call.queue
        for agent in self._members(queue):
            if not self._is_needed_elsewhere(agent, queue) and not self._waits_longer_elsewhere(agent, caller):
                self.lines[queue].remove(caller)
                del self.free[agent]
                self.served.append(Served(caller.call, agent, now))
                heappush(self._busy, (now + RING + caller.call.talk + WRAP_UP, agent))
                return
        caller.looks_at += LOOKS_EVERY

    def _is_needed_elsewhere(self, agent: int, queue: str) -> bool:
        weight = self.world.kinds[queue].priority
        return any(
            kind.priority > weight
            and other in self.world.agents[agent]
            and self.lines[other]
            and len(self.lines[other]) >= len(self._members(other))
            for other, kind in self.world.kinds.items()
        )

    def _waits_longer_elsewhere(self, agent: int, caller: _Caller) -> bool:
        weight = self.world.kinds[caller.call.queue].priority
        return self.longest_first and any(
            other != caller.call.queue
            and kind.priority == weight
            and other in self.world.agents[agent]
            and self.lines[other]
            and int(self.lines[other][0].call.at) < int(caller.call.at)
            for other, kind in self.world.kinds.items()
        )


def by_app_queue(world: World, calls: list[Call]) -> list[Served]:
    """Lead a day's calls as app_queue would."""
    return AppQueue(world).lead(calls)


def by_app_queue_longest_first(world: World, calls: list[Call]) -> list[Served]:
    """Lead them as app_queue would with force_longest_waiting_caller."""
    return AppQueue(world, longest_first=True).lead(calls)
