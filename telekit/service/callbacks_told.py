"""What `telekit callbacks` tells: who is to be called back; and one of them is let go."""

from collections.abc import Mapping
from typing import Any

from telekit.acd.events import CallbackCancelled
from telekit.acd.views import CallNow
from telekit.domain.callback import Callback
from telekit.domain.names import CallId
from telekit.errors import TelekitError
from telekit.service.control import Answer, Request
from telekit.service.exchange import Exchange


async def callbacks(exchange: Exchange, request: Request) -> Answer:
    """Tell of all who are to be called back, queue by queue in their order; or let one go, by `cancel`, and tell of it.

    Raises `TelekitError` for a call that is none of them.
    """
    told = {row["call"]: row for row in _rows(exchange)}
    cancelled = request.words.get("cancel")
    if cancelled is None:
        return {"callbacks": list(told.values())}
    if cancelled not in told:
        raise TelekitError(f"No callback is called {cancelled!r}: `telekit callbacks` lists those that there are.")
    exchange.tell(CallbackCancelled(CallId(str(cancelled))))
    return {"cancelled": told[cancelled]}


def _rows(exchange: Exchange) -> list[Mapping[str, Any]]:
    waiting = (call for queue in exchange.distributor.queues() for call in queue.calls)
    return [_row(exchange, call, call.callback) for call in waiting if call.callback is not None]


def _row(exchange: Exchange, call: CallNow, state: Callback) -> Mapping[str, Any]:
    promise, now = exchange.callbacks.promises.find(call.call), exchange.now()
    again_in = (state.again_at - now).total_seconds() if state.again_at is not None and call.rests else None
    return {
        "call": call.call,
        "queue": call.queue,
        "number": state.number,
        "dialed": promise.dialed if promise is not None else "",
        "agreed_at": state.agreed_at.isoformat(timespec="seconds"),
        "waited": max(0.0, (now - call.entered_at).total_seconds()),
        "tries": state.tries,
        "again_in": max(0.0, again_in) if again_in is not None else None,
        "agents": [offer.agent for offer in call.offers],
    }
