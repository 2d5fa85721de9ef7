"""Where the rules lead a recorded call, as far as what was written down tells."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from telekit.acd.events import CallArrived
from telekit.acd.imagine import preferred_by
from telekit.acd.routing import LONGEST_WAY, first_match
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue
from telekit.domain.names import AgentName, MenuName
from telekit.domain.plan import Plan
from telekit.replay.recording import RecordedCall, Visit


class Elsewhere(StrEnum):
    """Where a call goes that comes to no queue."""

    MENU = "menu"
    """To a menu from which no key leads to the queue that it went to: which key would be pressed nothing tells."""
    LEFT = "left"
    """To a menu, and to no queue then: the caller hung up there, or came to something else by a key."""
    OUT = "out"
    """To voicemail, a number, a script, or it is hung up."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A call's way into its first queue."""

    at: datetime
    event: CallArrived


def first_entry(plan: Plan, call: RecordedCall, last: AgentName | None) -> Entry | Elsewhere:
    """Follow a call by its numbers and what was looked up; in menus it goes where it went, if a key leads there.

    One of which no number is known, as in a queue_log, goes to the queue that it went to. `last` is the agent with whom
    the caller last talked.
    """
    visit = call.visits[0] if call.visits else None
    if call.dialed is None:
        if visit is None or visit.event.queue not in plan.queues:
            return Elsewhere.OUT
        return Entry(visit.at.at, visit.event)
    arrival = Arrival(call.call, call.dialed, Caller(call.caller))
    route = first_match(plan, arrival, call.known)
    to: Destination = route.destination if route is not None else HangUp()
    if isinstance(to, ToMenu):
        found = _through_menus(plan, to.menu, visit)
        if found is None:
            return Elsewhere.MENU if visit is not None else Elsewhere.LEFT
        to = found
    if not isinstance(to, ToQueue):
        return Elsewhere.OUT
    known_last = last if call.caller is not None else None
    preferred = preferred_by(route, known_last, call.known)
    event = CallArrived(call.call, to.queue, to.priority, preferred=preferred)
    if visit is not None and visit.event.queue == to.queue:
        event = replace(visit.event, priority=to.priority, preferred=preferred or visit.event.preferred)
    return Entry(visit.at.at if visit is not None else call.at.at, event)


def _through_menus(plan: Plan, first: MenuName, visit: Visit | None) -> ToQueue | None:
    """Find the choice that leads to the queue where the call went: nobody wrote down which keys were pressed."""
    if visit is None:
        return None
    menus = [first]
    for name in menus:  # it grows meanwhile
        menu = plan.menus.get(name)
        for to in (*menu.choices.values(), menu.nothing) if menu is not None else ():
            if isinstance(to, ToQueue) and to.queue == visit.event.queue:
                return to
            if isinstance(to, ToMenu) and to.menu not in menus and len(menus) < LONGEST_WAY:
                menus.append(to.menu)
    return None
