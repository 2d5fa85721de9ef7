"""What agents say of themselves, by code or by command."""

from datetime import datetime
from typing import assert_never

from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentRecalled,
    AgentResumed,
    WrapUpEnded,
    WrapUpExtended,
)
from telekit.acd.floor import Floor
from telekit.acd.seat import Seat

OwnWord = AgentLoggedIn | AgentLoggedOut | AgentPaused | AgentResumed | AgentRecalled | WrapUpEnded | WrapUpExtended


def obey(floor: Floor, event: OwnWord, now: datetime) -> None:
    """Take in an agent's own word; that of somebody whom the plan does not have changes nothing."""
    seat = floor.seat(event.agent)
    if seat is None or seat.left:
        return
    floor.advance(seat, now)
    match event:
        case AgentLoggedIn():
            floor.log_in(seat, now)
        case AgentLoggedOut():
            floor.log_out(seat, now)
        case AgentPaused(_, reason):
            floor.pause(seat, reason, now)
        case AgentResumed():
            floor.resume(seat, now)
        case AgentRecalled():
            _recall(floor, seat, event, now)
        case WrapUpEnded():
            floor.end_wrap_up(seat, now)
        case WrapUpExtended(_, until_at):
            floor.extend_wrap_up(seat, until_at, now)
        case _:
            assert_never(event)


def _recall(floor: Floor, seat: Seat, told: AgentRecalled, now: datetime) -> None:
    if told.logged_in is not None:
        seat.logged_in = told.logged_in
    seat.pause, seat.paused_for, seat.pause_until_at = told.pause, told.paused_for, told.pause_until_at
    seat.wrap_until_at = told.wrap_until_at
    floor.refresh(seat, now)
