"""The exchange: where what happens meets the distributor, and what it decides meets the world.

Everything here runs in the event loop's thread and no method waits, so events are handled one after another.
"""

import asyncio
import logging
from datetime import datetime
from typing import assert_never

from telekit.acd.actions import Action, Divert, Offer, Queued, Withdraw
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallGone,
    ConversationEnded,
    ConversationFound,
    Event,
    OfferAnswered,
    PhoneRegistered,
    PhoneSeen,
    PlanChanged,
    TimePassed,
)
from telekit.callflow.ticket import Ticket
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId, LegId, OfferId, QueueName
from telekit.domain.plan import Plan
from telekit.pbx.port import (
    LegEnded,
    LinkDown,
    LinkUp,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    Survey,
    Switch,
    SwitchEvent,
)
from telekit.service.chronicle import fact_of
from telekit.service.clock import Clock
from telekit.store.port import Journal

log = logging.getLogger(__name__)


class Exchange:
    """Own the distributor, its clock and its alarm; give each waiting call its ticket."""

    def __init__(self, plan: Plan, switch: Switch, journal: Journal, clock: Clock) -> None:
        self.plan = plan
        self._switch = switch
        self._journal = journal
        self._clock = clock
        self.distributor = Distributor(plan, clock())
        self._tickets: dict[CallId, Ticket] = {}
        self._legs: dict[OfferId, LegId] = {}
        self._unwanted: set[OfferId] = set()
        self._adopted: dict[LegId, CallId] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self.link = "not connected yet"
        """What is known of the link to the switch, in a few words."""

    def now(self) -> datetime:
        """Read the clock that every event here is stamped with."""
        return self._clock()

    def record(self, fact: Fact) -> None:
        """Put a fact into the journal that no decision of the distributor tells."""
        self._journal.record(fact)

    def enter(self, call: CallId, queue: QueueName, priority: int, entered_at: datetime | None) -> Ticket:
        """Put a call into a queue's line; its decisions come through the ticket."""
        ticket = self._tickets[call] = Ticket(call)
        self.tell(CallArrived(call, queue, priority, entered_at))
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """End a call's time in the line, however it went; harmless when it has ended already."""
        if self._tickets.get(ticket.call) is ticket:
            del self._tickets[ticket.call]
            self.tell(CallGone(ticket.call))

    def tell(self, event: Event) -> None:
        """Let the distributor handle an event, now, and carry out what it decides."""
        now = self._clock()
        for action in self.distributor.handle(event, now):
            self._journal.record(fact_of(action, now))
            self._carry_out(action)
        self._set_alarm()

    def hear(self, event: SwitchEvent) -> None:
        """Take what the switch tells."""
        match event:
            case PhoneState():
                self.tell(PhoneSeen(event.phone, event.reachable, event.engaged))
            case PhoneRegisters():
                self.tell(PhoneRegistered(event.phone))
            case OfferRings():
                self._legs[event.offer] = event.leg
                if event.offer in self._unwanted:
                    self._hang_up(event.leg)
            case OfferJoined():
                self._legs[event.offer] = event.leg
                self.tell(OfferAnswered(event.offer))
            case LegEnded():
                self._forget(event.offer)
                if (call := self._adopted.pop(event.leg, None)) is not None:
                    self.tell(ConversationEnded(call))
            case LinkUp():
                self.link = f"up, Asterisk {event.version}"
                self.record(Fact(self._clock(), FactKind.LINK_UP, details={"version": event.version}))
                self._rebuild(event.survey)
            case LinkDown():
                self.link = f"down: {event.why}"
                self.record(Fact(self._clock(), FactKind.LINK_DOWN, details={"why": event.why}))
            case _:
                assert_never(event)

    def offer_over(self, offer: OfferId) -> None:
        """Forget the leg of an offer whose script has come back from ringing or talking."""
        self._forget(offer)

    def change_plan(self, plan: Plan) -> None:
        """Let another plan hold from now on; waiting calls keep their place."""
        self.plan = plan
        self.tell(PlanChanged(plan))

    def stop(self) -> None:
        """Set no more alarms."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _carry_out(self, action: Action) -> None:
        match action:
            case Offer() | Divert() | Queued():
                if (ticket := self._tickets.get(action.call)) is not None:
                    ticket.put(action)
            case Withdraw():
                self._withdraw(action)
            case _:
                pass

    def _withdraw(self, action: Withdraw) -> None:
        ticket = self._tickets.get(action.call)
        if ticket is not None and ticket.drop(action.offer):
            return
        self._unwanted.add(action.offer)
        if (leg := self._legs.get(action.offer)) is not None:
            self._hang_up(leg)

    def _hang_up(self, leg: LegId) -> None:
        """Ask the switch to end a leg; should that fail, the ring time that the switch was given ends it."""
        errand = asyncio.get_running_loop().create_task(self._switch.hang_up(leg))
        self._errands.add(errand)
        errand.add_done_callback(self._errand_done)

    def _errand_done(self, errand: asyncio.Task[None]) -> None:
        self._errands.discard(errand)
        if not errand.cancelled() and (error := errand.exception()) is not None:
            log.warning("a leg could not be ended: %s", error)

    def _forget(self, offer: OfferId) -> None:
        self._legs.pop(offer, None)
        self._unwanted.discard(offer)

    def _rebuild(self, survey: Survey) -> None:
        """Repair conversations and phones from what the switch says is alive."""
        agents = {phone: agent.name for agent in self.plan.agents.values() for phone in agent.phones}
        callers = {leg.call: leg for leg in survey.legs if leg.offer is None}
        alive = {leg.leg: leg for leg in survey.legs if leg.offer is not None and leg.joined}
        for leg_id, call in list(self._adopted.items()):
            if leg_id not in alive:
                del self._adopted[leg_id]
                self.tell(ConversationEnded(call))
        for leg in alive.values():
            agent = agents.get(leg.phone) if leg.phone else None
            if agent is None or leg.offer is None or leg.leg in self._adopted:
                continue
            self._legs[leg.offer] = leg.leg
            if leg.call in self._tickets:
                self.tell(OfferAnswered(leg.offer))
                continue
            self._adopted[leg.leg] = leg.call
            caller = callers.get(leg.call)
            self.tell(ConversationFound(leg.call, agent, caller.queue if caller else None, leg.since_at))
        for state in survey.phones:
            self.tell(PhoneSeen(state.phone, state.reachable, state.engaged))

    def _set_alarm(self) -> None:
        """Wake the distributor when it wants to be woken; a clock that was stepped only wakes it too early or late."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        wakes_at = self.distributor.wakes_at()
        if wakes_at is not None:
            loop = asyncio.get_running_loop()
            delay = max(0.0, (wakes_at - self._clock()).total_seconds())
            self._alarm = loop.call_later(min(delay, _LONGEST_SLEEP), self.tell, TimePassed())


_LONGEST_SLEEP = 5.0
"""Seconds; so a wall clock that was stepped is noticed soon."""
