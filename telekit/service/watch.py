"""Look every few seconds whether what telekit believes is so, and put right what is not.

Nothing here should ever be found: events tell of every leg's end. Should one be lost, an agent would be stuck.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from telekit.acd.events import CallGone, ConversationEnded, OfferDropped
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId, LegId, OfferId
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import LegAlive, Switch
from telekit.service.breach import Breach, Rule
from telekit.service.exchange import Exchange
from telekit.service.legs import Leg

log = logging.getLogger(__name__)

EVERY = 3.0
"""Seconds from one look to the next."""
AGAIN_AFTER = 1.0
"""Seconds after a look that left a doubt: what is still so then is no news that is just on its way."""
RESTS = 2.0
"""For so many times as long as a look takes there is none. It takes some 40 µs of this process for each leg, and the
switch's own time: with 15,000 legs about a second, so that up to there what is wrong is right again within five."""

LOST = "lost"


Doubt = tuple[Breach, LegId | None]
"""A breach, unless it is gone at the next look, with the leg that is meant."""


class _Seen:
    """What the switch shows, to be looked up in."""

    def __init__(self, alive: Sequence[LegAlive]) -> None:
        self._legs = {leg.leg for leg in alive}
        self._offers = {leg.offer for leg in alive if leg.offer is not None}
        self.lost = {leg.leg for leg in alive if leg.lost}
        self.far = {
            leg.leg for leg in alive if leg.offer is not None and leg.phone is None and leg.joined and not leg.lost
        }
        """Agents' legs on the trunk to another switch, or outside."""
        self.callers = {leg.call for leg in alive if leg.offer is None}
        self.rung = {leg.call for leg in alive if leg.offer is not None}
        self.ringing = [leg for leg in alive if leg.offer is not None and not leg.joined and not leg.lost]

    def has(self, leg: Leg) -> bool:
        """Say whether a leg is there, or another in its stead."""
        return leg.id in self._legs or leg.offer in self._offers


