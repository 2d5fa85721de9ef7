"""What was not as it must be."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Breach:
    """One law that did not hold, once."""

    law: str
    at: float
    what: str

    def __str__(self) -> str:
        return f"{moment(self.at)} {self.law}: {self.what}"


def moment(at: float) -> str:
    """Write a moment as the logs have it."""
    if at == float("inf"):
        return "never"
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}"[:-3]
