"""What telekit asks elsewhere about a call before it chooses a route."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.names import LookupName, VariableName
from telekit.domain.origin import NOWHERE, Origin

Known = Mapping[VariableName, str]
"""What answers have given so far: texts, which are data and nothing else."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question to a service of the administrator's, asked by HTTP."""

    name: LookupName
    url: str
    """With `{caller}` and `{dialed}` in its path or query, where the numbers are put in."""
    within: timedelta
    """So long a caller waits for the answer; then the rules go on without it."""
    keep: timedelta
    """So long an answer holds for the same question."""
    gives: tuple[VariableName, ...]
    """What of the answer the rules may ask for."""
    origin: Origin = NOWHERE

    @property
    def asks_for_caller(self) -> bool:
        """Say whether a call without a number cannot be asked about."""
        return "{caller}" in self.url
