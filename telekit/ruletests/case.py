"""One test of the rules, read and ready to be rehearsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telekit.domain.names import AgentName
from telekit.domain.origin import Origin
from telekit.ruletests.document import CallDocument, ExpectDocument, StepDocument
from telekit.ruletests.words import Condition

Way = tuple[str, ...]
"""From a test or a step to what stands in it, key by key: `expect`, `offer`."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a test or a step was written, and each of its keys."""

    origin: Origin
    keys: Mapping[Way, Origin]

    def of(self, *way: str) -> Origin:
        """Tell where that was written, or else the nearest thing around it."""
        around = (way[:length] for length in range(len(way), 0, -1))
        return next((self.keys[each] for each in around if each in self.keys), self.origin)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next in a test."""

    told: StepDocument
    at: datetime
    """When."""
    places: Places


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
    places: Places

    @property
    def origin(self) -> Origin:
        """Tell where the test begins."""
        return self.places.origin
