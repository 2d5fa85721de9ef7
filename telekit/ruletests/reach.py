"""Which parts of the rules a rehearsal reached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telekit.acd.actions import DivertReason, InviteReason
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.roster.roster import Roster
from telekit.rules.duration import write_duration

WAITED = (FactKind.JOINED, FactKind.ABANDONED, FactKind.DIVERTED)
"""What ends a wait, and tells how long it was."""


class Kind(StrEnum):
    """A kind of part, in the words of the report."""

    ROUTE = "route"
    MENU_KEY = "menu key"
    STEP = "step"
    EXIT = "exit"
    OFFER = "offer"
    OVERFLOW = "overflow"
    CLOSED = "closed"
    NO_AGENT = "no agent"
    SHIFT = "shift"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the rules that a test may reach."""

    kind: Kind
    name: str
    origin: Origin


def parts_of(plan: Plan) -> list[Part]:
    """List everything in a plan that a test may reach, in the order of the rules."""
    parts = [
        Part(Kind.ROUTE, route_name(route.label, number), route.origin) for number, route in enumerate(plan.routes)
    ]
    for menu in plan.menus.values():
        parts += [key_part(plan, menu.name, key) for key in (*menu.choices, None)]
    for queue in plan.queues.values():
        parts += [step_part(queue, number) for number in range(len(queue.steps))]
        parts += [
            Part(Kind.EXIT, f"{queue.name} after {write_duration(exit_.after)}", exit_.origin) for exit_ in queue.exits
        ]
        parts += [
            Part(Kind.OFFER, f"{queue.name} after {write_duration(each.after)}", each.origin)
            for each in queue.invitations
        ]
        parts += [overflow_part(queue, number) for number in range(len(queue.overflow))]
        if queue.opening or any(day.queue == queue.name for day in plan.queue_exceptions):
            parts.append(Part(Kind.CLOSED, queue.name, queue.origin))
        parts.append(Part(Kind.NO_AGENT, queue.name, queue.origin))
        if queue.no_agent.offers_callback:
            parts.append(offer_to_the_unserved(queue))
    parts += [Part(Kind.SHIFT, shift.name, shift.origin) for shift in plan.shifts.values()]
    for day in plan.agent_exceptions:
        parts.append(Part(Kind.EXCEPTION, f"{day.agent} on {day.on}", day.origin))
    for closing in plan.queue_exceptions:
        parts.append(Part(Kind.EXCEPTION, f"{closing.queue} on {closing.on}", closing.origin))
    return parts


def route_name(label: str, number: int) -> str:
    """Name a route, by its place where the rules give it no name."""
    return label or f"{number + 1}."


def key_part(plan: Plan, menu: str, key: str | None) -> Part:
    """Give the part that a key in a menu is; None is for pressing nothing."""
    written = next(each for each in plan.menus.values() if each.name == menu)
    pressed = key if key is not None else "nothing"
    return Part(Kind.MENU_KEY, f"{menu}: {pressed}", written.place_of(key))


def step_part(queue: Queue, number: int) -> Part:
    """Give the part that a step of a queue is; the first is the queue itself."""
    step = queue.steps[number]
    return Part(
        Kind.STEP,
        f"{queue.name} after {write_duration(step.after)}" if number else f"{queue.name} at once",
        step.origin,
    )


def offer_to_the_unserved(queue: Queue) -> Part:
    """Give the part that a callback is which is offered where nobody is there."""
    return Part(Kind.OFFER, f"{queue.name} with no agent", queue.origin)


def overflow_part(queue: Queue, number: int) -> Part:
    """Give the part that an overflow of a queue is."""
    overflow = queue.overflow[number]
    limit = f"{overflow.waiting} wait" if overflow.waiting is not None else f"{overflow.per_agent} an agent"
    return Part(Kind.OVERFLOW, f"{queue.name} from {limit}", overflow.origin)


