"""What `telekit status` tells: the living service in plain values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telekit import __version__
from telekit.service.floor import Floor


def status_of(floor: Floor, started_at: datetime, rules: str) -> Mapping[str, Any]:
    """Tell the state of everything; spans are seconds."""
    now = floor.now()
    return {
        "version": __version__,
        "up": (now - started_at).total_seconds(),
        "link": "up" if floor.link_up_since else "down",
        "rules": rules,
        "queues": [],
        "calls": [],
        "agents": [],
    }
