"""One file to write."""

from dataclasses import dataclass

PERSONAL = 0o640
"""Agents' names, hours and numbers at home."""
SECRET = 0o600


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file's text, and who may read it: it belongs to the user as which the switch runs."""

    text: str
    mode: int = PERSONAL
