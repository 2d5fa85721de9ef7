"""How an agent comes back, in plain values for programs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telekit.acd.way_back import WayBack
from telekit.roster.block import FOREVER


def tell_back(way: WayBack | None, now: datetime) -> Mapping[str, Any] | None:
    """Tell how somebody who is away comes back, and in how many seconds where that is known."""
    if way is None:
        return None
    left = max(0.0, (way.at - now).total_seconds()) if way.at is not None and way.at < FOREVER else None
    return {"how": way.how.value, "in": left, "missed": way.missed.value if way.missed is not None else None}
