"""The whole of an administrator's rules, checked, as one value."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Shift
from telekit.domain.lookup import Lookup
from telekit.domain.names import AgentName, ListName, LookupName, MenuName, QueueName, ShiftName, SkillName
from telekit.domain.queue import Queue
from telekit.domain.route import Menu, Route


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides who may be called, when, for what. Every name in it resolves within it."""

    zone: ZoneInfo
    holidays: Container[date] = frozenset()
    skills: frozenset[SkillName] = frozenset()
    agents: Mapping[AgentName, Agent] = field(default_factory=dict)
    shifts: Mapping[ShiftName, Shift] = field(default_factory=dict)
    agent_exceptions: tuple[AgentException, ...] = ()
    queue_exceptions: tuple[QueueException, ...] = ()
    queues: Mapping[QueueName, Queue] = field(default_factory=dict)
    lists: Mapping[ListName, frozenset[str]] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    menus: Mapping[MenuName, Menu] = field(default_factory=dict)
    pauses: Mapping[str, str] = field(default_factory=dict)
    """The reasons for which agents may pause, by key."""
    reminder: timedelta | None = None
    """How long before a shift its agents are reminded whose phone is not registered; None: never."""
    lookups: Mapping[LookupName, Lookup] = field(default_factory=dict)


def offers_callbacks(plan: Plan) -> bool:
    """Say whether people may have to be called back."""
    return any(queue.callback is not None for queue in plan.queues.values())
