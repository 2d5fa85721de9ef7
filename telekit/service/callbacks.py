"""Callbacks carried out: whom the distributor offers is called, and how that went is told to it.

A callback is a call in the line without a leg. While somebody is rung for it, that is a try. The leg of a try is named
by its offer, so that it is known again whatever happens to telekit meanwhile, and nobody is rung twice.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from telekit.acd.actions import Action, CallbackEnded, CallbackPromised, Joined, Offer, Withdraw
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallbackCancelled,
    CallbackFailed,
    CallbackRests,
    ConversationEnded,
    Event,
    OfferAnswered,
    OfferDropped,
    OfferMissed,
)
from telekit.acd.views import CallNow
from telekit.callflow.calls_back import Person
from telekit.domain.call import Caller
from telekit.domain.callback import CallbackOutcome, CallbackRules, First
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId, LegId, OfferId, QueueName, call_of, own_leg
from telekit.domain.place import Place
from telekit.domain.queue import MissCause
from telekit.errors import LinkError, SwitchError, UnsafeValue
from telekit.pbx.port import LegAlive, Switch
from telekit.service.clock import Clock
from telekit.service.legs import Legs
from telekit.service.promises import Promise, Promises
from telekit.service.sightings import Sightings
from telekit.service.tries import Try, callback_of, end, offer_of, ring

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(seconds=30)
"""When nobody can be called at all, which is nobody's fault but telekit's or the switch's."""
HEARS_OUT = timedelta(minutes=1)
"""For so long at most a caller may still hear goodbye; from their hanging up on it may be their turn."""
PUTS_DOWN = timedelta(seconds=2)
"""So long after somebody has hung up their phone may still be busy."""
HELD = timedelta(minutes=5)
"""For so long at most a callback is not offered whose leg an earlier telekit has made, and is alive."""
SHOWN = re.compile(r"\+?[0-9]{3,20}")
"""What was dialled may also be a name, say of a menu, or two digits: no switch shows that as a number."""


