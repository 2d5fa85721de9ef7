"""How an agent who is asked nothing now comes to be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from telekit.acd.seat import Seat
from telekit.domain.agent import Login
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause


class Return(StrEnum):
    """What brings an agent back."""

    BY_ITSELF = "by-itself"
    """At a moment that is known."""
    RESUMING = "resuming"
    """The agent's word, by code; else the next shift."""
    REGISTERING = "registering"
    """The phone registers with the switch again."""
    HANGING_UP = "hanging-up"
    """The phone is free again."""
    LOGGING_IN = "logging-in"
    """The agent's word, by code."""
    SHIFT = "shift"
    """The next shift, which logs the agent in."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """How and, where that is known, when an agent comes back. Until then the agent's word brings them back too."""

    how: Return
    at: datetime | None = None
    missed: MissCause | None = None
    """The cause of the missed offers that have led here; None when they have not."""


ENDED_BY: Mapping[MissCause | None, Return] = {
    MissCause.UNREACHABLE: Return.REGISTERING,
    MissCause.BUSY: Return.HANGING_UP,
}
"""What the switch tells of that shows that a cause is gone; of the other causes only the agent knows."""


def way_back(seat: Seat) -> WayBack | None:
    """Tell how an agent comes back who is away; None of one who is free, is rung or talks."""
    match seat.presence.presence:
        case Presence.AVAILABLE | Presence.OFFERED | Presence.ON_CALL:
            return None
        case Presence.WRAP_UP:
            return WayBack(Return.BY_ITSELF, seat.wrap_until_at)
        case Presence.LOGGED_OUT if seat.off_at is None and (seat.logged_in or seat.agent.login is Login.ROSTER):
            return WayBack(Return.SHIFT, seat.change_at)
        case Presence.LOGGED_OUT:
            return WayBack(Return.LOGGING_IN)
        case Presence.PAUSED if seat.pause is None:
            return WayBack(Return.BY_ITSELF, seat.skip_until_at, seat.skipped_for)
        case Presence.PAUSED if seat.pause_until_at is not None:
            return WayBack(Return.BY_ITSELF, seat.pause_until_at, seat.paused_for)
        case Presence.PAUSED:
            return WayBack(ENDED_BY.get(seat.paused_for, Return.RESUMING), None, seat.paused_for)
        case Presence.UNREACHABLE:
            return _phone_back(seat)
        case _:
            assert_never(seat.presence.presence)


def _phone_back(seat: Seat) -> WayBack:
    back = [handset.back_at for handset in seat.handsets if handset.back_at is not None]
    missed = MissCause.UNREACHABLE if any(handset.failed_at is not None for handset in seat.handsets) else None
    return WayBack(Return.BY_ITSELF, min(back), missed) if back else WayBack(Return.REGISTERING, None, missed)
