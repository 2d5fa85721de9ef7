"""Callers whom an agent passes on while the other side still rings: who they then meet, no variable tells.

The leg that rings was made before the transfer and knows nothing of the caller. It is known by the bridge it enters.
Source: Asterisk main/bridge.c, ast_bridge_transfer_attended (AST_ATTENDED_TRANSFER_DEST_APP).
"""

from telekit.domain.names import CallId, LegId, OfferId, call_of
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.events import leg_of, phone_at
from telekit.pbx.port import CallerLeft, OfferJoined, SwitchEvent, Transferred

MOST_STRANGERS = 200
"""Bridges of which is remembered who entered them while a caller is on such a way."""


class Wanderers:
    """Find out whom such callers meet; costs nothing while there is none."""

    def __init__(self) -> None:
        self._ways: dict[CallId, OfferId] = {}
        self._bridges: dict[str, LegId | OfferId] = {}
        """Who was the first to enter a bridge: another's leg, or the caller of an offer."""
        self._callers: set[str] = set()
        """The bridges that a caller entered first."""

    def note(self, event: SwitchEvent) -> None:
        """Heed who sets out, and who is gone."""
        if isinstance(event, Transferred):
            if not event.number and event.target is None:
                self._ways[call_of(event.offer)] = event.offer
        elif isinstance(event, CallerLeft):
            self._arrive(event.call)

    def meet(self, message: Message) -> OfferJoined | None:
        """Take a BridgeEnter; give who has met whom."""
        if not self._ways:
            return None
        bridge, leg = message.get("BridgeUniqueid", ""), leg_of(message)
        offer = self._ways.get(CallId(message.get("Uniqueid", "")))
        first = self._bridges.pop(bridge, None)
        if first is None:
            self._remember(bridge, leg if offer is None else offer, is_caller=offer is not None)
            return None
        caller_came_first = bridge in self._callers
        self._callers.discard(bridge)
        if caller_came_first is (offer is not None):
            return None
        met, found = (OfferId(first), leg) if caller_came_first else (offer, LegId(first))
        if met is None:
            return None
        self._arrive(call_of(met))
        return OfferJoined(met, found, phone_at(found))

    def _remember(self, bridge: str, who: LegId | OfferId, *, is_caller: bool) -> None:
        if len(self._bridges) >= MOST_STRANGERS:
            oldest = next(iter(self._bridges))
            del self._bridges[oldest]
            self._callers.discard(oldest)
        self._bridges[bridge] = who
        if is_caller:
            self._callers.add(bridge)

    def _arrive(self, call: CallId) -> None:
        self._ways.pop(call, None)
        if not self._ways:
            self._bridges.clear()
            self._callers.clear()