class Callbacks:
    """Keep every promise, and at most one try of each."""

    def __init__(
        self,
        switch: Switch,
        legs: Legs,
        tell: Callable[[Event], None],
        acd: Distributor,
        journaled: Callable[[], Awaitable[None]],
        link_is_up: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._switch = switch
        self._sightings = Sightings(switch)
        self._legs = legs
        self._tell = tell
        self._acd = acd
        self._journaled = journaled
        self._link_is_up = link_is_up
        self._clock = clock
        self.promises = Promises()
        self._recalled: list[Promise] = []
        self._tries: dict[CallId, Try] = {}
        self._errands: dict[asyncio.Task[None], Try] = {}
        self._stopped = False

    def note(self, fact: Fact) -> None:
        """Take in who calls, and that one who is to be called back has hung up: from now on it may be their turn."""
        self.promises.note(fact)
        if fact.kind is FactKind.CALL_ENDED and fact.call is not None and fact.call in self.promises:
            self._rest(fact.call, PUTS_DOWN)

    def decided(self, action: Action) -> None:
        """Carry out what was decided of a callback."""
        match action:
            case CallbackPromised():
                before = self.promises.of(action.number, "", action.queue)
                self.promises.add(action, self._clock())
                told: Event = CallbackRests(action.call, self._clock() + HEARS_OUT)
                if before:  # nobody is called twice
                    told = CallbackCancelled(action.call)
                asyncio.get_running_loop().call_soon(self._tell, told)  # within `handle` nothing more can be told
            case Offer():
                self._begin(action)
            case Withdraw():
                self._withdrawn(action)
            case CallbackEnded(call):
                self.promises.discard(call)
                self._ended(call)
            case Joined(_, call):
                self.promises.discard(call)
            case _:
                pass

    def _ended(self, call: CallId) -> None:
        """Ring nobody for a callback that has ended; a person who has answered hears of the key, or waits by now."""
        attempt = self._tries.get(call)
        if attempt is not None and attempt.led and attempt.first is First.CALLER:
            del self._tries[call]
        elif attempt is not None and attempt.decided is None:  # one that runs here is withdrawn anyway
            attempt.unwanted = True
            self._do(end(self._switch, attempt.leg), attempt)

    def has(self, call: CallId) -> bool:
        """Say whether somebody is called back, or is to be."""
        return call in self.promises or call in self._tries

    def tries(self, offer: OfferId) -> bool:
        """Say whether somebody is being called for an offer."""
        attempt = self._tries.get(call_of(offer))
        return attempt is not None and attempt.offer == offer

    def waiting_for(self, caller: Caller, dialed: str, queue: QueueName) -> tuple[CallId, Place] | None:
        """Give the callback that a caller was promised in a queue, with its place, while it waits."""
        for call in self.promises.of(caller.number, dialed, queue):
            now, promise = self._callback(call), self.promises.find(call)
            if now is not None and now.queue == queue:
                return call, self._place(now)
            if now is None and promise is not None:  # telekit has just started, and lets nobody in yet
                waited = max(self._clock() - promise.entered_at, timedelta(0))
                return call, Place(queue, promise.entered_at, promise.priority, promise.came_at, waited)
        return None

    def recall(self, promises: Iterable[Promise]) -> None:
        """Take in what an earlier telekit has promised; it counts once it is known what is alive."""
        self._recalled.extend(promises)

    def restore(self, alive: Collection[LegAlive], *, all_is_seen: bool = True) -> Iterator[CallArrived]:
        """Give what was recalled, each at its place; what still rings for it is seen off first.

        Where not `all_is_seen`, somebody who was tried before may still be rung at a switch that is away.
        """
        busy = {call_of(offer_of(leg)): leg for leg in alive}
        recalled, self._recalled = self._recalled, []
        for promise in recalled:
            state, leg = promise.state, busy.get(promise.call)
            if (leg is not None and leg.joined) or self.has(promise.call) or self._acd.call(promise.call) is not None:
                continue  # they talk, or all of that is known
            self.promises.keep(promise)
            if leg is not None:
                first = First.CALLER if leg.offer is None else First.AGENT
                attempt = self._tries[promise.call] = Try(offer_of(leg), first, leg.leg)
                state = replace(state, again_at=max(state.again_at or self._clock(), self._clock() + HELD))
                self._do(self._see_off(attempt), attempt)
            elif promise.offers and not all_is_seen:
                state = replace(state, again_at=max(state.again_at or self._clock(), self._clock() + HELD))
            yield CallArrived(
                promise.call,
                promise.queue,
                promise.priority,
                promise.entered_at,
                promise.offers,
                promise.came_at,
                callback=state,
            )

    def agent_answers(self, offer: OfferId) -> Person | None:
        """Do what the script of an agent asks for."""
        attempt = self._tries.get(call_of(offer))
        if attempt is None or attempt.offer != offer or attempt.first is not First.AGENT:
            return None
        leg = self._legs.find(offer)
        now = self._callback(call_of(offer))
        if now is None or now.callback is None or (leg is not None and leg.unwanted):
            if leg is None or leg.led:
                self._forget(attempt)
            return None
        attempt.led = True
        rules, promise = self._rules(now.queue), self.promises.find(now.call)
        return Person(
            promise.caller if promise is not None else Caller(None),
            now.callback.number,
            self._shown(now),
            rules.ring,
            attempt.decided,
        )

    def talked(self, offer: OfferId, talked: timedelta) -> None:
        """Note that an agent and the person have talked."""
        self._over(offer)
        leg = self._legs.find(offer)
        if leg is not None and not leg.led:
            return  # taken in from an earlier telekit: its end is told by the switch
        self._legs.over(offer)
        if leg is None or not leg.joined:
            self._tell(OfferAnswered(offer, talked))
        self._tell(ConversationEnded(call_of(offer)))

    def not_reached(self, offer: OfferId, cause: MissCause) -> None:
        """Note that the person did not answer."""
        self._over(offer)
        self._legs.over(offer)
        self._tell(CallbackFailed(offer, cause))

    def agent_left(self, offer: OfferId) -> None:
        """Note that the agent hung up before the person had answered."""
        attempt = self._over(offer)
        self._legs.over(offer)
        self._tell(OfferMissed(offer, MissCause.REJECTED))
        if attempt is not None and attempt.decided is None:
            self._rest(call_of(offer), None)

    def failed(self, offer: OfferId) -> None:
        """Note that nobody could be called, by no fault of anybody's."""
        self._over(offer)
        self._legs.over(offer)
        self._tell(OfferDropped(offer))
        self._rest(call_of(offer), AGAIN_AFTER)

    def lost(self, offer: OfferId) -> None:
        """Note that the script of an agent is lost."""
        attempt = self._tries.get(call_of(offer))
        if self._legs.let_go(offer) or attempt is None or attempt.offer != offer:
            self._over(offer)
        else:
            self._do(self._see_off(attempt), attempt)

    def person_answers(self, leg: CallId) -> tuple[CallId, Place] | None:
        """Do what the script of a person asks for."""
        attempt = self._tries.get(callback_of(LegId(leg)))
        now = self._callback(callback_of(LegId(leg)))
        if attempt is None or attempt.leg != LegId(leg) or attempt.unwanted or now is None:
            if attempt is not None and attempt.leg == LegId(leg):
                self._forget(attempt)
            return None
        attempt.led = True
        return now.call, self._place(now)

    def person_left(self, leg: CallId, cause: MissCause) -> None:
        """Note that somebody answered who is not to be connected."""
        attempt = self._tries.get(callback_of(LegId(leg)))
        if attempt is not None and attempt.leg == LegId(leg):
            self._over(attempt.offer)
            self._tell(CallbackFailed(attempt.offer, cause))

    def stop(self) -> None:
        """Ring nobody any more; who has answered is led on, or goes on without telekit."""
        self._stopped = True
        for errand in tuple(self._errands):
            errand.cancel()

    def _begin(self, offer: Offer) -> None:
        """Call somebody; a person who is being called already is not called once more."""
        if self._stopped:
            return
        rules = self._rules(offer.queue)
        attempt = self._tries.get(offer.call)
        if attempt is not None and attempt.first is First.CALLER and not attempt.unwanted:
            attempt.offer, attempt.decided = offer.offer, offer
            return
        before = (*attempt.before, attempt.leg) if attempt is not None else ()
        attempt = self._tries[offer.call] = Try(offer.offer, rules.first, own_leg(offer.offer), offer, before=before)
        if rules.first is First.AGENT:
            self._legs.expect(offer)
        self._do(self._carry_out(attempt, offer, rules), attempt)

    async def _carry_out(self, attempt: Try, offer: Offer, rules: CallbackRules) -> None:
        await self._journaled()
        for leg in attempt.before:
            await self._sightings.gone(leg)
        attempt.before = ()
        number = offer.callback or ""
        if self._tries.get(offer.call) is not attempt or self._is_taken_back(attempt):
            self._forget(attempt)
        elif not self.promises.allow(offer.call, number, rules):
            log.error("call %s: nobody is called back at the number agreed on: the rules do not allow it", offer.call)
            self._forget(attempt)
            self._tell(CallbackCancelled(offer.call, CallbackOutcome.NOT_ALLOWED))
        elif not self._link_is_up():
            self.failed(attempt.offer)
        else:
            await self._ring(attempt, rules, number)

    async def _ring(self, attempt: Try, rules: CallbackRules, number: str) -> None:
        now = self._callback(call_of(attempt.offer))
        shown = self._shown(now) if now is not None else None
        try:
            missed = await ring(self._switch, attempt, rules, number, shown)
        except (SwitchError, UnsafeValue) as error:
            log.error("call %s is not called back: %s", call_of(attempt.offer), error)
            self.failed(attempt.offer)
        except LinkError as error:
            log.warning("call %s: %s; it is seen what becomes of it", call_of(attempt.offer), error)
            await self._see_off(attempt)
        else:
            if missed is not None:
                self._missed(attempt, missed)

    def _missed(self, attempt: Try, cause: MissCause) -> None:
        """Tell why nobody answered."""
        is_current = self._tries.get(call_of(attempt.offer)) is attempt
        self._forget(attempt)
        if attempt.first is First.AGENT:
            self._tell(OfferMissed(attempt.offer, cause))
        elif is_current and not attempt.unwanted:
            self._tell(CallbackFailed(attempt.offer, cause))

    async def _see_off(self, attempt: Try) -> None:
        """Wait for the end of a leg of which nothing more is told; a person who may have been rung was tried."""
        answered = await self._sightings.gone(attempt.leg)
        if self._tries.get(call_of(attempt.offer)) is not attempt:
            return  # somebody answered, and the script told how it went
        self._forget(attempt)
        if attempt.first is First.CALLER or answered:
            self._tell(CallbackFailed(attempt.offer, MissCause.NO_ANSWER))
        else:
            self._tell(OfferDropped(attempt.offer))
            self._rest(call_of(attempt.offer), None)

    def _withdrawn(self, action: Withdraw) -> None:
        """Ring nobody any more, unless the call is offered to another at once: a person is rung on for that one."""
        attempt = self._tries.get(action.call)
        if attempt is not None and attempt.offer == action.offer and attempt.first is First.CALLER and not attempt.led:
            asyncio.get_running_loop().call_soon(self._end_unless_offered, attempt, action.offer)

    def _end_unless_offered(self, attempt: Try, offer: OfferId) -> None:
        if attempt.offer == offer and not attempt.led:
            attempt.unwanted = True
            self._do(end(self._switch, attempt.leg), attempt)

    def _is_taken_back(self, attempt: Try) -> bool:
        if attempt.first is First.CALLER:
            return attempt.unwanted
        return not self._legs.is_wanted(attempt.offer)

    def _over(self, offer: OfferId) -> Try | None:
        attempt = self._tries.get(call_of(offer))
        if attempt is None or attempt.offer != offer:
            return None
        return self._tries.pop(call_of(offer))

    def _forget(self, attempt: Try) -> None:
        call = call_of(attempt.offer)
        if self._tries.get(call) is attempt:
            del self._tries[call]
        self._legs.over(attempt.offer)

    def _rest(self, call: CallId, span: timedelta | None) -> None:
        """Let a callback wait on at its place, for so long without being offered."""
        self._tell(CallbackRests(call, self._clock() + span if span is not None else None))

    def _callback(self, call: CallId) -> CallNow | None:
        now = self._acd.call(call)
        return now if now is not None and now.callback is not None else None

    def _place(self, now: CallNow) -> Place:
        """Give the place of a callback; what its queue would have done with a caller meanwhile is past."""
        came_at = now.came_at if now.came_at != now.entered_at else None
        waited = max(self._clock() - now.entered_at, timedelta(0))
        return Place(now.queue, now.entered_at, now.priority, came_at, waited)

    def _shown(self, now: CallNow) -> str | None:
        promise = self.promises.find(now.call)
        dialed = promise.dialed if promise is not None else ""
        return self._rules(now.queue).number or (dialed if SHOWN.fullmatch(dialed) else None)

    def _rules(self, queue: QueueName) -> CallbackRules:
        known = self._acd.plan.queues.get(queue)
        return (known.callback if known is not None else None) or CallbackRules()

    def _do(self, errand: Coroutine[None, None, None], attempt: Try) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands[task] = attempt
        task.add_done_callback(self._errand_done)

    def _errand_done(self, errand: "asyncio.Task[None]") -> None:
        attempt = self._errands.pop(errand)
        if not errand.cancelled() and (error := errand.exception()) is not None:
            log.error("a callback went wrong", exc_info=error)
            self.failed(attempt.offer)