class Watch:
    """Compare the exchange with the switch."""

    def __init__(self, exchange: Exchange, switch: Switch, led: Callable[[], Collection[CallId]]) -> None:
        """`led` gives the calls that a script leads."""
        self._exchange = exchange
        self._switch = switch
        self._led = led
        self._doubts: set[Doubt] = set()
        self._resting: frozenset[OfferId] = frozenset()
        """Whose agents' phones were in no call at the last look, although the caller talks on."""
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
        """Look once; what was in doubt at the last look too is put right. Others have their turn in between."""
        alive = await self._ask() if self._believes_in_legs() else None
        if alive is not None:
            self._learn(alive)
            if self._exchange.earlier:
                talking = {talk.call for talk in self._exchange.distributor.conversations()}
                self._exchange.earlier.settle({leg.call for leg in alive} | talking)
        found: set[Doubt] = set()
        for check in (self._calls, self._offers, self._ends):
            await asyncio.sleep(0)
            found.update(check())
        seen = None
        if alive is not None:
            await asyncio.sleep(0)
            seen = _Seen(alive)
            for compare in (self._calls_not_seen, self._offers_not_seen, self._unclaimed):
                await asyncio.sleep(0)
                found.update(compare(seen))
        await asyncio.sleep(0)
        found.update(self._conversations(seen))
        if seen is not None:
            self._pass_on(seen)
        confirmed = found & self._doubts
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
            took = loop.time() - began_at
            await asyncio.sleep(AGAIN_AFTER if self._doubts else max(EVERY - took, RESTS * took))

    async def _ask(self) -> Sequence[LegAlive] | None:
        """Ask the switch which legs are alive; None when it cannot tell, which the link's own watch tells of."""
        with suppress(LinkError, SwitchError):
            return await self._switch.legs()
        return None

    def _believes_in_legs(self) -> bool:
        exchange = self._exchange
        acd = exchange.distributor
        believes = exchange.tickets or exchange.legs or exchange.earlier or acd.conversations() or acd.offers()
        return exchange.link.is_up and bool(believes)

    def _learn(self, alive: Sequence[LegAlive]) -> None:
        """Take in a leg that rings and of which no event has told, so that it can be ended."""
        for leg in alive:
            known = self._exchange.legs.find(leg.offer) if leg.offer is not None else None
            if known is not None and known.id is None:
                self._exchange.legs.rings(known.offer, leg.leg)

    def _calls(self) -> Iterator[Doubt]:
        """Give calls in the line that no script waits for."""
        for call in self._exchange.distributor.waiting():
            if call not in self._exchange.tickets and not self._is_callback(call):
                yield Breach(Rule.CALL_WITHOUT_LEG, call), None

    def _offers(self) -> Iterator[Doubt]:
        """Give offers of calls that are gone, and offers that nobody carries out."""
        exchange = self._exchange
        for offer in exchange.distributor.offers():
            if exchange.distributor.call(offer.call) is None:
                yield Breach(Rule.OFFER_WITHOUT_CALL, offer.call, offer.agent, offer.offer), None
            elif self._is_callback(offer.call):
                if not exchange.callbacks.tries(offer.offer):
                    yield Breach(Rule.AGENT_WITHOUT_LEG, offer.call, offer.agent, offer.offer), None
            elif offer.call in exchange.tickets and exchange.legs.find(offer.offer) is None:
                yield Breach(Rule.AGENT_WITHOUT_LEG, offer.call, offer.agent, offer.offer), None

    def _conversations(self, seen: "_Seen | None") -> Iterator[Doubt]:
        """Give conversations for which no leg stands, or whose legs the switch, where it was asked, no longer shows."""
        talking = {leg.call: leg for leg in self._exchange.legs if leg.joined}
        for conversation in self._exchange.distributor.conversations():
            leg = talking.get(conversation.call)
            if leg is None:
                yield Breach(Rule.AGENT_WITHOUT_LEG, conversation.call, conversation.agent), None
            elif seen is not None and leg.id is not None and not seen.has(leg):
                yield Breach(Rule.AGENT_WITHOUT_LEG, conversation.call, conversation.agent), leg.id
            elif seen is not None and leg.id in seen.lost and conversation.phone_rests:
                # The switch of the caller is away; that of the agent says that the phone is in no call.
                yield Breach(Rule.AGENT_WITHOUT_LEG, conversation.call, conversation.agent), leg.id

    def _pass_on(self, seen: "_Seen") -> None:
        """Let agents go whose callers were passed on at another switch, where it is seen at their phones alone."""
        talking = {leg.call: leg for leg in self._exchange.legs if leg.joined and leg.id in seen.far}
        rest = [talk.call for talk in self._exchange.distributor.conversations() if talk.phone_rests]
        resting = {talking[call].offer: talking[call] for call in rest if call in talking}
        for offer in self._resting & resting.keys():
            self._exchange.passed_on_unseen(resting[offer])
        self._resting = frozenset(resting)

    def _ends(self) -> Iterator[Doubt]:
        """Give calls that nobody leads and whose end was not told."""
        led = Counter(self._led())
        for call, count in self._exchange.outcomes.running.items():
            if count > led[call]:
                yield Breach(Rule.CALL_WITHOUT_END, call), None

    def _calls_not_seen(self, seen: "_Seen") -> Iterator[Doubt]:
        """Give calls in the line whose callers the switch does not show, unless it is away that has them."""
        unseen = self._exchange.unseen()
        for call in self._exchange.distributor.waiting():
            if call in self._exchange.tickets and call not in seen.callers and call not in unseen:
                yield Breach(Rule.CALL_WITHOUT_LEG, call), None

    def _offers_not_seen(self, seen: "_Seen") -> Iterator[Doubt]:
        """Give offers whose legs the switch no longer shows; of several who rang at once it tells when all is over."""
        for offer in self._exchange.distributor.offers():
            leg = self._exchange.legs.find(offer.offer)
            if leg is not None and leg.id is not None and not seen.has(leg) and offer.call not in seen.rung:
                yield Breach(Rule.AGENT_WITHOUT_LEG, offer.call, offer.agent, offer.offer), leg.id

    def _unclaimed(self, seen: "_Seen") -> Iterator[Doubt]:
        """Give legs that ring although nobody is behind them."""
        for leg in seen.ringing:
            tried = leg.offer is not None and self._exchange.callbacks.tries(leg.offer)
            if leg.call not in seen.callers and leg.call not in self._exchange.tickets and not tried:
                yield Breach(Rule.OFFER_WITHOUT_CALL, leg.call, None, leg.offer), leg.leg

    def _is_callback(self, call: CallId) -> bool:
        """Say whether the caller has hung up to be called back: such a call waits without a leg."""
        now = self._exchange.distributor.call(call)
        return now is not None and now.callback is not None

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
                    with suppress(LinkError, SwitchError):
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
