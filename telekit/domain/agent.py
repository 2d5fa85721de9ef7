"""A person who takes calls at home."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from telekit.domain.names import AgentName, ShiftName, SkillName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.phone import Phone


class Login(StrEnum):
    """What makes an agent logged in at the start of a shift."""

    ROSTER = "roster"
    """The shift itself: the agent is logged in while it runs, unless a code logs out."""
    CODE = "code"
    """The agent dials a code; the end of the shift logs out."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: how to ring, what they can do, when they work."""

    name: AgentName
    full_name: str
    phones: tuple[Phone, ...]
    """Tried in order: the first that is reachable is rung."""
    skills: Mapping[SkillName, int]
    zone: ZoneInfo
    shifts: tuple[ShiftName, ...]
    login: Login = Login.ROSTER
    language: str = "en"
    """In which the agent hears telekit: `en` or `fr`."""
    origin: Origin = NOWHERE
    places: Mapping[str, Origin] = field(default_factory=dict)
    """Where each of the agent's keys was written: `skills`, `shifts`, `phone`."""
