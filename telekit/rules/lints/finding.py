"""What a lint finds."""

from dataclasses import dataclass
from typing import Literal

from telekit.domain.origin import Origin
from telekit.rules.lints.name import LintName

Mend = Literal["entry", "comment"]
"""What to remove at the place to mend what was found: the item of a list that begins there, or a comment's name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that a lint is about."""

    name: LintName
    origin: Origin
    path: str
    message: str
    hint: str
    mend: Mend | None = None
