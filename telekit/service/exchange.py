"""The exchange: where what happens meets the distributor, and what it decides meets the world.

Everything here runs in the event loop's thread and no method waits, so events are handled one after another.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from telekit.acd.actions import (
    Abandoned,
    Action,
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
    Divert,
    Joined,
    Offer,
    OfferEnded,
    Queued,
    Remind,
    Withdraw,
    WithdrawReason,
)
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallGone,
    ConversationEnded,
    Event,
    PhoneGone,
    PhoneRegistered,
    PhoneSeen,
    PlanChanged,
    SwitchHeard,
    TimePassed,
    WrapUpExtended,
)
from telekit.acd.premises import Premises
from telekit.acd.views import AgentNow
from telekit.callflow.missed_call import MissedCall
from telekit.callflow.ticket import Ticket
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import OURS, AgentName, CallId, LegId, OfferId, QueueName
from telekit.domain.plan import Plan
from telekit.pbx.losses import LinkDown, PhoneLost
from telekit.pbx.port import (
    CallerLeft,
    HoldChanged,
    LegAlive,
    LegEnded,
    LinkUp,
    OfferJoined,
    OfferRings,
    PhoneRegisters,
    PhoneState,
    Switch,
    SwitchEvent,
    Transferred,
)
from telekit.roster.roster import Roster
from telekit.service.alarm import Alarm
from telekit.service.callbacks import Callbacks
from telekit.service.chronicle import fact_of, fact_of_wait, facts_before
from telekit.service.clock import Clock
from telekit.service.earlier import Earlier
from telekit.service.gathering import BACK_WITHIN, Gathering
from telekit.service.inquiries import Inquiries
from telekit.service.legs import Leg, Legs
from telekit.service.link import LinkState
from telekit.service.lookups import Lookups
from telekit.service.missed_calls import MissedCalls
from telekit.service.notices import Notice, Notices
from telekit.service.outcomes import Outcomes
from telekit.service.prospects import Prospects
from telekit.service.recognition import offers_of
from telekit.service.settling import Settling
from telekit.service.survivors import Survivors
from telekit.service.talk import Talk
from telekit.service.transfers import Transfers
from telekit.service.tries import callback_of
from telekit.store.port import Journal

log = logging.getLogger(__name__)


class Exchange:
    """Own the distributor, its clock and its alarm; give each waiting call its ticket."""

    def __init__(
        self,
        plan: Plan,
        switch: Switch,
        journal: Journal,
        clock: Clock,
        lookups: Lookups | None = None,
        back_within: timedelta = BACK_WITHIN,
    ) -> None:
        """`back_within` is how soon after a start the switch's dialplan sends those who wait."""
        self._journal = journal
        self._clock = clock
        self.distributor = Distributor(plan, clock())
        self._tickets: dict[CallId, Ticket] = {}
        self.earlier = Earlier(journal.record, self._wrap_up, clock)
        self._gathering = Gathering(self.tell, clock, back_within)
        self._legs = Legs(switch, self.tell, self._tickets.__contains__, clock, self._found)
        self.has_dropped = self._legs.has_dropped
        """Say whether a conversation has ended because the agent's line has dropped."""
        self._alarm = Alarm(clock, lambda: self.tell(TimePassed()))
        self._stopped = False
        self.journaled = Settling(journal).settle
        """Wait until all that was decided is on the disk, but not for long."""
        self.prospects = Prospects(self.distributor, clock)
        self.outlook, self.may_call_back = self.prospects.outlook, self.prospects.may_call_back
        """Give what a call that waits has to expect; say whether its caller can be promised to be called back."""
        self.lookups = lookups or Lookups()
        inquiries = Inquiries(journal, lambda: self.lookups, self.record, clock)
        self.last_agent, self.look_up = inquiries.last_agent, inquiries.look_up
        """Give the agent with whom a number last talked; ask a service about a call."""
        self.link = LinkState(clock)
        self.unseen: Callable[[], Collection[CallId]] = tuple
        """Give the calls that are led at a switch that is away, of two: what becomes of them nobody tells."""
        self.missed_calls = MissedCalls()
        self.outcomes = Outcomes()
        self.notify: Callable[[Notice], None] | None = None
        """Who passes on what agents should know who are in no call, if anybody does."""
        self._notices = Notices(self.distributor, clock)
        self.callbacks = Callbacks(
            switch, self._legs, self.tell, self.distributor, self.journaled, lambda: self.link.is_up, clock
        )
        self._survivors = Survivors(
            self.distributor,
            journal,
            self._legs,
            self._tickets,
            self._gathering,
            self.earlier,
            self.callbacks,
            self.tell,
        )
        self._transfers = Transfers(
            switch, self._legs, self.tell, self.record, self._survivors.owner, self._survivors.recall, clock
        )
        self.passed_on_unseen = self._transfers.passed_on_unseen
        """Note that the caller on a leg of an agent's talks on, but no more with that agent."""

    @property
    def plan(self) -> Plan:
        """The plan that holds."""
        return self.distributor.plan

    @property
    def roster(self) -> Roster:
        """The roster of that plan."""
        return self.distributor.roster

    @property
    def tickets(self) -> Mapping[CallId, Ticket]:
        """The calls whose scripts wait for an agent, or for the end of the conversation with one."""
        return self._tickets

    @property
    def legs(self) -> Legs:
        """The agents' legs that somebody still cares for."""
        return self._legs

    def now(self) -> datetime:
        """Read the clock that every event here is stamped with."""
        return self._clock()

    def agent(self, name: AgentName) -> AgentNow | None:
        """Give an agent as they are now; None for one whom the plan does not have."""
        return self.distributor.agent(name) if name in self.plan.agents else None

    def record(self, fact: Fact) -> None:
        """Put a fact into the journal that no decision of the distributor tells."""
        if self.outcomes.admit(fact):
            if fact.kind is FactKind.CALL_ARRIVED and fact.call is not None:
                self.earlier.begins(fact.call)
            self.missed_calls.note(fact)
            if fact.kind is not FactKind.CALL_ENDED or fact.call not in self.outcomes.running:  # a script leads it on
                self.callbacks.note(fact)
            self._journal.record(fact)

    def missed_call(self, agent: AgentName) -> MissedCall | None:
        """Give the last call that was offered to an agent who did not take it."""
        return self.missed_calls.of(agent)

    def enter(self, arrived: CallArrived) -> Ticket:
        """Put a call into a queue's line; its decisions come through the ticket.

        A call that is here already has lost the script that led it: it keeps its place by `entered_at`.
        Its `offers` are what its leg knows of; one taken back before its leg was told, the journal alone knows.
        """
        call = arrived.call
        if call in self._tickets:
            self.leave(self._tickets[call], lost=True)
        if arrived.entered_at is not None or arrived.offers:
            arrived = replace(arrived, offers=max(arrived.offers, offers_of(call, self._journal)))
        if arrived.instead_of is None and call.startswith(OURS):  # who was called back, and comes back after a restart
            arrived = replace(arrived, instead_of=callback_of(LegId(call)))
        self._transfers.forget(call)
        ticket = self._tickets[call] = Ticket(call)
        if self._gathering.is_on and call not in self.earlier.stood:  # it may be killed again before it lets anybody in
            arrived = self._gathering.noted(arrived)
            self._journal.record(fact_of_wait(arrived, self._clock()))
        if not self._gathering.take(arrived):
            self.tell(arrived)
        return ticket

    def leave(self, ticket: Ticket, *, lost: bool) -> None:
        """End a call's time in the line, however it went; harmless when it has ended already.

        With `lost` the script ends before the call does: what rings goes on ringing, who talks goes on talking.
        """
        if self._tickets.get(ticket.call) is not ticket:
            return
        self._gathering.leave(ticket.call)
        talks = False
        for offer in tuple(ticket.offers):
            if lost:
                talks |= self._legs.let_go(offer)
            else:
                self._legs.over(offer)
        if not talks:
            self._handle(CallGone(ticket.call), lost=lost)
        del self._tickets[ticket.call]

    def may_begin(self, offer: OfferId) -> bool:
        """Say whether a script may carry out an offer; no when it was taken back just now."""
        return self._legs.is_wanted(offer)

    def ring_together(self, offers: Sequence[OfferId]) -> None:
        """Note that a script is about to ring several agents at once, for offers that it may begin."""
        self._legs.ring_together(offers)

    def over(self, ticket: Ticket, offer: OfferId, *, passed_on: bool = False) -> bool:
        """Note that a script has come back from an offer; say whether the switch had told that the agent talked.

        A caller who was `passed_on` goes on talking, with whomever the switch tells: then `leave` lets the leg go.
        """
        leg = self._legs.find(offer)
        if not passed_on:
            ticket.offers.discard(offer)
            self._legs.came_back(offer)
        if leg is None or not leg.joined:
            return False
        self._transfers.remember(leg)
        return True

    def tell(self, event: Event) -> None:
        """Let the distributor handle an event, now, and carry out what it decides."""
        self._handle(event)

    def hear(self, event: SwitchEvent) -> None:
        """Take what the switch tells."""
        match event:
            case PhoneState():
                self.tell(PhoneSeen(event.phone, event.reachable, event.engaged))
            case PhoneRegisters():
                self.tell(PhoneRegistered(event.phone))
            case OfferRings():
                self._legs.rings(event.offer, event.leg)
            case OfferJoined():
                if not self._transfers.joined(event):
                    self._joined(event)
            case HoldChanged():
                self._transfers.hold_changed(event)
            case Transferred():
                self._transfers.passed_on(replace(event, offer=self._legs.taken(event.offer)))
            case CallerLeft(call):
                self._transfers.left(call, led=call in self._tickets)
                self._gone(call)
            case LegEnded():
                leg = self._legs.find(event.offer)
                if leg is not None and leg.id in (None, event.leg):  # one who has passed the caller on may go
                    self._legs.ended(leg, event.refused, dropped=event.dropped)
            case LinkUp():
                self.record(self.link.comes(event))
                self._survivors.rebuild(event.survey)
                self.tell(SwitchHeard(tells=self.link.is_whole))
            case LinkDown():
                self.record(self.link.goes(event))
                self.tell(SwitchHeard(tells=False))
            case PhoneLost(phone):
                rung_for = self.distributor.rung_for(phone)
                at_its_own = rung_for is not None and rung_for in self.unseen()  # there it may ring on
                self.tell(PhoneSeen(phone, reachable=False) if at_its_own else PhoneGone(phone))
            case _:
                assert_never(event)

    def change_plan(self, plan: Plan, premises: Premises | None = None) -> None:
        """Let another plan hold from now on; waiting calls keep their place.

        With `premises`, which may be made in another thread, calls are held up for less.
        """
        self.tell(PlanChanged(plan, premises))

    def restore(self, alive: Collection[LegAlive]) -> None:
        """Let wait again who is to be called back and was recalled only now; `alive` is what the switch shows."""
        self._survivors.restore(alive)

    def hold_newcomers(self) -> None:
        """Keep whoever calls in their place, until `await_between` tells who came before them; not for long."""
        self._gathering.hold()

    def await_between(self, alive: Collection[LegAlive]) -> None:
        """Let those in first who came after the survey and before calls were taken; `alive` is shown after that."""
        self._survivors.await_between(alive, self.outcomes.running)

    def start(self) -> None:
        """Let time count: shifts begin and end, whatever else happens."""
        self.tell(TimePassed())

    def stop(self) -> None:
        """Decide nothing more and set no more alarms."""
        self._stopped = True
        self._alarm.stop()

    def _handle(self, event: Event, *, lost: bool = False) -> None:
        if self._stopped:
            return
        now = self._clock()
        try:
            actions = self.distributor.handle(event, now)
            for fact in facts_before(event, self.distributor.phone_news(), now):
                self._journal.record(fact)
            for action in actions:
                has_given_up = not (lost and isinstance(action, Abandoned))  # else it was we
                if has_given_up and not self._gathering.has_noted(action):
                    leg = self._legs.find(action.offer) if isinstance(action, Joined) else None
                    self._journal.record(fact_of(action, now, leg.id if leg is not None else None))
                self.missed_calls.decided(action)
                self._carry_out(action)
        finally:
            self._alarm.set(self.distributor.wakes_at())

    def _carry_out(self, action: Action) -> None:
        match action:
            case Offer() if action.callback is not None:
                self.callbacks.decided(action)
            case Offer() | Divert() | Queued() | CallbackOffered():
                if (ticket := self._tickets.get(action.call)) is not None:
                    if isinstance(action, Offer):
                        self._legs.expect(action)
                    ticket.put(action)
            case CallbackPromised():  # the call waits on without its script
                if (ticket := self._tickets.pop(action.call, None)) is not None:
                    ticket.put(action)
                self.callbacks.decided(action)
            case Withdraw():
                ticket = self._tickets.get(action.call)
                if ticket is not None and ticket.drop(action.offer):
                    self._legs.over(action.offer)
                else:
                    self._legs.take_back(action.offer, answered=action.reason is WithdrawReason.ANSWERED)
                    self.callbacks.decided(action)
            case CallbackEnded() | Joined():
                self.callbacks.decided(action)
            case Remind() | OfferEnded() if self.notify is not None:
                if (notice := self._notices.of(action)) is not None:
                    self.notify(notice)
            case _:
                pass

    def _joined(self, event: OfferJoined) -> None:
        leg = self._legs.find(event.offer)
        if leg is None:
            leg = self._survivors.recognise(event)
            if leg is None or leg.call in self._tickets:
                return
            self._legs.adopt(leg)
        self._legs.joins(leg, event.leg)
        self._transfers.talks(leg)

    def _found(self, leg: Leg, since_at: datetime) -> Talk:
        """Note a conversation that no script of ours began; of a call that waits here its beginning is told anyway."""
        self._gathering.leave(leg.call)
        if self.distributor.call(leg.call) is not None:
            return Talk(leg.agent, leg.queue, since_at)
        return self.earlier.found(leg, since_at)

    def _gone(self, call: CallId) -> None:
        """Note that a caller is gone whom no script of ours leads, if it is one."""
        self._legs.forget(call)
        if call not in self._tickets:
            self.distributor.offers_made.forget(call)
            self._gathering.leave(call)
            if call in self.earlier:
                self.tell(ConversationEnded(call))
                self.earlier.gone(call)

    def _wrap_up(self, agent: AgentName, name: QueueName | None) -> None:
        """Give an agent the wrap-up after a conversation that ended while no telekit was there to see it."""
        queue = self.plan.queues.get(name) if name is not None else None
        if queue is not None and queue.wrap_up:
            self.tell(WrapUpExtended(agent, self._clock() + queue.wrap_up))
