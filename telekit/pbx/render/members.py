"""Who is a member of which native queue, in which order and from which step on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from telekit.domain.agent import Agent
from telekit.domain.names import AgentName, QueueName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Strategy

CONFIRMING = timedelta(seconds=30)
"""What an agent at a number may take to press the key, after the ring."""


def members(plan: Plan, queue: Queue, trunk: str | None) -> list[tuple[Agent, int]]:
    """Give who may ever be rung for a queue, each with the number of the first step that allows it, from 1."""
    found: list[tuple[Agent, int]] = []
    for agent in plan.agents.values():
        step = next((n for n, step in enumerate(queue.steps, 1) if step.requirement.met_by(agent.skills)), None)
        if step is not None and phones_of(agent, trunk):
            found.append((agent, step))
    first = queue.steps[0]
    if first.strategy in (Strategy.MOST_SKILLED, Strategy.LEAST_SKILLED):
        sign = -1 if first.strategy is Strategy.MOST_SKILLED else 1
        found.sort(key=lambda member: (member[1], sign * first.requirement.proficiency_of(member[0].skills)))
    return found


def rung_by(plan: Plan, who: Mapping[QueueName, Sequence[tuple[Agent, int]]]) -> dict[AgentName, list[Queue]]:
    """Turn the members of all queues round: by which queues each agent may be rung."""
    rung: dict[AgentName, list[Queue]] = {}
    for queue in plan.queues.values():
        for agent, _ in who[queue.name]:
            rung.setdefault(agent.name, []).append(queue)
    return rung


def margin_of(queues: Iterable[Queue]) -> timedelta:
    """Say how long before a shift's end nobody is rung any more, so that the longest ring ends inside."""
    return max(max(queue.ring, queue.last_offer) for queue in queues)


def ring_of(queue: Queue, who: Iterable[tuple[Agent, int]], trunk: str | None) -> timedelta:
    """Say how long one attempt may take: the ring, and where some agent is at a number, the time to press the key."""
    confirms = any(phone.confirm for agent, _ in who for phone in phones_of(agent, trunk))
    return queue.ring + CONFIRMING if confirms else queue.ring


def phones_of(agent: Agent, trunk: str | None) -> tuple[Phone, ...]:
    """Give the phones that the switch can ring by itself: numbers only where a trunk leads to them."""
    return tuple(phone for phone in agent.phones if phone.kind is PhoneKind.SIP or trunk)
