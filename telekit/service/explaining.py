"""How it stands at this moment: everybody's case for a call that waits, or for one that would come now."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from telekit.acd.distributor import Distributor
from telekit.acd.imagine import Choice, through_menus
from telekit.acd.routing import first_match
from telekit.acd.verdict import Verdict, detail_in
from telekit.acd.views import CallNow
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import ToMenu, ToQueue
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.plan import Plan
from telekit.errors import TelekitError
from telekit.roster.block import FOREVER
from telekit.service.control import Answer, Request
from telekit.service.exchange import Exchange

IMAGINED = CallId("imagined")
NOTHING = timedelta(0)

Turn = tuple[datetime | None, str, AgentName | None]
"""When something changes, if it does, what, and if it is an agent's, whose."""


async def explain_now(exchange: Exchange, request: Request) -> Answer:
    """Tell everybody's case; raises `TelekitError` for a call that does not wait."""
    words = request.words
    call, dialed, caller = (words.get(name) for name in ("call", "dialed", "caller"))
    if call is not None:
        return _of_call(exchange, CallId(str(call)))
    arrival = Arrival(IMAGINED, str(dialed), Caller(str(caller) if caller is not None else None))
    keys = words.get("menu")
    return _of_newcomer(exchange, arrival, list(map(str, keys)) if isinstance(keys, list) else [])


def _of_call(exchange: Exchange, call: CallId) -> Answer:
    distributor = exchange.distributor
    waiting = distributor.call(call)
    if waiting is None:
        raise TelekitError(f"No call {call!r} waits now: `telekit explain --call {call}` asks the journal.")
    verdicts = distributor.explain_call(call)
    changes = [*_of_agents(distributor, verdicts), *_of_wait(exchange.plan, waiting)]
    rings = [offer.agent for offer in waiting.offers]
    return _told(exchange, waiting.queue) | {
        "rings": rings,
        "agents": [_case(exchange.plan, verdict) for verdict in verdicts],
        "change": _first(changes, exchange.now()),
    }


def _of_newcomer(exchange: Exchange, arrival: Arrival, keys: list[str]) -> Answer:
    plan, distributor, now = exchange.plan, exchange.distributor, exchange.now()
    route = first_match(plan, arrival)
    if route is None:
        return _told(exchange, None) | {"goes": "no route takes this call: it is hung up"}
    choices, destination = through_menus(plan, route.destination, keys)
    prefer = route.prefer if not choices else None  # a menu is where a preference ends
    way = {
        "route": f"{route.label}  {route.origin}" if route.label else str(route.origin),
        "prefers": str(prefer.origin) if prefer is not None else None,
        "way": [_choice(choice, plan) for choice in choices],
    }
    if isinstance(destination, ToMenu):
        return _told(exchange, None) | way | {"goes": "the menus lead this call in a circle, until telekit ends it"}
    if not isinstance(destination, ToQueue):
        return _told(exchange, None) | way | {"goes": "it leads to no queue: leave out --live to imagine its way"}
    queue = destination.queue
    closed = exchange.roster.why_closed(queue, now)
    verdicts, rings = distributor.explain_newcomer(queue)
    if closed is not None:
        changes: list[Turn] = [(exchange.roster.next_opening(queue, now), "the queue opens", None)]
    else:
        closes_at = exchange.roster.open_until(queue, now)
        changes = [*_of_agents(distributor, verdicts), (closes_at, "the queue closes", None)]
    steps = plan.queues[queue].steps
    cases = {
        "closed": str(closed) if closed is not None else None,
        "rings": list(rings) if closed is None and prefer is None else [],
        "agents": [_case(plan, verdict, steps[verdict.step or 0].after) for verdict in verdicts],
        "change": _first(changes, now),
    }
    return _told(exchange, queue) | way | cases


def _told(exchange: Exchange, queue: QueueName | None) -> dict[str, Any]:
    """Give what every answer has."""
    now = exchange.distributor.queue(queue) if queue is not None else None
    return {
        "at": exchange.now().isoformat(),
        "zone": str(exchange.plan.zone),
        "route": None,
        "prefers": None,
        "way": [],
        "queue": queue,
        "open": now.open if now is not None else None,
        "closed": None,
        "waiting": len(now.calls) if now is not None else 0,
        "goes": "",
        "rings": [],
        "agents": [],
        "change": None,
    }


def _choice(choice: Choice, plan: Plan) -> Answer:
    menu = plan.menus[choice.menu]
    keys, origin = list(menu.choices), str(menu.place_of(choice.key))
    return {"menu": choice.menu, "key": choice.key, "leads": choice.leads, "keys": keys, "origin": origin}


def _case(plan: Plan, verdict: Verdict, after: timedelta = NOTHING) -> Answer:
    """Tell a case; `after` is how long the call must have waited."""
    return {
        "agent": verdict.agent,
        "eligible": verdict.eligible,
        "step": verdict.step,
        "after": after.total_seconds(),
        "reason": verdict.obstacle.value if verdict.obstacle else None,
        "detail": detail_in(verdict, plan),
        "until": verdict.until_at.isoformat() if verdict.until_at is not None else None,
        "origin": str(verdict.origin) if verdict.origin.file else None,
    }


def _of_agents(distributor: Distributor, verdicts: Iterable[Verdict]) -> Iterator[Turn]:
    """Tell what ends by itself of what is against agents, and the shifts of those who may be offered the call."""
    for verdict in verdicts:
        ends_at = distributor.agent(verdict.agent).off_at if verdict.eligible else verdict.until_at
        yield ends_at, verdict.agent, verdict.agent


def _of_wait(plan: Plan, waiting: CallNow) -> Iterator[Turn]:
    """Tell when a call that waits comes to its next step, and leaves."""
    queue = plan.queues[waiting.queue]
    for step in queue.steps[waiting.step + 1 :]:
        yield waiting.entered_at + step.after, "its next step", None
    if waiting.callback is None:
        for way_out in queue.exits:
            yield waiting.entered_at + way_out.after, "it leaves", None


def _first(turns: Iterable[Turn], now: datetime) -> Answer | None:
    """Tell when time alone may change the answer first, by what, and if by one agent's, whose."""
    coming = ((at, what, agent) for at, what, agent in turns if at is not None and now < at < FOREVER)
    at, what, agent = min(coming, key=lambda turn: turn[0], default=(None, "", None))
    return {"at": at.isoformat(), "what": what, "agent": agent} if at is not None else None
