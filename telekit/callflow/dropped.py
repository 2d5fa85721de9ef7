"""An agent's line that drops in a conversation: the caller, who hears nobody any more, is back in place."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from telekit.acd.actions import Offer
from telekit.acd.events import CallArrived, LineDropped
from telekit.callflow.desk import Desk
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.domain.place import Place
from telekit.errors import TelekitError
from telekit.pbx.port import Call

SOONEST = timedelta(seconds=4)
"""No switch takes a line for dropped sooner: the end of a shorter conversation is not looked into."""


async def has_dropped(call: Call, desk: Desk, offer: Offer, talked: timedelta) -> bool:
    """Say whether that is how a conversation has ended; asked before it is noted as over.

    Where it was the caller's line, a switch may tell the same of the agent's, which ends with it. Source: Asterisk
    main/bridge_channel.c, bridge_channel_dissolve_check, channel_set_cause.
    """
    return talked >= SOONEST and not call.passed_on and await desk.has_dropped(offer.offer) and await _is_there(call)


def back_in_line(desk: Desk, call: CallId, place: Place, offer: Offer) -> Place:
    """Put the caller back in line with their age; give their place, on which what was due meanwhile is past."""
    now = desk.now()
    desk.record(Fact(now, FactKind.LINE_DROPPED, call, place.queue, offer.agent, offer.offer))
    desk.tell(LineDropped(call))
    place = replace(place, exited=max(now - place.entered_at, place.exited))
    desk.tell(
        CallArrived(call, place.queue, place.priority, place.entered_at, came_at=place.came_at, exited=place.exited)
    )
    return place


async def _is_there(call: Call) -> bool:
    nothing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    nothing.set_result(None)
    try:
        await call.until(nothing)
    except TelekitError:  # the next verb tells it
        return False
    return True
