"""A switch in memory: the `Switch` port, and what an offer does among its phones."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.queue import MissCause
from telekit.pbx.loopback.clock import virtual_clock
from telekit.pbx.loopback.phone import Answers, Habit, Leg, LoopbackPhone
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import (
    LegAlive,
    LegEnded,
    LinkUp,
    Missed,
    OfferJoined,
    OfferOutcome,
    OfferRings,
    RingOutcome,
    Script,
    Survey,
    SwitchEvent,
    Talked,
)

if TYPE_CHECKING:
    from telekit.pbx.loopback.call import LoopbackCall

VERSION = "loopback"


class Person(Protocol):
    """A caller."""

    @property
    def leg(self) -> LegAlive | None:
        """Give the leg as the switch shows it; None when it is gone."""


class LoopbackSwitch:
    """Keep the `Switch` port without a switch; phones that nobody added are out of reach."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        """`now` gives the moments in a survey; virtual time unless told."""
        self.now = now or virtual_clock()
        self._phones: dict[Phone, LoopbackPhone] = {}
        self._legs: dict[LegId, Leg] = {}
        self._tell: Callable[[SwitchEvent], None] = lambda event: None
        self.callers: WeakSet[Person] = WeakSet()
        self.events: list[SwitchEvent] = []
        """All that was told, or would have been."""
        self.scripts: dict[str, Script] = {}
        """Those that lead who is called out, by name."""
        self.called_out: dict[LegId, LoopbackCall] = {}
        """Who was called out and has answered."""
        self.refuses_to_call = ""
        """Why nobody can be called out; empty when they can."""
        self.errands: set[asyncio.Future[Any]] = set()
        self._link_lost: asyncio.Future[None] | None = None

    def phone(self, name: str, habit: Habit | None = None) -> LoopbackPhone:
        """Add a phone, named as in the rules (`sip:amina`, `tel:+33199005512`)."""
        kind, _, address = name.partition(":")
        phone = Phone(PhoneKind(kind), address)
        self._phones[phone] = LoopbackPhone(phone, habit or Answers(), self._say)
        return self._phones[phone]

    async def start(self, tell: Callable[[SwitchEvent], None]) -> None:
        """Tell what is alive, then everything that happens."""
        self._tell = tell
        await self.link_up()

    async def survey(self) -> Survey:
        """Say what is alive."""
        phones = tuple(phone.state for phone in self._phones.values())
        return Survey(phones, tuple(await self.legs()))

    async def legs(self) -> Sequence[LegAlive]:
        """Say which legs are alive, callers' among them."""
        return [*map(self._alive, self._legs.values()), *filter(None, (caller.leg for caller in self.callers))]

    async def hang_up(self, leg: LegId) -> None:
        """End one leg; a leg that is gone already is fine."""
        if leg in self._legs:
            self._legs[leg].end()

    async def mark(self, leg: LegId, offer: OfferId) -> None:
        """Name a leg's offer; a leg that is gone already is fine."""
        if leg in self._legs:
            self._legs[leg].offer = offer

    async def call_out(
        self,
        phone: Phone,
        script: str,
        *,
        arguments: Mapping[str, str],
        leg: LegId,
        ring: timedelta,
        offer: OfferId | None = None,
        shown: str | None = None,
    ) -> MissCause | None:
        """Ring a phone and let a script of `scripts` lead it once it has answered."""
        from telekit.pbx.loopback.outgoing import Errand, call_out  # a call has a switch, and here a switch has calls

        return await call_out(self, Errand(phone, script, arguments, leg, ring, offer, shown))

    async def stop(self) -> None:
        """Tell nothing more."""
        self._tell = lambda event: None

    @property
    def link_lost(self) -> asyncio.Future[None]:
        """Done once the link breaks, until it is back."""
        if self._link_lost is None:
            self._link_lost = asyncio.get_running_loop().create_future()
        return self._link_lost

    async def link_up(self) -> None:
        """Have the link come back."""
        self._link_lost = None
        self._say(LinkUp(await self.survey(), VERSION))

    def link_down(self, why: str = "cut by the test") -> None:
        """Have the link break; calls go on."""
        if not self.link_lost.done():
            self.link_lost.set_result(None)
        self._say(LinkDown(why))

    async def offer(
        self, call: CallId, phones: Sequence[Phone], ring: timedelta, offer: OfferId | None, *, confirm: bool = True
    ) -> OfferOutcome:
        """Ring phones at once and see one offer through; cancelled when the caller leaves.

        Without `confirm` no key is asked for, whatever the phone.
        """
        legs = [self._ring(self._phones[phone], call, offer) for phone in phones if self._can_ring(phone)]
        try:
            joined = await self.first_to_answer(legs, ring) if legs else None
            if joined is None:
                return Missed(self.why(phones, legs))
            if confirm and not joined.answered.result():
                return Missed(MissCause.VOICEMAIL)
            for leg in legs:
                if leg is not joined:
                    leg.end()
            return await self._talk(joined)
        finally:
            for leg in legs:
                leg.end()

    async def ring_all(self, call: CallId, phones: Mapping[OfferId, Phone], ring: timedelta) -> RingOutcome:
        """Ring several agents at once and see it through; cancelled when the caller leaves."""
        legs = {
            offer: self._ring(self._phones[phone], call, offer)
            for offer, phone in phones.items()
            if self._can_ring(phone)
        }
        try:
            joined = await self._first_to_confirm(list(legs.values()), ring)
            if joined is None:
                missed = {
                    offer: self.why([phone], [legs[offer]] if offer in legs else []) for offer, phone in phones.items()
                }
                return RingOutcome(None, timedelta(0), missed)
            for leg in legs.values():
                if leg is not joined:
                    leg.end()
            return RingOutcome(joined.offer, (await self._talk(joined)).talked, {})
        finally:
            for leg in legs.values():
                leg.end()

    def talk_of(self, call: CallId) -> timedelta | None:
        """Say how long a caller has been talking by now; None for one who is not."""
        now = asyncio.get_running_loop().time()
        joined = (leg.joined_at for leg in self._legs.values() if leg.call == call and leg.joined_at is not None)
        return next((timedelta(seconds=now - joined_at) for joined_at in joined), None)

    def talks_with(self, call: CallId) -> OfferId | None:
        """Give the offer through which a caller talks now."""
        talking = (
            leg
            for leg in self._legs.values()
            if leg.call == call and leg.id != LegId(call) and leg.joined_at is not None
        )
        return next((leg.offer for leg in talking), None)

    def make_leg(self, phone: Phone, call: CallId, offer: OfferId | None, name: LegId) -> list[Leg]:
        """Ring a phone by a leg of that name; none is made to one that cannot be rung."""
        return [self._ring(self._phones[phone], call, offer, name)] if self._can_ring(phone) else []

    def _ring(self, phone: LoopbackPhone, call: CallId, offer: OfferId | None, name: LegId | None = None) -> Leg:
        leg = Leg(phone, call, offer, name)
        self._legs[leg.id] = leg
        leg.over.add_done_callback(lambda _: self._bury(leg))
        if offer is not None:
            self._say(OfferRings(offer, leg.id))
        phone.ring(leg)
        return leg

    async def first_to_answer(self, legs: Sequence[Leg], ring: timedelta) -> Leg | None:
        """Wait for an answer while any phone still rings and the ring time lasts."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + ring.total_seconds()
        while ringing := [leg for leg in legs if not leg.over.done()]:
            waited_for = [future for leg in ringing for future in (leg.answered, leg.over)]
            done, _ = await asyncio.wait(
                waited_for, timeout=max(0.0, ends_at - loop.time()), return_when=asyncio.FIRST_COMPLETED
            )
            answered = next((leg for leg in legs if leg.answered.done()), None)
            if answered is not None or not done:
                return answered
        return None

    async def _first_to_confirm(self, legs: Sequence[Leg], ring: timedelta) -> Leg | None:
        """Wait for an answer with the key pressed, where one is asked for; who does not press it only rings on."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + ring.total_seconds()
        left = list(legs)
        while left:
            answered = await self.first_to_answer(left, timedelta(seconds=ends_at - loop.time()))
            if answered is None or answered.answered.result():
                return answered
            left.remove(answered)
        await asyncio.sleep(max(0.0, ends_at - loop.time()))
        return None

    async def _talk(self, leg: Leg) -> Talked:
        loop = asyncio.get_running_loop()
        began = loop.time()
        called_out = self._legs.get(LegId(leg.call))
        both = [leg] if called_out is None else [leg, called_out]
        for each in both:
            each.joined_at = began
            if each.offer is not None:
                self._say(OfferJoined(each.offer, each.id))
        await asyncio.wait([leg.over])
        if called_out is not None:
            called_out.joined_at = None
        return Talked(timedelta(seconds=loop.time() - began))

    def _can_ring(self, phone: Phone) -> bool:
        return phone in self._phones and self._phones[phone].reachable and self._phones[phone].leg is None

    def why(self, phones: Sequence[Phone], legs: Sequence[Leg]) -> MissCause:
        """Give the cause of a miss as a switch does: the most telling of all phones'."""
        if any(leg.answered.done() for leg in legs):
            return MissCause.VOICEMAIL
        causes = {leg.over.result() for leg in legs if leg.over.done()}
        if any(phone in self._phones and self._phones[phone].leg for phone in phones if not legs):
            causes.add(MissCause.BUSY)
        for cause in (MissCause.BUSY, MissCause.REJECTED):
            if cause in causes:
                return cause
        return MissCause.NO_ANSWER if legs and causes <= {MissCause.NO_ANSWER} else MissCause.UNREACHABLE

    def _bury(self, leg: Leg) -> None:
        self._legs.pop(leg.id, None)
        if leg.offer is not None:
            cause = leg.over.result()
            refused = cause if cause in (MissCause.BUSY, MissCause.REJECTED) else None
            dropped = cause is MissCause.UNREACHABLE and leg.joined_at is not None
            self._say(LegEnded(leg.offer, leg.id, refused, dropped))

    def _alive(self, leg: Leg) -> LegAlive:
        since_at = self.now() - timedelta(seconds=asyncio.get_running_loop().time() - leg.since)
        joined, answered = leg.joined_at is not None, leg.answered.done()
        return LegAlive(leg.id, leg.call, leg.offer, leg.phone.phone, joined, None, since_at, answered)

    def _say(self, event: SwitchEvent) -> None:
        self.events.append(event)
        self._tell(event)
