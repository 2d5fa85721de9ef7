"""What a lint finds."""

from dataclasses import dataclass
from enum import StrEnum

from telekit.domain.origin import Origin


class LintName(StrEnum):
    """The lints that there are; docs/lints.md tells each."""

    NEVER_SERVED = "never-served"
    UNBOUNDED_WAIT = "unbounded-wait"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that a lint is about."""

    name: LintName
    origin: Origin
    path: str
    message: str
    hint: str
