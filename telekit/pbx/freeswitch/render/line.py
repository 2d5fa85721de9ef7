"""The queues of mod_callcenter that stand for a queue of the rules: one for each step, with the agents so far."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from telekit.domain.agent import Agent
from telekit.domain.queue import Queue, Step
from telekit.pbx.render import word


@dataclass(frozen=True, slots=True)
class Line:
    """One of mod_callcenter's queues."""

    name: str
    """With a sum of who is rung in it: mod_callcenter keeps in its database who once was, for a queue of that name."""
    step: Step
    agents: tuple[tuple[Agent, int], ...]
    """Each with the number of the first step that allows it, from 1."""


def lines_of(queue: Queue, who: Iterable[tuple[Agent, int]]) -> Iterator[Line]:
    """Give them in the order of the steps; `who` is every agent who may ever be rung for the queue."""
    members = tuple(who)
    for number, step in enumerate(queue.steps, 1):
        able = tuple((agent, first) for agent, first in members if first <= number)
        told = "\n".join(f"{agent.name} {first}" for agent, first in able)
        mark = hashlib.sha256(told.encode()).hexdigest()[:8]
        yield Line(f"telekit-{word.name(queue.name)}-{number:d}-{mark}", step, able)