class Reach:
    """Gather the parts that one rehearsal reached."""

    def __init__(self, plan: Plan, roster: Roster) -> None:
        self._plan, self._roster = plan, roster
        self._by_origin = {part.origin: part for part in parts_of(plan)}
        dated = {who for day in plan.agent_exceptions for who in (day.agent, day.instead_of)}
        self._dated = [agent for agent in plan.agents.values() if agent.name in dated]
        """Agents whom an exception concerns: of all others the week's pattern holds."""
        self.parts: set[Part] = set()
        self._since: dict[CallId, float] = {}
        """Since when calls wait, in seconds of 1970."""

    def facts(self, facts: list[Fact]) -> None:
        """Note what the journal tells of calls."""
        for fact in facts:
            self._fact(fact)

    def key(self, choices: object, key: str | None) -> None:
        """Note what a caller did in a menu, which is known by its choices."""
        menu = next((menu for menu in self._plan.menus.values() if menu.choices is choices), None)
        if menu is not None:
            self.parts.add(key_part(self._plan, menu.name, key))

    def waits(self, queue: QueueName, step: int) -> None:
        """Note that a call waits at a step."""
        self.parts.update(step_part(self._plan.queues[queue], number) for number in range(step + 1))

    def day(self, queue: QueueName | None, at: datetime) -> None:
        """Note the exceptions that hold at a moment for a queue, and for those who could serve it."""
        if queue is None:
            return
        asked = self._plan.queues[queue]
        opening, closing = self._roster.opening_at(queue, at), self._roster.why_closed(queue, at)
        self._origins(*(each.origin for each in (opening, closing) if each is not None))
        for agent in self._dated:
            if any(step.requirement.met_by(agent.skills) for step in asked.steps):
                why = self._roster.why_off(agent.name, at)
                block = self._roster.shift_at(agent.name, at)
                self._origins(*(why.origins if why is not None else ()), *((block.origin,) if block else ()))

    def _fact(self, fact: Fact) -> None:
        plan = self._plan
        if fact.kind is FactKind.CALL_ROUTED:
            for number, route in enumerate(plan.routes):
                if str(route.origin) == fact.details["route"]:
                    self.parts.add(Part(Kind.ROUTE, route_name(route.label, number), route.origin))
        if fact.queue is None or fact.queue not in plan.queues:
            return
        queue = plan.queues[fact.queue]
        if fact.kind in WAITED:
            self._waited(queue, float(fact.details["waited"] or 0))
        if fact.kind is FactKind.QUEUED and fact.call is not None:
            self.parts.add(step_part(queue, 0))
            self._since[fact.call] = float(fact.details["entered_at"] or 0)
        elif fact.kind is FactKind.CALLBACK_OFFERED and fact.details["reason"] == InviteReason.NO_AGENT:
            self.parts.add(offer_to_the_unserved(queue))
        elif fact.kind is FactKind.CALLBACK_OFFERED and fact.call is not None:
            since = self._since.get(fact.call, fact.at.timestamp())
            self._offered(queue, fact.at.timestamp() - since, str(fact.details["detail"]))
        elif fact.kind is FactKind.OFFERED and fact.agent is not None:
            self.waits(queue.name, int(fact.details["step"] or 0))
            self._worked(fact.agent, fact.at)
        elif fact.kind is FactKind.DIVERTED:
            self._diverted(
                queue, str(fact.details["reason"]), float(fact.details["waited"] or 0), str(fact.details["detail"])
            )

    def _waited(self, queue: Queue, waited: float) -> None:
        """Note the steps that a call went through while it waited."""
        reached = [number for number, step in enumerate(queue.steps) if 0 < step.after.total_seconds() <= waited]
        self.parts.update(step_part(queue, number) for number in reached)

    def _diverted(self, queue: Queue, reason: str, waited: float, detail: str) -> None:
        if reason == DivertReason.CLOSED:
            self.parts.add(Part(Kind.CLOSED, queue.name, queue.origin))
        elif reason == DivertReason.NO_AGENT:
            self.parts.add(Part(Kind.NO_AGENT, queue.name, queue.origin))
        elif reason == DivertReason.EXIT:
            taken = [exit_ for exit_ in queue.exits if exit_.after.total_seconds() <= waited]
            self.parts.update(
                Part(Kind.EXIT, f"{queue.name} after {write_duration(e.after)}", e.origin) for e in taken[-1:]
            )
        elif reason == DivertReason.OVERFLOW:
            self._overflowed(queue, detail)

    def _offered(self, queue: Queue, waited: float, overflow: str) -> None:
        """Note what offered a callback: an overflow, told in a few words, or a step."""
        if overflow:
            self._overflowed(queue, overflow)
        met = [each for each in queue.invitations if each.after.total_seconds() <= waited]
        self.parts.update(self._by_origin[each.origin] for each in met[-1:] if not overflow)

    def _overflowed(self, queue: Queue, detail: str) -> None:
        for number, overflow in enumerate(queue.overflow):
            if (overflow.per_agent is not None) == (" for " in detail):
                self.parts.add(overflow_part(queue, number))
                break

    def _worked(self, agent: AgentName, at: datetime) -> None:
        block = self._roster.shift_at(agent, at)
        if block is None:
            return
        shift = next((shift for shift in self._plan.shifts.values() if shift.name == block.label), None)
        if shift is not None:
            self.parts.add(Part(Kind.SHIFT, shift.name, shift.origin))
        self._origins(block.origin)

    def _origins(self, *origins: Origin) -> None:
        """Note the exceptions that stand at these places."""
        found = (self._by_origin.get(origin) for origin in origins)
        self.parts.update(part for part in found if part is not None and part.kind is Kind.EXCEPTION)
