"""Plans and events drawn by chance, made so that much happens at once and in the wrong order."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from telekit.acd import events as e
from telekit.acd.actions import (
    Action,
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
    Divert,
    Finished,
    Joined,
    Offer,
    OfferEnded,
)
from telekit.domain.names import AgentName, CallId, OfferId, QueueName, call_of
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.preference import Preferred
from telekit.domain.queue import MissCause
from tests.acd.day import seconds, sip
from tests.acd.drawn_plans import NAMES, QUEUES, draw_plan


class Chance:
    """Draws plans, and events that fit what was done so far, or do not."""

    def __init__(self, seed: int, *, asks: bool = False) -> None:
        """With `asks`, callers for whom nobody is there are asked whether to be called back."""
        self.asks = asks
        self.asked: list[CallId] = []
        self.random = random.Random(seed)
        self.plans = [draw_plan(self.random, asks=asks) for _ in range(4)]
        self.plan = self.plans[0]
        self.calls: list[CallId] = []
        self.offers: list[OfferId] = []
        self.running: list[OfferId] = []
        self.rung: dict[OfferId, Phone] = {}
        self.talks: list[CallId] = []
        self.arrived = 0
        self.promised: dict[CallId, QueueName] = {}
        self.places: dict[CallId, e.CallArrived] = {}
        """How each call came last."""
        self.back: e.CallArrived | None = None
        """The caller whose agent's line has just dropped."""

    def learn(self, actions: list[Action]) -> None:
        """Remember what is offered and who talks."""
        for action in actions:
            match action:
                case CallbackOffered():
                    self.asked.append(action.call)
                case Offer():
                    self.offers.append(action.offer)
                    self.running.append(action.offer)
                    self.rung[action.offer] = action.phone
                case OfferEnded():
                    self.running.remove(action.offer)
                case Joined():
                    self.talks.append(action.call)
                    self.running = [offer for offer in self.running if offer != action.offer]
                case Finished() if action.call in self.talks:
                    self.talks.remove(action.call)
                case CallbackPromised():
                    self.promised[action.call] = action.queue
                case CallbackEnded():
                    self.promised.pop(action.call, None)
                case Divert() if self.random.random() < 0.7 and action.call in self.calls:
                    self.calls.remove(action.call)
        del self.offers[:-12], self.talks[:-30], self.calls[:-30]

    def step(self) -> timedelta:
        """Draw how much time passes before the next event."""
        chance = self.random.random() if self.back is None else 0
        if chance < 0.35:
            return timedelta(0)
        if chance < 0.5:
            return seconds(self.random.choice((1, 2, 5, 10, 20)))
        if chance < 0.99:
            return seconds(self.random.randint(0, 2000) / 1000)
        if chance < 0.995:
            return -seconds(self.random.randint(1, 100))
        return seconds(self.random.randint(60, 300))

    def event(self, now: datetime) -> e.Event:
        """Draw an event."""
        back, self.back = self.back, None
        event = back or self.random.choices(KINDS, WEIGHTS)[0](self, now)
        if isinstance(event, e.CallArrived):
            self.places[event.call] = replace(event, entered_at=event.entered_at or now)
        return event

    def _arrival(self, now: datetime) -> e.Event:
        chance = self.random
        if self.calls and chance.random() < 0.05:
            call = chance.choice(self.calls)
        else:
            self.arrived += 1
            call = CallId(f"c{self.arrived}")
            self.calls.append(call)
        entered_at = now - seconds(chance.randint(-5, 120)) if chance.random() < 0.1 else None
        queue = QueueName(chance.choice(QUEUES))
        came_at = now - seconds(chance.randint(-5, 200)) if chance.random() < 0.1 else None
        exited = seconds(chance.choice((0, 40, 240))) if entered_at else seconds(0)
        offers = chance.choice((0, 0, 0, 3))
        priority, preferred = chance.choice((0, 0, 0, 1, 5)), None
        if chance.random() < 0.25:
            preferred = Preferred(self._pick_agent(), seconds(chance.choice((5, 20, 90))))
        instead_of = None
        if self.promised and chance.random() < 0.1:
            instead_of, queue = chance.choice(list(self.promised.items()))
        return e.CallArrived(call, queue, priority, entered_at, offers, came_at, exited, preferred, None, instead_of)

    def _agreed(self, _: datetime) -> e.Event:
        if self.asks and self.asked:
            call = self.random.choice(self.asked[-3:])
            return self.random.choice((e.CallbackDeclined(call), e.CallbackAgreed(call, "+33199007788")))
        return e.CallbackAgreed(self._pick_call(), "+33199007788")

    def _not_reached(self, _: datetime) -> e.Event:
        recent = [offer for offer in self.running if call_of(offer) in self.promised]
        offer = self.random.choice(recent) if recent else self._pick_offer()
        return e.CallbackFailed(offer, self.random.choice(list(MissCause)))

    def _cancelled(self, _: datetime) -> e.Event:
        chance = self.random
        promised = self.promised and chance.random() < 0.7
        return e.CallbackCancelled(chance.choice(list(self.promised)) if promised else self._pick_call())

    def _rests(self, now: datetime) -> e.Event:
        """Let a callback rest, or its turn come; where there is none, let a caller agree to one."""
        chance = self.random
        if not self.promised or chance.random() < 0.05:
            return chance.choice((self._agreed(now), e.CallbackRests(self._pick_call(), now + seconds(20))))
        call = chance.choice(list(self.promised))
        return e.CallbackRests(call, chance.choice((None, now + seconds(chance.randint(-5, 60)))))

    def _pick_call(self) -> CallId:
        return self.random.choice(self.calls) if self.calls else CallId("nobody")

    def _pick_offer(self) -> OfferId:
        recent = self.running if self.random.random() < 0.9 else self.offers
        return self.random.choice(recent) if recent else OfferId("nothing.1")

    def _pick_agent(self) -> AgentName:
        return AgentName(self.random.choice(NAMES))

    def _pick_phone(self) -> Phone:
        phones = [phone for agent in self.plan.agents.values() for phone in agent.phones]
        return self.random.choice(phones) if phones and self.random.random() < 0.95 else sip("stranger")

    def _gone(self, _: datetime) -> e.Event:
        return e.CallGone(self._pick_call())

    def _answered(self, now: datetime) -> e.Event:
        talked, offer = seconds(self.random.choice((0, 0, 0, 2, 100))), self._pick_offer()
        if call_of(offer) in self.promised and self.random.random() < 0.6:
            return self._not_reached(now)
        return e.OfferAnswered(offer, talked)

    def _missed(self, _: datetime) -> e.Event:
        return e.OfferMissed(self._pick_offer(), self.random.choice(list(MissCause)))

    def _rang_out(self, _: datetime) -> e.Event:
        """End all offers of one call, sometimes with one that ended before among them, or without one."""
        call = call_of(self._pick_offer())
        offers = [offer for offer in self.running if call_of(offer) == call]
        offers += [self._pick_offer()] if self.random.random() < 0.1 else []
        offers = offers[1:] if self.random.random() < 0.1 else offers
        return e.RingEnded({offer: self.random.choice((None, *MissCause)) for offer in offers})

    def _dropped(self, _: datetime) -> e.Event:
        return e.OfferDropped(self._pick_offer())

    def _ended(self, _: datetime) -> e.Event:
        return e.ConversationEnded(self._pick_talk())

    def _line_dropped(self, now: datetime) -> e.Event:
        """Let an agent's line drop; the caller comes again at once, on whom what was due meanwhile is past."""
        call = self._pick_talk()
        came = self.places.get(call)
        if came is not None and self.random.random() < 0.9:
            entered_at = came.entered_at or now
            exited = max(now - entered_at, came.exited)
            self.back = e.CallArrived(call, came.queue, came.priority, entered_at, came_at=came.came_at, exited=exited)
            self.calls.append(call)
        return e.LineDropped(call)

    def _found(self, now: datetime) -> e.Event:
        call = self._pick_call() if self.random.random() < 0.7 else CallId(f"found{self.arrived}")
        queue = QueueName(self.random.choice(QUEUES)) if self.random.random() < 0.7 else None
        self.talks.append(call)
        return e.ConversationFound(call, self._pick_agent(), queue, now - seconds(self.random.randint(-10, 100)))

    def _held(self, _: datetime) -> e.Event:
        call = self._pick_talk()
        return self.random.choice((e.CallHeld(call), e.CallResumed(call)))

    def _passed_on(self, _: datetime) -> e.Event:
        call, to = self._pick_talk(), self._pick_agent() if self.random.random() < 0.7 else None
        queue = QueueName(self.random.choice(QUEUES)) if self.random.random() < 0.9 else None
        if to is not None:
            self.talks.append(call)
        return e.CallPassedOn(call, self._pick_agent(), to, self._pick_phone() if to else None, queue)

    def _pick_talk(self) -> CallId:
        return self.random.choice(self.talks) if self.talks else self._pick_call()

    def _phone(self, _: datetime) -> e.Event:
        return e.PhoneSeen(self._pick_phone(), self.random.random() < 0.95, self.random.random() < 0.12)

    def _registered(self, _: datetime) -> e.Event:
        return e.PhoneRegistered(self._pick_phone())

    def _phone_gone(self, _: datetime) -> e.Event:
        """Let a phone's switch be away, mostly while it rings; of a number no switch tells that."""
        rung = self.rung.get(self._pick_offer()) if self.random.random() < 0.8 else None
        phone = rung or self._pick_phone()
        return e.PhoneGone(phone if phone.kind is PhoneKind.SIP else sip("stranger"))

    def _another_plan(self, _: datetime) -> e.Event:
        self.plan = self.random.choice(self.plans)
        return e.PlanChanged(self.plan)

    def _extended(self, now: datetime) -> e.Event:
        return e.WrapUpExtended(self._pick_agent(), now + seconds(self.random.randint(-5, 60)))

    def _says(self, _: datetime) -> e.Event:
        who, chance = self._pick_agent(), self.random
        says = (
            e.AgentLoggedIn(who),
            e.AgentLoggedOut(who),
            e.AgentPaused(who, chance.choice(("", "lunch"))),
            e.AgentResumed(who),
            e.WrapUpEnded(who),
        )
        return chance.choices(says, (4, 0.7, 1, 6, 2))[0]

    def _recalled(self, now: datetime) -> e.Event:
        """Recall how an agent stood; a pause of their own ends by their word alone."""
        chance, pause, paused_for, until_at = self.random, None, None, [None, now + seconds(self.random.randint(1, 60))]
        if chance.random() < 0.5:
            pause, paused_for = chance.choice(
                (("lunch", None), ("", None), *(("missed", cause) for cause in MissCause))
            )
        pause_until, wrap_until = chance.choice(until_at) if paused_for else None, chance.choice(until_at)
        logged_in = chance.choice((None, True, True, False))
        return e.AgentRecalled(self._pick_agent(), logged_in, pause, paused_for, pause_until, wrap_until)

    def _nothing(self, _: datetime) -> e.Event:
        return e.TimePassed()


LIKELY: dict[Callable[[Chance, datetime], e.Event], float] = {
    Chance._arrival: 13,
    Chance._gone: 7,
    Chance._agreed: 2,
    Chance._not_reached: 1,
    Chance._cancelled: 0.3,
    Chance._answered: 14,
    Chance._missed: 9,
    Chance._rang_out: 3,
    Chance._dropped: 1.5,
    Chance._ended: 12,
    Chance._line_dropped: 1.5,
    Chance._rests: 4,
    Chance._found: 1,
    Chance._held: 3,
    Chance._passed_on: 2,
    Chance._phone: 14,
    Chance._registered: 1,
    Chance._phone_gone: 0.4,
    Chance._another_plan: 0.6,
    Chance._extended: 1,
    Chance._says: 13,
    Chance._recalled: 0.4,
    Chance._nothing: 3,
}
KINDS, WEIGHTS = tuple(LIKELY), tuple(LIKELY.values())
