"""Whether an agent may be offered a call: the checks that decide, in the order in which they are told."""

from datetime import datetime, timedelta
from enum import StrEnum

from telekit.acd.seat import Seat
from telekit.domain.presence import Presence
from telekit.domain.skill import Requirement


class Obstacle(StrEnum):
    """The first thing that keeps an agent from being offered a call."""

    SKILL_LACKING = "skill lacking"
    SKILL_TOO_WEAK = "skill too weak"
    OFF_SHIFT = "off shift"
    SHIFT_ENDS_SOON = "shift ends soon"
    LOGGED_OUT = "logged out"
    ON_CALL = "on call"
    OFFERED = "offered"
    WRAP_UP = "wrap-up"
    PAUSED = "paused"
    SKIPPED = "skipped"
    UNREACHABLE = "unreachable"
    PHONE_SETTLES = "phone hangs up"
    """Telekit's own leg on the phone ended a moment ago, and the switch does not show it yet."""
    MISSED = "missed this call"
    """And somebody else is free who did not."""
    HELD = "held for another"
    """The call's route prefers another agent, and the time for that is not over."""


def skill_obstacle(seat: Seat, requirement: Requirement) -> Obstacle | None:
    """Check the skills."""
    unmet = requirement.unmet_by(seat.agent.skills)
    if unmet is None:
        return None
    return Obstacle.SKILL_TOO_WEAK if unmet[0] in seat.agent.skills else Obstacle.SKILL_LACKING


def shift_obstacle(seat: Seat, last_offer: timedelta, now: datetime) -> Obstacle | None:
    """Check the shift: the gate that no offer passes outside."""
    if seat.off_at is None or now >= seat.off_at:
        return Obstacle.OFF_SHIFT
    return Obstacle.SHIFT_ENDS_SOON if now >= seat.off_at - last_offer else None


def presence_obstacle(seat: Seat) -> Obstacle | None:
    """Check that the agent is logged in and free, and that the phone is."""
    if not seat.logged_in:
        return Obstacle.LOGGED_OUT
    match seat.presence_at():
        case Presence.AVAILABLE, _:
            return Obstacle.PHONE_SETTLES if seat.engaged() else None
        case Presence.PAUSED, _:
            return Obstacle.PAUSED if seat.pause is not None else Obstacle.SKIPPED
        case presence, _:
            return OBSTACLES[presence]


OBSTACLES = {
    Presence.LOGGED_OUT: Obstacle.LOGGED_OUT,
    Presence.ON_CALL: Obstacle.ON_CALL,
    Presence.OFFERED: Obstacle.OFFERED,
    Presence.WRAP_UP: Obstacle.WRAP_UP,
    Presence.UNREACHABLE: Obstacle.UNREACHABLE,
}


def obstacle(seat: Seat, requirement: Requirement, last_offer: timedelta, now: datetime) -> Obstacle | None:
    """Give the first obstacle to offering this agent a call with this requirement now; None when there is none."""
    return skill_obstacle(seat, requirement) or shift_obstacle(seat, last_offer, now) or presence_obstacle(seat)
