"""Dated exceptions: what holds on one day instead of the week's pattern."""

from dataclasses import dataclass
from datetime import date

from telekit.domain.hours import Span
from telekit.domain.names import AgentName, QueueName, ShiftName
from telekit.domain.origin import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class AgentException:
    """Replace one agent's shifts that start on one day, in the agent's own zone."""

    agent: AgentName
    on: date
    spans: tuple[Span, ...] = ()
    """Worked instead; empty when the agent is off."""
    shift: ShiftName | None = None
    """The named shift that the spans were taken from, if one was named."""
    off: str | None = None
    """Why the agent is off; None when the agent works the spans."""
    instead_of: AgentName | None = None
    """Who does not work that day in exchange; told in that agent's own zone's day."""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class QueueException:
    """Replace one queue's opening hours that start on one day; it outweighs a public holiday."""

    queue: QueueName
    on: date
    spans: tuple[Span, ...] = ()
    """Open instead; empty when the queue is closed."""
    closed: str | None = None
    """Why the queue is closed; None when it is open for the spans."""
    origin: Origin = NOWHERE
