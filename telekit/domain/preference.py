"""For which agent a call is held for a while, before it is offered to everybody."""

from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.names import AgentName, VariableName
from telekit.domain.origin import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class LastAgent:
    """The agent with whom the caller's number last talked, by the journal; a withheld number has none."""


@dataclass(frozen=True, slots=True)
class NamedAgent:
    """An agent whom the rules name."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class GivenAgent:
    """The agent whom a lookup names; who is no agent of the rules is nobody."""

    variable: VariableName


WhichAgent = LastAgent | NamedAgent | GivenAgent


@dataclass(frozen=True, slots=True)
class Preference:
    """What a route asks for."""

    which: WhichAgent
    span: timedelta
    """For how long the call is held, from the moment it enters the queue."""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Preferred:
    """What came of it for one call."""

    agent: AgentName
    span: timedelta
