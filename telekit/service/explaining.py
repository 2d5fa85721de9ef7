"""How it stands at this moment: everybody's case for a call that waits, or for one that would come now."""

from datetime import datetime
from typing import Any

from telekit.acd.routing import first_match
from telekit.acd.verdict import Verdict, detail_in
from telekit.domain.call import Arrival, Caller
from telekit.domain.destination import ToQueue
from telekit.domain.names import AgentName, CallId
from telekit.errors import TelekitError
from telekit.roster.block import FOREVER
from telekit.service.control import Answer, Request
from telekit.service.exchange import Exchange

IMAGINED = CallId("imagined")


async def explain_now(exchange: Exchange, request: Request) -> Answer:
    """Tell everybody's case; raises `TelekitError` for a call that does not wait."""
    words = request.words
    call, dialed, caller = (words.get(name) for name in ("call", "dialed", "caller"))
    distributor = exchange.distributor
    if call is not None:
        waiting = distributor.call(CallId(str(call)))
        if waiting is None:
            raise TelekitError(f"No call {call!r} waits now: `telekit explain --call {call}` asks the journal.")
        rings = tuple(offer.agent for offer in waiting.offers)
        return _told(exchange, None, waiting.queue, "", distributor.explain_call(waiting.call), rings)
    arrival = Arrival(IMAGINED, str(dialed), Caller(str(caller) if caller is not None else None))
    route = first_match(exchange.plan, arrival)
    if route is None:
        return _told(exchange, None, None, "no route takes this call: it is hung up", ())
    named = f"{route.label}  {route.origin}" if route.label else str(route.origin)
    if not isinstance(route.destination, ToQueue):
        return _told(exchange, named, None, "it leads to no queue at once: leave out --live to imagine its way", ())
    return _told(exchange, named, route.destination.queue, "", distributor.explain(route.destination.queue))


def _told(
    exchange: Exchange,
    route: str | None,
    queue: Any,
    goes: str,
    verdicts: tuple[Verdict, ...],
    rings: tuple[AgentName, ...] = (),
) -> Answer:
    now = exchange.distributor.queue(queue) if queue is not None else None
    return {
        "at": exchange.now().isoformat(),
        "zone": str(exchange.plan.zone),
        "route": route,
        "queue": queue,
        "open": now.open if now is not None else None,
        "waiting": len(now.calls) if now is not None else 0,
        "goes": goes,
        "rings": list(rings),
        "agents": [
            {
                "agent": verdict.agent,
                "eligible": verdict.eligible,
                "step": verdict.step,
                "reason": verdict.obstacle.value if verdict.obstacle else None,
                "detail": detail_in(verdict, exchange.plan),
                "until": verdict.until_at.isoformat() if verdict.until_at is not None else None,
                "origin": str(verdict.origin) if verdict.origin.file else None,
            }
            for verdict in verdicts
        ],
        "change": _change(exchange, verdicts),
    }


def _change(exchange: Exchange, verdicts: tuple[Verdict, ...]) -> Answer | None:
    """Tell when time alone may change the answer first, and of whom: what ends by itself, or the shift of who may."""
    ends: list[tuple[datetime, AgentName]] = []
    for verdict in verdicts:
        off_at = exchange.distributor.agent(verdict.agent).off_at if verdict.eligible else None
        at = off_at if verdict.eligible else verdict.until_at
        if at is not None and at < FOREVER:
            ends.append((at, verdict.agent))
    at, agent = min(ends, default=(None, None))
    return {"at": at.isoformat(), "agent": agent} if at is not None else None
