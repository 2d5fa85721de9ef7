"""Invented days of calls for several queues that share agents, and what became of each call."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

OPEN = 10 * 3600.0
"""Seconds for which calls come; who waits then is served."""
RING, WRAP_UP = 4.0, 10.0
SHORTEST_TALK, LONGEST_TALK, MEAN_TALK = 20.0, 900.0, 180.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One queue."""

    calls_an_hour: float
    priority: int = 0
    """To telekit the priority of its calls, to app_queue the weight of the queue."""


@dataclass(frozen=True, slots=True)
class World:
    """Queues, each with a skill of its own name, and agents who have some of them."""

    title: str
    kinds: Mapping[str, Kind]
    agents: Sequence[frozenset[str]]
    ages: timedelta | None = None
    """To telekit the wait that is worth a point of priority."""


@dataclass(frozen=True, slots=True)
class Call:
    number: int
    queue: str
    priority: int
    at: float
    """Seconds since the day began."""
    talk: float


@dataclass(frozen=True, slots=True)
class Served:
    """When a call first rang an agent, and whose phone."""

    call: Call
    agent: int
    at: float

    @property
    def wait(self) -> float:
        return self.at - self.call.at


def a_day(world: World, seed: int) -> list[Call]:
    """Draw a day's calls: each queue's come at random, at a constant rate; talks are mostly short, some long."""
    chance = random.Random(f"{world.title} {seed}")
    drawn: list[tuple[float, str, float]] = []
    for queue, kind in world.kinds.items():
        at = chance.expovariate(kind.calls_an_hour / 3600)
        while at < OPEN:
            talk = min(max(chance.expovariate(1 / MEAN_TALK), SHORTEST_TALK), LONGEST_TALK)
            drawn.append((round(at, 3), queue, round(talk, 3)))
            at += chance.expovariate(kind.calls_an_hour / 3600)
    drawn.sort()
    return [
        Call(number, queue, world.kinds[queue].priority, at, talk) for number, (at, queue, talk) in enumerate(drawn)
    ]


def overtaken(world: World, served: Sequence[Served]) -> set[int]:
    """Give the calls whose turn it was, and whom an agent who could serve them passed over for a later one.

    Of calls with equal priority, that is: nobody would call the others unfair.
    """
    passed: set[int] = set()
    in_order = sorted(served, key=lambda one: one.call.at)
    waiting: list[Served] = []
    coming = 0
    for one in sorted(served, key=lambda one: (one.at, one.call.at)):
        while coming < len(in_order) and in_order[coming].call.at <= one.at:
            waiting.append(in_order[coming])
            coming += 1
        waiting = [other for other in waiting if other.at > one.at]
        for other in waiting:
            if (
                other.call.at < one.call.at
                and other.call.priority == one.call.priority
                and other.call.queue in world.agents[one.agent]
            ):
                passed.add(other.call.number)
    return passed


def jain(values: Sequence[float]) -> float:
    """Give Jain's index: 1 when all are equal, 1/n when one has all. Source: Jain, Chiu and Hawe, DEC-TR-301 (1984)."""
    squares = sum(value * value for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0
