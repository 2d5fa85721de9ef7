"""Calls that are held for one agent, and when they become everybody's."""

from collections.abc import Callable
from datetime import datetime

from telekit.acd.actions import Action, Released
from telekit.acd.eligibility import Obstacle, obstacle, skill_obstacle
from telekit.acd.floor import Floor
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.agent import Login

TIME_IS_OVER = "time"
UNKNOWN_AGENT = "unknown agent"

PASSING = {None, Obstacle.ON_CALL, Obstacle.OFFERED, Obstacle.WRAP_UP, Obstacle.PHONE_SETTLES}
"""What does not end a hold: the agent is at work, and will be free."""


class Holding:
    """Lets go of the calls that are held in vain.

    A call is held only for an agent who could serve it and is at work, or comes on shift before the hold ends: who has
    missed it, logs out, pauses or cannot be reached costs the caller no more time.
    """

    def __init__(self, tell: Callable[[Action], None], floor: Floor, room: Room) -> None:
        self._tell = tell
        self._floor = floor
        self._room = room

    def look(self, now: datetime) -> None:
        """Look at the calls that began to be held, or whose agent may have changed, since the last look."""
        held = list(self._room.held)
        self._room.held.clear()
        while held or self._floor.stirred:
            for seat in self._floor.stirred:
                held += self._room.held_for(seat.name)
            self._floor.stirred.clear()
            for waiting in dict.fromkeys(held):
                self._look_at(waiting, now)
            held = []

    def _look_at(self, waiting: Waiting, now: datetime) -> None:
        agent = waiting.held_for
        if agent is None or not waiting.lines:
            return
        reason = self._in_vain(waiting, now)
        if reason is not None:
            self._room.release(waiting)
            self._tell(Released(waiting.call, waiting.hall.queue.name, agent, reason))

    def _in_vain(self, waiting: Waiting, now: datetime) -> str | None:
        """Tell why a call is held in vain, or None when it is not."""
        until_at, agent = waiting.held_until, waiting.held_for
        seat = self._floor.seat(agent) if agent is not None else None
        if until_at is None or now >= until_at:
            return TIME_IS_OVER
        if seat is None or seat.left:
            return UNKNOWN_AGENT
        if agent in waiting.missed:
            return Obstacle.MISSED.value
        self._floor.advance(seat, now)
        found = _obstacle(seat, waiting, now)
        if found in PASSING or (found is Obstacle.OFF_SHIFT and _is_back_by(seat, until_at)):
            return None
        return found.value if found is not None else None


def _obstacle(seat: Seat, waiting: Waiting, now: datetime) -> Obstacle | None:
    requirements = [tier.pool.requirement for tier in waiting.hall.stage(waiting).tiers]
    able = next((each for each in requirements if skill_obstacle(seat, each) is None), requirements[-1])
    return obstacle(seat, able, waiting.hall.queue.last_offer, now)


def _is_back_by(seat: Seat, until_at: datetime) -> bool:
    logs_in = seat.logged_in or seat.agent.login is Login.ROSTER
    return logs_in and seat.change_at is not None and seat.change_at < until_at
