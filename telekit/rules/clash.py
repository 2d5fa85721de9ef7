"""What no entry of the rules can see alone: two agents with one phone, two words about one day, calls in a ring."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from telekit.domain.destination import ToQueue
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.names import AgentName, QueueName, VariableName
from telekit.domain.origin import Origin
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.preference import GivenAgent, NamedAgent
from telekit.domain.queue import Queue
from telekit.domain.route import Inquiry, Route
from telekit.rules.ring import Stop, endless_rings, unstaffed_rings


@dataclass(frozen=True, slots=True)
class Clash:
    """A mistake that lies in how entries of a plan go together."""

    origin: Origin
    path: str
    message: str
    hint: str = ""


def clashes(plan: Plan, *, has_zone: bool) -> Iterator[Clash]:
    """Give every clash of a plan whose entries are right, each for itself."""
    if not has_zone:
        yield from islice(_zoneless_hours(plan), 1)
    yield from _shared_phones(plan)
    yield from _days_told_twice(plan)
    yield from _vain_preferences(plan)
    yield from _asked_too_early(plan)
    for ring in endless_rings(plan):
        yield Clash(ring[0].origin, _path(ring[0]), f"a caller who presses nothing never gets out: {_way(ring)}")
    for ring in unstaffed_rings(plan):
        queue = next(stop for stop in ring if isinstance(stop, Queue))
        message = "a call for which no agent is on shift would come back to this queue for ever"
        yield Clash(queue.origin, f"{_path(queue)}.no_agent", message)
    yield from _sent_where_they_are(plan)


def _sent_where_they_are(plan: Plan) -> Iterator[Clash]:
    for queue in plan.queues.values():
        for key, ways in (("steps", queue.exits), ("overflow", queue.overflow)):
            for way in ways:
                if isinstance(way.go, ToQueue) and way.go.queue == queue.name:
                    yield Clash(way.origin, f"{_path(queue)}.{key}", "the call is in this queue already")


def _shared_phones(plan: Plan) -> Iterator[Clash]:
    owners: dict[Phone, AgentName] = {}
    for agent in plan.agents.values():
        for phone in agent.phones:
            owner = owners.setdefault(phone, agent.name)
            if phone.kind is PhoneKind.SIP and owner != agent.name:
                place = plan.agents[owner].places["phone"]
                message = f"{phone} is already the phone of '{owner}', at {place}"
                yield Clash(agent.places["phone"], f"agents.{agent.name}.phone", message)


def _days_told_twice(plan: Plan) -> Iterator[Clash]:
    of_agents: dict[tuple[AgentName, date], AgentException] = {}
    for one in plan.agent_exceptions:
        first = of_agents.setdefault((one.agent, one.on), one)
        if first is not one and (first.off is not None or one.off is not None):
            does = "already works" if first.off is None else "is already off"
            message = f"'{one.agent}' {does} on {one.on}, at {first.origin}"
            yield Clash(one.origin, "exceptions", message)
    of_queues: dict[tuple[QueueName, date], QueueException] = {}
    for other in plan.queue_exceptions:
        before = of_queues.setdefault((other.queue, other.on), other)
        if before is not other:
            state = "open" if before.closed is None else "closed"
            message = f"'{other.queue}' is already {state} on {other.on}, at {before.origin}"
            yield Clash(other.origin, "exceptions", message)


def _vain_preferences(plan: Plan) -> Iterator[Clash]:
    for route in plan.routes:
        prefer, to = route.prefer, route.destination
        if prefer is None or not isinstance(prefer.which, NamedAgent) or not isinstance(to, ToQueue):
            continue
        agent, queue = plan.agents.get(prefer.which.agent), plan.queues.get(to.queue)
        if agent and queue and not any(step.requirement.met_by(agent.skills) for step in queue.steps):
            message = f"'{agent.name}' never has the skills that queue '{queue.name}' requires"
            yield Clash(prefer.origin, "routes", message)


def _asked_too_early(plan: Plan) -> Iterator[Clash]:
    """Find what is asked for before any lookup has given it."""
    given: set[VariableName] = set()
    for route in plan.routes:
        for inquiry in route.inquiries:
            yield from _not_given_yet(inquiry, given, plan)
            if inquiry.lookup in plan.lookups:
                given.update(plan.lookups[inquiry.lookup].gives)
        yield from _not_given_yet(route, given, plan)


def _not_given_yet(route: Route | Inquiry, given: Collection[VariableName], plan: Plan) -> Iterator[Clash]:
    asked = [variable for variable, _ in route.given]
    if isinstance(route, Route) and route.prefer is not None and isinstance(route.prefer.which, GivenAgent):
        asked.append(route.prefer.which.variable)
    for variable in asked:
        gives = [lookup.name for lookup in plan.lookups.values() if variable in lookup.gives]
        if variable not in given and gives:
            hint = f"put '- lookup: {gives[0]}' before it"
            yield Clash(route.origin, "routes", f"nothing before this route looks up '{variable}'", hint)


def _zoneless_hours(plan: Plan) -> Iterator[Clash]:
    """Find what is told in the zone of the rules."""
    hint = "add a line such as 'timezone: Europe/Paris' to the rules"
    for queue in plan.queues.values():
        for hours in queue.opening:
            yield Clash(hours.origin, f"{_path(queue)}.open", "no time zone says when this is", hint)
    for agent in plan.agents.values():
        if agent.shifts and "timezone" not in agent.places:
            yield Clash(agent.places["shifts"], f"agents.{agent.name}.shifts", "no time zone says when this is", hint)
    places = [*(one.origin for one in plan.agent_exceptions), *(one.origin for one in plan.queue_exceptions)]
    for origin in places:
        yield Clash(origin, "exceptions", "no time zone says when this is", hint)


def _path(stop: Stop) -> str:
    return f"queues.{stop.name}" if isinstance(stop, Queue) else f"menus.{stop.name}"


def _way(ring: Sequence[Stop]) -> str:
    stops = [
        f"queue {stop.name}, closed" if isinstance(stop, Queue) else f"menu {stop.name}" for stop in [*ring, ring[0]]
    ]
    return " -> ".join(stops)
