"""What would happen to a call at an instant: asked of a distributor made for the question, so never of a copy.

Everybody whose shift runs counts as logged in, free and reachable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.acd.actions import Divert, DivertReason, Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import AgentLoggedIn, CallArrived, PhoneSeen
from telekit.acd.routing import first_match
from telekit.acd.verdict import Verdict
from telekit.domain.agent import Login
from telekit.domain.call import Arrival
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.route import Route
from telekit.roster.reason import ClosedReason

HORIZON = timedelta(days=400)
MOST_CHANGES = 2_000


@dataclass(frozen=True, slots=True)
class Imagined:
    """How a call would go."""

    route: Route | None
    menus: tuple[tuple[str, str | None], ...]
    """The menus on the way, each with the key that was pressed, or None for none."""
    destination: Destination
    """Where route and keys lead."""
    queue: "ImaginedQueue | None"


@dataclass(frozen=True, slots=True)
class ImaginedQueue:
    """How a call would fare in a queue at its first instant."""

    queue: QueueName
    closed: ClosedReason | None
    diverted: DivertReason | None
    """Why the call would leave at once without an agent."""
    first: AgentName | None
    """Whom it would be offered to first."""
    verdicts: tuple[Verdict, ...]
    """Of every agent, at the first step that makes the agent eligible, or nearest to it."""
    changes_at: datetime | None
    """The first later instant at which somebody else is eligible, or the queue opens or closes."""
    then: tuple[AgentName, ...]
    """Who is eligible from then on."""
    then_open: bool


def imagine(plan: Plan, arrival: Arrival, at: datetime, keys: Sequence[str] = ()) -> Imagined:
    """Follow a call from its arrival; `keys` are what the caller presses, one a menu."""
    route = first_match(plan, arrival)
    destination: Destination = route.destination if route is not None else HangUp()
    path: list[tuple[str, str | None]] = []
    left = list(keys)
    while isinstance(destination, ToMenu) and len(path) < len(plan.menus) + len(keys) + 1:
        menu = plan.menus[destination.menu]
        key = left.pop(0) if left else None
        path.append((menu.name, key))
        destination = menu.nothing if key is None else menu.choices.get(key, menu.nothing)
    queue = _imagine_queue(plan, arrival, at, destination) if isinstance(destination, ToQueue) else None
    return Imagined(route, tuple(path), destination, queue)


def _imagine_queue(plan: Plan, arrival: Arrival, at: datetime, to: ToQueue) -> ImaginedQueue:
    asked = _staffed(plan, at)
    closed = asked.roster.why_closed(to.queue, at)
    verdicts = _verdicts(asked, plan, to.queue)
    first, diverted = None, None
    for action in asked.handle(CallArrived(arrival.call, to.queue, to.priority), at):
        if isinstance(action, Offer):
            first = action.agent
        elif isinstance(action, Divert):
            diverted = action.reason
    now = (_eligible(verdicts), closed is None)
    for moment, then in _later(plan, to.queue, at):
        if then != now:
            return ImaginedQueue(to.queue, closed, diverted, first, verdicts, moment, *then)
    return ImaginedQueue(to.queue, closed, diverted, first, verdicts, None, (), False)


def _later(plan: Plan, queue: QueueName, at: datetime) -> Iterator[tuple[datetime, tuple[tuple[AgentName, ...], bool]]]:
    """Walk through the later instants at which something may change, with who is eligible then."""
    walker = _staffed(plan, at)
    moment = at
    for _ in range(MOST_CHANGES):
        coming = [walker.wakes_at(), walker.roster.next_opening_change(queue, moment)]
        later = [each for each in coming if each is not None and each > moment]
        if not later or min(later) > at + HORIZON:
            return
        moment = min(later)
        walker.drain(moment)
        _log_in(walker, plan, moment)
        is_open = walker.roster.why_closed(queue, moment) is None
        yield moment, (_eligible(_verdicts(walker, plan, queue)), is_open)


def _staffed(plan: Plan, at: datetime) -> Distributor:
    """Make a distributor in which everybody who may be there is there."""
    distributor = Distributor(plan, at)
    for agent in plan.agents.values():
        for phone in agent.phones:
            distributor.handle(PhoneSeen(phone, reachable=True), at)
    distributor.drain(at)
    _log_in(distributor, plan, at)
    return distributor


def _log_in(distributor: Distributor, plan: Plan, at: datetime) -> None:
    for agent in plan.agents.values():
        if agent.login is Login.CODE:
            distributor.handle(AgentLoggedIn(agent.name), at)
    distributor.drain(at)


def _verdicts(distributor: Distributor, plan: Plan, queue: QueueName) -> tuple[Verdict, ...]:
    """Tell every agent's case: at the first step that lets them have the call, else that asks no skill they lack."""
    steps = [distributor.explain(queue, step) for step in range(len(plan.queues[queue].steps))]
    return tuple(min(cases, key=_distance) for cases in zip(*steps, strict=True))


def _distance(verdict: Verdict) -> int:
    return 0 if verdict.eligible else 1 if verdict.step is not None else 2


def _eligible(verdicts: Sequence[Verdict]) -> tuple[AgentName, ...]:
    return tuple(verdict.agent for verdict in verdicts if verdict.eligible)
