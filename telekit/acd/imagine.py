"""What would happen to a call at an instant: its route, the menus on its way, the queues, and how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from telekit.acd.actions import DivertReason
from telekit.acd.events import CallArrived
from telekit.acd.imagined_queue import ImaginedQueue, imagine_queue
from telekit.acd.routing import LONGEST_WAY, NOTHING, first_match, inquiries_before, mismatch
from telekit.domain.call import Arrival
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue
from telekit.domain.lookup import Known
from telekit.domain.names import AgentName, MenuName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.preference import GivenAgent, LastAgent, NamedAgent, Preferred
from telekit.domain.route import Inquiry, Menu, Route


@dataclass(frozen=True, slots=True)
class Choice:
    """What a caller does in a menu."""

    menu: MenuName
    key: str | None
    """The key that is pressed; None for none."""
    leads: bool
    """To somewhere; if not, the menu has no such key and asks again."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """How a call would go."""

    route: Route | None
    preferred: Preferred | None
    """For whom the route holds the call; None also when it is not known whom the caller last talked with."""
    asked: tuple[Inquiry, ...]
    """What would be looked up on the way."""
    near_misses: tuple[Route, ...]
    """The routes before that one that ask for the dialled number, but not for this caller."""
    way: tuple[Choice | ImaginedQueue, ...]
    """The menus and queues that the call passes through."""
    destination: Destination
    """Where that leads: to the last of the queues, for a call that is offered or waits there; else to what is no queue.
    In a circle, to where it has been before."""
    circles: bool
    """The rules lead it in a circle."""
    unused: tuple[str, ...]
    """The keys for which no menu asked."""

    @property
    def offered(self) -> bool:
        """Say whether somebody would be offered the call."""
        return bool(self.way) and isinstance(self.way[-1], ImaginedQueue) and bool(self.way[-1].rings)


def imagine(
    plan: Plan,
    arrival: Arrival,
    at: datetime,
    keys: Sequence[str] = (),
    last: AgentName | None = None,
    known: Known = NOTHING,
) -> Imagined:
    """Follow a call from its arrival.

    `keys` are what the caller presses, one a menu; `last` is the agent with whom the caller's number last talked;
    `known` is what lookups give.
    """
    route = first_match(plan, arrival, known)
    preferred = preferred_by(route, last if arrival.caller.number is not None else None, known)
    destination: Destination = route.destination if route is not None else HangUp()
    way: list[Choice | ImaginedQueue] = []
    left, circles = list(keys), False
    passed: set[Destination] = set()
    places: dict[QueueName, tuple[datetime, timedelta]] = {}
    """The place in each line that it left: since when, and up to which wait its exits are taken."""
    came_at: datetime | None = None
    while isinstance(destination, ToMenu | ToQueue):
        circles = len(way) >= LONGEST_WAY or (not left and destination in passed)
        if circles:
            break
        passed.add(destination)
        if isinstance(destination, ToMenu):
            choices, destination = _choose(plan.menus[destination.menu], left)
            way += choices
            continue
        holds = preferred if not way else None
        arrived = CallArrived(arrival.call, destination.queue, destination.priority, preferred=holds)
        had = places.get(destination.queue)
        if had is not None:
            arrived = replace(arrived, entered_at=had[0], exited=had[1])
        elif destination.keeps_age:
            arrived = replace(arrived, came_at=came_at)
        fares = imagine_queue(plan, arrived, at)
        way.append(fares)
        if fares.treatment is None:
            break
        if fares.waits:
            passed.clear()  # by then things are other ones
        entered_at = arrived.entered_at or at
        at += fares.waits
        if fares.diverted not in (DivertReason.CLOSED, DivertReason.QUEUE_GONE):
            exited = at - entered_at if fares.diverted is DivertReason.EXIT else arrived.exited
            places[destination.queue] = (entered_at, exited)
            came_at = arrived.came_at or entered_at
        destination = fares.treatment.then
    return Imagined(
        route,
        preferred,
        inquiries_before(plan, route, arrival, known),
        near_misses(plan, route, arrival, known),
        tuple(way),
        destination,
        circles,
        tuple(left),
    )


def preferred_by(route: Route | None, last: AgentName | None, known: Known) -> Preferred | None:
    """Give for whom a route holds a call whose caller last talked with that agent."""
    if route is None or route.prefer is None:
        return None
    match route.prefer.which:
        case LastAgent():
            return Preferred(last, route.prefer.span) if last is not None else None
        case NamedAgent(agent):
            return Preferred(agent, route.prefer.span)
        case GivenAgent(variable):
            return Preferred(AgentName(known[variable]), route.prefer.span) if variable in known else None
        case _:
            assert_never(route.prefer.which)


def through_menus(plan: Plan, destination: Destination, left: list[str]) -> tuple[list[Choice], Destination]:
    """Follow menus to where they lead; that is a menu only where they lead in a circle. Takes the keys from `left`."""
    way: list[Choice] = []
    passed: set[Destination] = set()
    while isinstance(destination, ToMenu) and (left or destination not in passed):
        passed.add(destination)
        choices, destination = _choose(plan.menus[destination.menu], left)
        way += choices
    return way, destination


def _choose(menu: Menu, left: list[str]) -> tuple[list[Choice], Destination]:
    """Let the caller press keys until one leads somewhere or the menu has asked often enough.

    Takes the keys from `left`.
    """
    choices: list[Choice] = []
    for _ in range(menu.tries):
        if not left:
            choices.append(Choice(menu.name, None, leads=True))
            break
        key = left.pop(0)
        choices.append(Choice(menu.name, key, key in menu.choices))
        if key in menu.choices:
            return choices, menu.choices[key]
    return choices, menu.nothing


def near_misses(plan: Plan, route: Route | None, arrival: Arrival, known: Known) -> tuple[Route, ...]:
    """Give the routes before one that ask for the dialled number, but not for this caller."""
    near = []
    for each in plan.routes:
        if each is route:
            break
        if each.dialed is not None and mismatch(plan, each, arrival, known) == "caller":
            near.append(each)
    return tuple(near)
