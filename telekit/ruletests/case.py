"""One test of the rules, read and ready to be rehearsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telekit.domain.names import AgentName
from telekit.domain.origin import Origin
from telekit.ruletests.document import CallDocument, ExpectDocument, StepDocument
from telekit.ruletests.words import Condition


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next in a test."""

    told: StepDocument
    at: datetime
    """When."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Case:
    """One test."""

    name: str
    at: datetime
    """When its call comes."""
    agents: Mapping[AgentName, Condition]
    call: CallDocument
    expect: ExpectDocument | None
    steps: tuple[Step, ...]
    origin: Origin
