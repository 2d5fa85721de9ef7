"""The one place where the time of day is read."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives now, aware, in UTC."""


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)
