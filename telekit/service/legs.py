"""The agents' legs that offers made, from the offer to the leg's end, with or without a script of ours."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from telekit.acd.actions import Offer
from telekit.acd.events import ConversationEnded, ConversationFound, Event, OfferAnswered, OfferMissed
from telekit.domain.names import AgentName, CallId, LegId, OfferId, QueueName, call_of
from telekit.domain.queue import MissCause
from telekit.pbx.port import LegAlive, Switch
from telekit.service.talk import Talk

log = logging.getLogger(__name__)

MOST_REMEMBERED = 10_000
"""Calls, the latest; while the link is down nothing tells that a caller is gone."""
TOLD_WITHIN = 0.25
"""Seconds after a conversation within which the switch tells of its leg's end."""
SCRIPT_IS_BACK_WITHIN = 10.0
"""Seconds after a conversation's leg has ended; then the agent is free, whatever has become of the script."""


@dataclass(slots=True, eq=False)
class Leg:
    """One agent's leg."""

    offer: OfferId
    call: CallId
    agent: AgentName
    queue: QueueName | None
    id: LegId | None = None
    """None until the switch has told of it."""
    led: bool = True
    """A script of ours waits for its end; a leg whose script was lost goes on by itself."""
    joined: bool = False
    unwanted: bool = False
    dropped: bool = False
    """It was joined, and its line has dropped."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    """The switch has told that it has ended."""
    beside: bool = False
    """Others ring at once with it, so its own end does not end the ring."""


class Legs:
    """Tell the distributor what becomes of agents' legs; end those that are taken back."""

    def __init__(
        self,
        switch: Switch,
        tell: Callable[[Event], None],
        has_script: Callable[[CallId], bool],
        clock: Callable[[], datetime],
        found: Callable[[Leg, datetime], Talk],
    ) -> None:
        """`found` notes a conversation that no script of ours began, and gives what is known of it."""
        self._switch = switch
        self._tell = tell
        self._has_script = has_script
        self._clock = clock
        self._found = found
        self._legs: dict[OfferId, Leg] = {}
        self._past: dict[CallId, dict[OfferId, AgentName]] = {}
        self._errands: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._legs)

    def __iter__(self) -> Iterator[Leg]:
        return iter(self._legs.values())

    def find(self, offer: OfferId) -> Leg | None:
        """Give the leg of an offer that somebody still cares for."""
        return self._legs.get(offer)

    def taken(self, offer: OfferId) -> OfferId:
        """Give the offer that was taken, where several were made at once: the caller's leg knows the last of them."""
        leg = self._legs.get(offer)
        if leg is not None and (leg.joined or not leg.beside):
            return offer
        call = call_of(offer)
        return next((each.offer for each in self._legs.values() if each.call == call and each.joined), offer)

    def expect(self, offer: Offer) -> None:
        """Note that a script is to carry out an offer."""
        self._legs[offer.offer] = Leg(offer.offer, offer.call, offer.agent, offer.queue)

    def is_wanted(self, offer: OfferId) -> bool:
        """Say whether an offer that a script is about to carry out was not taken back meanwhile."""
        leg = self._legs.get(offer)
        return leg is not None and not leg.unwanted

    def ring_together(self, offers: Sequence[OfferId]) -> None:
        """Note that a script is about to ring several agents at once."""
        for offer in offers:
            if (leg := self._legs.get(offer)) is not None:
                leg.beside = True

    def take_back(self, offer: OfferId, *, answered: bool = False) -> None:
        """End the leg of an offer, now or as soon as the switch tells of it; one that nobody leads is let be.

        When one of several has `answered`, the switch itself ends the others.
        """
        leg = self._legs.get(offer)
        if leg is not None and leg.led:
            leg.unwanted = True
            if leg.id is not None and not (answered and leg.beside):
                self._hang_up(leg.id)

    def over(self, offer: OfferId) -> None:
        """Forget the leg of an offer."""
        self._legs.pop(offer, None)

    def came_back(self, offer: OfferId) -> None:
        """Forget the leg of an offer whose script has come back from it, but not whose it was: news may be late."""
        leg = self._legs.pop(offer, None)
        if leg is not None:
            if len(self._past) >= MOST_REMEMBERED:
                del self._past[next(iter(self._past))]
            self._past.setdefault(leg.call, {})[offer] = leg.agent

    def past(self, offer: OfferId) -> AgentName | None:
        """Name the agent to whom an offer was made that a script has come back from; None once its caller is gone."""
        return self._past.get(call_of(offer), {}).get(offer)

    def forget(self, call: CallId) -> None:
        """Note that a caller is gone: of their offers no news can come any more."""
        self._past.pop(call, None)

    def let_go(self, offer: OfferId) -> bool:
        """Let a leg go on whose script is lost; say whether it is in conversation."""
        leg = self._legs.get(offer)
        if leg is None or leg.id is None or leg.gone.is_set():
            self.over(offer)
            return False
        leg.led = False
        return leg.joined

    def adopt(self, leg: Leg) -> None:
        """Take in a leg that an earlier telekit's script has left behind."""
        leg.led = False
        self._legs[leg.offer] = leg

    def rings(self, offer: OfferId, id_: LegId) -> None:
        """Note that the switch has made a leg."""
        leg = self._legs.get(offer)
        if leg is not None:
            leg.id = id_
            if leg.unwanted:
                self._hang_up(id_)

    def joins(self, leg: Leg, id_: LegId, since_at: datetime | None = None) -> None:
        """Note that a leg and its caller talk; the distributor takes it for no news after a hold."""
        is_news = not leg.joined
        leg.id, leg.joined = id_, True
        if leg.led:
            self._tell(OfferAnswered(leg.offer))
            return
        since_at = since_at or self._clock()
        if is_news and not self._has_script(leg.call):
            talk = self._found(leg, since_at)
            self._tell(ConversationFound(leg.call, leg.agent, leg.queue, talk.since_at, talk.held, talk.held_since_at))
            return
        self._tell(ConversationFound(leg.call, leg.agent, leg.queue, since_at))

    async def has_dropped(self, offer: OfferId) -> bool:
        """Say whether a conversation that is over has ended because the agent's line has dropped.

        That news may come a moment after the script; without it, it has not.
        """
        leg = self._legs.get(offer)
        if leg is None or not leg.joined:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(TOLD_WITHIN):
                await leg.gone.wait()
        return leg.dropped

    def ended(self, leg: Leg, refused: MissCause | None = None, *, dropped: bool = False) -> None:
        """Note that a leg is gone; a script that leads it tells more, and is back at once unless something is wrong.

        Of several that ring at once, one may be refused while the script still waits for the others.
        """
        leg.dropped = dropped and leg.joined
        leg.gone.set()
        if not leg.led:
            self._legs.pop(leg.offer, None)
            if leg.joined and not self._has_script(leg.call):
                self._tell(ConversationEnded(leg.call))
        elif leg.joined:
            asyncio.get_running_loop().call_later(SCRIPT_IS_BACK_WITHIN, self._give_up, leg)
        elif leg.beside and refused is not None and not leg.unwanted:
            self._legs.pop(leg.offer, None)
            self._tell(OfferMissed(leg.offer, refused))

    def see(self, leg: Leg, alive: LegAlive) -> None:
        """Take in what a survey says of a leg that is alive."""
        if alive.joined:
            self.joins(leg, alive.leg, alive.since_at)
        else:
            self.rings(leg.offer, alive.leg)

    def _give_up(self, leg: Leg) -> None:
        if leg.led and self._legs.get(leg.offer) is leg:
            log.error("call %s: the agent's leg is gone, but the script does not come back from it", leg.call)
            self._tell(ConversationEnded(leg.call))

    def _hang_up(self, leg: LegId) -> None:
        """Ask the switch to end a leg; should that fail, the ring time that the switch was given ends it."""
        errand = asyncio.get_running_loop().create_task(self._switch.hang_up(leg))
        self._errands.add(errand)
        errand.add_done_callback(self._errand_done)

    def _errand_done(self, errand: asyncio.Task[None]) -> None:
        self._errands.discard(errand)
        if not errand.cancelled() and (error := errand.exception()) is not None:
            log.warning("a leg could not be ended: %s", error)
