"""Who and what a test can come by: what else a large plan holds is not set up for it, and changes nothing for it.

A call depends on the queues to which it can come, and on the agents who could ever serve one of them. So a test of a
large plan costs no more than one of a small plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache

from pydantic import BaseModel

from telekit.acd.routing import mismatch
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import ToMenu, ToQueue
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.plan import Plan
from telekit.domain.preference import NamedAgent
from telekit.domain.route import Route
from telekit.ruletests.case import Case
from telekit.ruletests.document import CallDocument

CALL = CallId("any")
Place = ToQueue | ToMenu


class Casting:
    """Gives for each test the part of one plan that it can come by."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._part = cache(self._make)
        self._able: dict[QueueName, frozenset[AgentName]] = {}
        self._next: dict[Place, frozenset[Place]] = {}

    def plan(self, case: Case) -> Plan:
        """Give the plan with those agents and queues alone; routes and menus are all there."""
        calls = [case.call, *(step.told.call for step in case.steps if step.told.call is not None)]
        routes = [route for call in calls for route in self._routes(call)]
        told = {*_words([case.agents, case.call, case.expect, [(step.told, step.told.deeds) for step in case.steps]])}
        told |= {agent for route in routes if (agent := _preferred_by(route)) is not None}
        return self._part(frozenset(self._queues(routes)), frozenset(told & self._plan.agents.keys()))

    def _make(self, queues: frozenset[QueueName], named: frozenset[AgentName]) -> Plan:
        plan, cast = self._plan, named.union(*map(self._able_for, queues))
        return replace(
            plan,
            agents={name: agent for name, agent in plan.agents.items() if name in cast},
            agent_exceptions=tuple(d for d in plan.agent_exceptions if d.agent in cast or d.instead_of in cast),
            queues={name: queue for name, queue in plan.queues.items() if name in queues},
            queue_exceptions=tuple(day for day in plan.queue_exceptions if day.queue in queues),
        )

    def _routes(self, call: CallDocument) -> Iterator[Route]:
        """Give the routes that may take a call, whatever is looked up about it."""
        arrival = Arrival(CALL, call.dialed, Caller(call.caller))
        for route in self._plan.routes:
            if mismatch(self._plan, replace(route, given=()) if route.given else route, arrival) is None:
                yield route
                if not route.given:
                    return

    def _queues(self, routes: Sequence[Route]) -> Iterator[QueueName]:
        """Give the queues to which calls of these routes can come, by menus and from one queue to the next."""
        ahead = [to for route in routes for to in _leads_to(route)]
        seen: set[Place] = set()
        while ahead:
            to = ahead.pop()
            if to in seen:
                continue
            seen.add(to)
            if isinstance(to, ToQueue) and to.queue in self._plan.queues:
                yield to.queue
            if to not in self._next:
                there = self._plan.queues.get(to.queue) if isinstance(to, ToQueue) else self._plan.menus.get(to.menu)
                self._next[to] = frozenset(_leads_to(there))
            ahead += self._next[to]

    def _able_for(self, name: QueueName) -> frozenset[AgentName]:
        """Give who could ever serve a queue."""
        if name not in self._able:
            needed = [step.requirement for step in self._plan.queues[name].steps]
            agents = self._plan.agents.values()
            self._able[name] = frozenset(a.name for a in agents if any(each.met_by(a.skills) for each in needed))
        return self._able[name]


def _preferred_by(route: Route) -> AgentName | None:
    which = route.prefer.which if route.prefer is not None else None
    return which.agent if isinstance(which, NamedAgent) else None


def _leads_to(what: object) -> Iterator[Place]:
    """Give every destination that a part of the plan holds."""
    if isinstance(what, Place):
        yield what
    elif is_dataclass(what) and not isinstance(what, type):
        yield from (to for field in fields(what) for to in _leads_to(getattr(what, field.name)))
    elif isinstance(what, Mapping):
        yield from (to for each in what.values() for to in _leads_to(each))
    elif isinstance(what, tuple):
        yield from (to for each in what for to in _leads_to(each))


def _words(what: object) -> Iterator[str]:
    """Give every text in a test: each may be an agent's name."""
    if isinstance(what, str):
        yield what
    elif isinstance(what, BaseModel):
        yield from _words(what.__dict__)
    elif isinstance(what, Mapping):
        yield from (word for pair in what.items() for each in pair for word in _words(each))
    elif isinstance(what, list | tuple):
        yield from (word for each in what for word in _words(each))
