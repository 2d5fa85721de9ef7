"""Look every few seconds whether what telekit believes is so, and put right what is not.

Nothing here should ever be found: events tell of every leg's end. Should one be lost, an agent would be stuck.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from telekit.acd.events import CallGone, ConversationEnded, OfferDropped
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId, LegId, OfferId
from telekit.errors import SwitchError
from telekit.pbx.port import LegAlive, Switch
from telekit.service.breach import Breach, Rule
from telekit.service.exchange import Exchange

log = logging.getLogger(__name__)

EVERY = 3.0
"""Seconds between two looks."""
AGAIN_AFTER = 1.0
"""Seconds after a look that left a doubt: what is still so then is no news that is just on its way."""
SHARE = 20
"""Asking Asterisk for all legs takes at most one part of so many of the time, however many there are."""

LOST = "lost"


class Watch:
    """Compare the exchange with the switch."""

    def __init__(self, exchange: Exchange, switch: Switch, led: Callable[[], Collection[CallId]]) -> None:
        """`led` gives the calls that a script leads."""
        self._exchange = exchange
        self._switch = switch
        self._led = led
        self._doubts: set[tuple[Breach, LegId | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self.repaired: Counter[Rule] = Counter()
        self.last: tuple[datetime, Breach] | None = None
        exchange.outcomes.tell = self._report

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))

    async def look(self) -> None:
        """Look once; what was in doubt at the last look too is put right."""
        alive = await self._ask() if self._believes_in_legs() else None
        if alive is not None:
            self._learn(alive)
        found = set(self._breaches())
        if alive is not None:
            found |= set(self._missing(alive))
        confirmed = {(breach, leg) for breach, leg in found if (breach, leg) in self._doubts}
        self._doubts = found - confirmed
        for breach, leg in sorted(confirmed, key=lambda each: (each[0].rule, each[0].call)):
            self._report(breach)
            await self._repair(breach, leg)

    async def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began_at = loop.time()
            try:
                await self.look()
            except Exception:  # whatever goes wrong here, calls go on
                log.exception("a look at what is alive went wrong")
            pause = AGAIN_AFTER if self._doubts else EVERY
            await asyncio.sleep(max(pause, SHARE * (loop.time() - began_at)))

    async def _ask(self) -> Sequence[LegAlive] | None:
        """Ask the switch which legs are alive; None when it cannot tell, which the link's own watch tells of."""
        with suppress(SwitchError):
            return await self._switch.legs()
        return None

    def _believes_in_legs(self) -> bool:
        exchange = self._exchange
        acd = exchange.distributor
        return exchange.link_is_up and bool(exchange.tickets or exchange.legs or acd.conversations() or acd.offers())

    def _learn(self, alive: Sequence[LegAlive]) -> None:
        """Take in a leg that rings and of which no event has told, so that it can be ended."""
        for leg in alive:
            known = self._exchange.legs.find(leg.offer) if leg.offer is not None else None
            if known is not None and known.id is None:
                self._exchange.legs.rings(known.offer, leg.leg)

    def _breaches(self) -> Iterator[tuple[Breach, LegId | None]]:
        """Give what needs no switch to be known."""
        exchange = self._exchange
        acd = exchange.distributor
        for call in acd.waiting():
            if call not in exchange.tickets:
                yield Breach(Rule.CALL_WITHOUT_LEG, call), None
        for offer in acd.offers():
            if acd.call(offer.call) is None:
                yield Breach(Rule.OFFER_WITHOUT_CALL, offer.call, offer.agent, offer.offer), None
            elif offer.call in exchange.tickets and exchange.legs.find(offer.offer) is None:
                yield Breach(Rule.AGENT_WITHOUT_LEG, offer.call, offer.agent, offer.offer), None
        talking = {leg.call for leg in exchange.legs if leg.joined}
        for conversation in acd.conversations():
            if conversation.call not in talking:
                yield Breach(Rule.AGENT_WITHOUT_LEG, conversation.call, conversation.agent), None
        led = Counter(self._led())
        for call, count in exchange.outcomes.running.items():
            if count > led[call]:
                yield Breach(Rule.CALL_WITHOUT_END, call), None

    def _missing(self, alive: Sequence[LegAlive]) -> Iterator[tuple[Breach, LegId | None]]:
        """Give what the switch does not show, or shows although nobody is behind it."""
        exchange = self._exchange
        acd = exchange.distributor
        ids, offers = {leg.leg for leg in alive}, {leg.offer for leg in alive}
        callers = {leg.call for leg in alive if leg.offer is None}
        rung = {leg.call for leg in alive if leg.offer is not None}
        for call in acd.waiting():
            if call in exchange.tickets and call not in callers:
                yield Breach(Rule.CALL_WITHOUT_LEG, call), None
        for offer in acd.offers():
            leg = exchange.legs.find(offer.offer)
            if leg is not None and leg.id is not None and leg.id not in ids and leg.offer not in offers:
                if offer.call in rung:  # of several who were rung at once; the switch tells of all when it is over
                    continue
                yield Breach(Rule.AGENT_WITHOUT_LEG, offer.call, offer.agent, offer.offer), leg.id
        talking: Mapping[CallId, tuple[OfferId, LegId | None]] = {
            leg.call: (leg.offer, leg.id) for leg in exchange.legs if leg.joined
        }
        for conversation in acd.conversations():
            name, id_ = talking.get(conversation.call, (None, None))
            if id_ is not None and id_ not in ids and name not in offers:
                yield Breach(Rule.AGENT_WITHOUT_LEG, conversation.call, conversation.agent), id_
        known = callers | exchange.tickets.keys()
        for seen in alive:
            if seen.offer is not None and not seen.joined and seen.call not in known:
                yield Breach(Rule.OFFER_WITHOUT_CALL, seen.call, None, seen.offer), seen.leg

    async def _repair(self, breach: Breach, leg: LegId | None) -> None:
        """Tell the distributor what is so."""
        exchange = self._exchange
        match breach.rule:
            case Rule.AGENT_WITHOUT_LEG if breach.offer is None:
                for known in [known for known in exchange.legs if known.call == breach.call]:
                    exchange.legs.over(known.offer)
                exchange.tell(ConversationEnded(breach.call))
            case Rule.AGENT_WITHOUT_LEG | Rule.OFFER_WITHOUT_CALL if breach.offer is not None:
                exchange.legs.take_back(breach.offer)
                exchange.legs.over(breach.offer)
                exchange.tell(OfferDropped(breach.offer))
                if breach.rule is Rule.OFFER_WITHOUT_CALL and leg is not None:
                    with suppress(SwitchError):
                        await self._switch.hang_up(leg)
            case Rule.CALL_WITHOUT_LEG:
                ticket = exchange.tickets.get(breach.call)
                if ticket is None:
                    exchange.tell(CallGone(breach.call))
                else:
                    for offer in tuple(ticket.offers):
                        exchange.legs.take_back(offer)
                    ticket.end()
                    exchange.leave(ticket, lost=False)
            case Rule.CALL_WITHOUT_END:
                exchange.record(Fact(exchange.now(), FactKind.CALL_ENDED, breach.call, details={"by": LOST}))
            case _:
                pass

    def _report(self, breach: Breach) -> None:
        now = self._exchange.now()
        self.repaired[breach.rule] += 1
        self.last = (now, breach)
        log.error("repaired: %s", breach)
        self._exchange.record(
            Fact(
                now,
                FactKind.REPAIRED,
                breach.call,
                None,
                breach.agent,
                breach.offer,
                {"breach": breach.rule.value},
            )
        )
