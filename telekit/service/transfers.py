"""Callers on hold, and callers whom agents have passed on: with whom they talk is what the switch shows."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from telekit.acd.events import CallHeld, CallPassedOn, CallResumed, ConversationEnded, Event
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, LegId, OfferId, QueueName, call_of
from telekit.domain.phone import Phone
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import HoldChanged, OfferJoined, Switch, Transferred
from telekit.service.clock import Clock
from telekit.service.legs import Leg, Legs

log = logging.getLogger(__name__)

MOST_REMEMBERED = 10_000
"""Calls; while the link is down nothing tells that a caller is gone."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A caller whom an agent has passed on."""

    by: AgentName
    """The last agent who talked with the caller."""
    queue: QueueName | None


class Transfers:
    """Tell the distributor of holds, and of conversations that go from one agent to another."""

    def __init__(
        self,
        switch: Switch,
        legs: Legs,
        tell: Callable[[Event], None],
        record: Callable[[Fact], None],
        owner: Callable[[Phone], AgentName | None],
        recall: Callable[[OfferId], Leg | None],
        clock: Clock,
    ) -> None:
        """`owner` gives whose phone that is; `recall` what the journal says of an offer."""
        self._switch = switch
        self._legs = legs
        self._tell = tell
        self._record = record
        self._owner = owner
        self._recall = recall
        self._clock = clock
        self._passed: dict[CallId, Passed] = {}
        self._lately: dict[CallId, Leg] = {}
        """Conversations that a script has come back from, until the caller is gone: news of a transfer may be late."""
        self._held_early: set[LegId] = set()
        """Legs on which the caller was put on hold before it was told that they talk."""
        self._errands: set[asyncio.Task[None]] = set()

    def __contains__(self, call: CallId) -> bool:
        return call in self._passed

    def hold_changed(self, event: HoldChanged) -> None:
        """Note a hold, or its end, on an agent's leg."""
        leg = self._legs.find(event.offer)
        if leg is None or leg.id != event.leg:
            return
        if leg.joined:
            self._tell(CallHeld(leg.call) if event.held else CallResumed(leg.call))
        elif event.held:
            self._held_early.add(event.leg)
        else:
            self._held_early.discard(event.leg)

    def talks(self, leg: Leg) -> None:
        """Note that it was told of a leg that it talks."""
        if leg.id in self._held_early:
            self._held_early.discard(leg.id)
            self._tell(CallHeld(leg.call))

    def remember(self, leg: Leg) -> None:
        """Note a conversation that its script has come back from."""
        if len(self._lately) >= MOST_REMEMBERED:
            del self._lately[next(iter(self._lately))]
        self._lately[leg.call] = leg

    def passed_on(self, event: Transferred) -> None:
        """Note that a caller goes to somebody else; to whom, a number alone does not tell yet."""
        call, leg = call_of(event.offer), self._legs.find(event.offer)
        before = self._passer(event, leg)
        if before is None:
            return
        to = self._owner(event.target_phone) if event.target_phone is not None else None
        where = str(event.target_phone) if event.target_phone is not None else event.number or None
        way = {"way": "blind" if event.number else "attended", "to": to or where}
        self._record(Fact(self._clock(), FactKind.TRANSFERRED, call, before.queue, before.by, event.offer, way))
        self._passed[call] = Passed(to or before.by, before.queue)
        if event.target is not None:
            self._follow(event.offer, leg, before, to, event.target)
        self._tell(CallPassedOn(call, before.by, to, event.target_phone if to else None, before.queue))

    def passed_on_unseen(self, leg: Leg) -> None:
        """Note that a caller talks on, but no more with the agent: passed on at another switch, which does not tell."""
        way = {"way": "unseen", "to": None}
        self._record(Fact(self._clock(), FactKind.TRANSFERRED, leg.call, leg.queue, leg.agent, leg.offer, way))
        self._tell(CallPassedOn(leg.call, leg.agent, None, None, leg.queue))

    def joined(self, event: OfferJoined) -> bool:
        """Take in who talks with a caller who was passed on; False when that is no news of such a caller."""
        call, leg = call_of(event.offer), self._legs.find(event.offer)
        before = self._passed.get(call)
        if before is None or (leg is not None and leg.id == event.leg):
            return False
        to = self._owner(event.phone) if event.phone is not None else None
        if to is not None:
            self._passed[call] = Passed(to, before.queue)
            self._follow(event.offer, leg, before, to, event.leg)
            self._tell(CallPassedOn(call, before.by, to, event.phone, before.queue))
        return True

    def left(self, call: CallId, *, led: bool) -> None:
        """Forget a caller who is gone; `led` when a script of ours is about to notice it too."""
        self._lately.pop(call, None)
        if self._passed.pop(call, None) is not None and not led:
            self._tell(ConversationEnded(call))

    def forget(self, call: CallId) -> None:
        """Let a caller be a caller of ours again: an agent has passed them on to telekit itself."""
        self._passed.pop(call, None)

    def _passer(self, event: Transferred, leg: Leg | None) -> Passed | None:
        """Find out who has passed a caller on, also when their conversation is over for us by now."""
        call = call_of(event.offer)
        if leg is None or leg.id != event.leg:
            leg = self._lately.get(call)
        known = Passed(leg.agent, leg.queue) if leg is not None else self._passed.get(call)
        if known is None and (recalled := self._recall(event.offer)) is not None:
            known = Passed(recalled.agent, recalled.queue)
        return known

    def _follow(self, offer: OfferId, leg: Leg | None, before: Passed, to: AgentName | None, target: LegId) -> None:
        """Let the leg of the one who talks now stand for the offer; one that is no agent's nobody need care for."""
        if leg is None and to is not None:
            leg = Leg(offer, call_of(offer), to, before.queue)
            self._legs.adopt(leg)
        if leg is None:
            return
        leg.id, leg.joined = target, True
        if to is not None:
            leg.agent = to
            leg.gone.clear()  # that was told of the one before
            self._mark(target, offer)
        elif leg.led:
            leg.gone.set()
        else:
            self._legs.over(offer)

    def _mark(self, leg: LegId, offer: OfferId) -> None:
        """Have the switch tell of a leg as of one that was made for the offer."""
        errand = asyncio.get_running_loop().create_task(self._switch.mark(leg, offer))
        self._errands.add(errand)
        errand.add_done_callback(self._errand_done)

    def _errand_done(self, errand: asyncio.Task[None]) -> None:
        self._errands.discard(errand)
        if not errand.cancelled() and isinstance(error := errand.exception(), LinkError | SwitchError):
            log.warning("a leg could not be marked: %s", error)
