"""The automatic call distributor: events in, actions out, and a moment at which it wants to be woken."""

from datetime import datetime, timedelta
from typing import assert_never

from telekit.acd.actions import Abandoned, Action, Divert, DivertReason, InviteReason, Queued, WithdrawReason
from telekit.acd.alarms import Alarms
from telekit.acd.callbacks import Callbacks
from telekit.acd.conversations import Conversations
from telekit.acd.departures import Departures
from telekit.acd.events import (
    AgentReminded,
    CallArrived,
    CallbackAgreed,
    CallbackCancelled,
    CallbackDeclined,
    CallbackFailed,
    CallbackRests,
    CallGone,
    CallHeld,
    CallPassedOn,
    CallResumed,
    ConversationEnded,
    ConversationFound,
    Event,
    LineDropped,
    OfferAnswered,
    OfferDropped,
    OfferMissed,
    PhoneGone,
    PhoneRegistered,
    PhoneSeen,
    PlanChanged,
    RingEnded,
    SwitchHeard,
    TimePassed,
)
from telekit.acd.experience import Experience
from telekit.acd.floor import Floor
from telekit.acd.handover import Handover
from telekit.acd.holding import Holding
from telekit.acd.matching import Matching
from telekit.acd.offers import Offers
from telekit.acd.outlook import Outlook, Outlooks
from telekit.acd.own_word import obey
from telekit.acd.premises import Premises
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.status import Status
from telekit.acd.verdict import Verdict
from telekit.acd.views import AgentNow, CallNow, ConversationNow, OfferNow, QueueNow
from telekit.acd.waiting import Ringing, Waiting
from telekit.domain.callback import CallbackOutcome
from telekit.domain.destination import Treatment
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.plan import Plan
from telekit.domain.queue import CLOSED, Invitation, Queue
from telekit.roster.roster import Roster

BATCH = 8
"""So much that is due is worked off in one go; the rest waits for the next `handle`, which `wakes_at` asks for.

Thousands of shifts start at one moment, and no caller shall wait for all of them to be worked off.
"""

NOTHING = timedelta(0)


class Distributor:
    """Decides who is offered which call, when, and why.

    It keeps no clock and no timer. Tell it what happens by `handle`, at the latest at the moment that `wakes_at` gives;
    when that moment is not after `now`, call `handle` again at once, as often as it takes. Time never runs backwards in
    here: a `now` before the last one counts as the last one.
    """

    def __init__(self, plan: Plan, now: datetime, *, batch: int = BATCH, learns: bool = True) -> None:
        """Let a plan hold; who asks for no outlook may do without what calls teach (`learns`), which costs a tenth."""
        self._now = now
        self._batch = batch
        self._actions: list[Action] = []
        self._tell = self._actions.append
        self._alarms: Alarms[Seat | Waiting | Ringing] = Alarms()
        self._floor = Floor(self._tell, self._alarms, self._withdraw)
        self.phone_news = self._floor.phone_news
        """Give, once, what was told of phones and counts for what was decided."""
        self._room = Room(self._alarms)
        self.offers_made = self._room.offers_made
        self._conversations = Conversations(self._tell, self._floor)
        self._offers = Offers(self._tell, self._alarms, self._floor, self._room, self._conversations)
        self._handover = Handover(
            self._tell, self._floor, self._room, self._offers, self._conversations, self._end_conversation
        )
        self._holding = Holding(self._tell, self._floor, self._room)
        self._matching = Matching(self._floor, self._room, self._offers.start)
        self._status = Status(self._floor, self._room, self._offers, self._conversations)
        self.experience = Experience(learns=learns)
        self._outlooks = Outlooks(self._floor, self._room, self.experience)
        self._callbacks = Callbacks(
            self._tell, self._floor, self._room, self._offers, self._outlooks, lambda: self._roster
        )
        self._departures = Departures(self._tell, self._floor, self._room, self._callbacks)
        self._adopt_calls(Premises(plan))
        self._floor.adopt(plan, self._roster, now)

    @property
    def plan(self) -> Plan:
        """The plan that holds."""
        return self._plan

    @property
    def roster(self) -> Roster:
        """The roster of that plan."""
        return self._roster

    def agents(self) -> tuple[AgentNow, ...]:
        """Give every agent, in the order of the rules."""
        return tuple(self._status.agents())

    def agent(self, name: AgentName) -> AgentNow:
        """Give one agent; raises KeyError for one whom the plan does not have."""
        return self._status.agent(name)

    def queues(self) -> tuple[QueueNow, ...]:
        """Give every queue with its calls in the order of the line."""
        return tuple(self._status.queues(self._roster, self._now))

    def queue(self, name: QueueName) -> QueueNow:
        """Give one queue; raises KeyError for one that the plan does not have."""
        return self._status.queue(name, self._roster, self._now)

    def call(self, call: CallId) -> CallNow | None:
        """Give a call that waits, or None."""
        return self._status.call(call)

    def waiting(self) -> tuple[CallId, ...]:
        """Name every call in the line, in no order."""
        return tuple(self._room.calls)

    def outlook(self, call: CallId, now: datetime) -> Outlook | None:
        """Give what a call that waits has to expect; None for one that does not."""
        waiting = self._room.calls.get(call)
        return self._outlooks.of(waiting, max(self._now, now)) if waiting is not None else None

    def may_call_back(self, call: CallId, now: datetime) -> bool:
        """Say whether a caller who waits can be promised a callback."""
        waiting = self._room.calls.get(call)
        return waiting is not None and self._callbacks.may_be_promised(waiting, max(self._now, now))

    def offers(self) -> tuple[OfferNow, ...]:
        return tuple(self._status.offers())

    def rung_for(self, phone: Phone) -> CallId | None:
        """Give the call for which a phone is being rung, if it is."""
        return next((ringing.waiting.call for ringing in self._offers.on(phone)), None)

    def is_idle(self) -> bool:
        """Say whether nobody waits, is rung or talks."""
        return not (self._room.calls or self.offers() or self.conversations())

    def conversations(self) -> tuple[ConversationNow, ...]:
        return tuple(self._status.conversations())

    def explain(self, queue: QueueName, step: int = 0) -> tuple[Verdict, ...]:
        """Tell for every agent whether a call of this queue at this step may be offered to them now, or why not."""
        return self._status.explain(queue, self._roster, self._now, step)

    def explain_newcomer(self, queue: QueueName) -> tuple[tuple[Verdict, ...], tuple[AgentName, ...]]:
        """Tell it of a call that comes now, each at the first step whose skills they have, and who would ring first."""
        verdicts = self._status.explain_newcomer(queue, self._roster, self._now)
        return verdicts, self._matching.first(queue, (verdict.agent for verdict in verdicts if verdict.eligible))

    def explain_call(self, call: CallId) -> tuple[Verdict, ...]:
        """Tell the same for a call that waits; raises KeyError when it does not."""
        return self._status.explain_call(call, self._roster, self._now)

    def handle(self, event: Event, now: datetime) -> list[Action]:
        """Take in what happened and give what follows, in the order in which it happened."""
        if now > self._now:
            self._now = now
        rest = self._pass_time(self._batch)
        self._take(event)
        self._pass_time(rest)
        self._match()
        self._spare_the_hopeless()
        self._turn_away()
        self._tell_who_waits()
        actions = self._actions.copy()
        self._actions.clear()
        self.experience.learn(actions, self._now)
        return actions

    def drain(self, now: datetime) -> list[Action]:
        """Work off everything that is due, however long it takes."""
        actions = self.handle(TimePassed(), now)
        while (at := self.wakes_at()) is not None and at <= self._now:
            actions += self.handle(TimePassed(), now)
        return actions

    def wakes_at(self) -> datetime | None:
        """Give when `handle` is to be called at the latest; None when only another event can change something."""
        if self._floor.freed or self._room.unmatched or self._room.doubtful or self._room.newcomers:
            return self._now
        return self._alarms.next_at()

    def _withdraw(self, ringing: Ringing, reason: WithdrawReason, at: datetime) -> None:
        self._offers.withdraw(ringing, reason, at)

    def _take(self, event: Event) -> None:
        now = self._now
        match event:  # what comes with every call first
            case CallArrived():
                self._call_arrived(event)
            case OfferAnswered(offer, talked):
                self._offers.answered(offer, now, talked)
            case ConversationEnded(call):
                self._end_conversation(call)
            case LineDropped(call):
                self._conversations.line_dropped(call, now)
                self._end_conversation(call)
            case TimePassed():
                pass
            case CallGone(call):
                self._call_gone(call)
            case CallbackAgreed() | CallbackDeclined() | CallbackFailed() | CallbackRests() | CallbackCancelled():
                self._callbacks.take(event, now)
            case OfferMissed(offer, cause):
                self._offers.missed(offer, cause, now)
            case OfferDropped(offer):
                self._offers.dropped(offer, now)
            case RingEnded(causes):
                self._offers.ended(causes, now)
            case ConversationFound():
                self._handover.found(event, self._plan.queues, now)
            case CallPassedOn():
                self._handover.passed_on(event, self._plan.queues, now)
            case CallHeld(call):
                self._conversations.hold(call, now)
            case CallResumed(call):
                self._conversations.resume(call, now)
            case PhoneGone(phone):
                self._offers.phone_gone(phone, now)
            case PhoneSeen() | PhoneRegistered() | SwitchHeard() | AgentReminded():
                self._floor.hear(event, now)
            case PlanChanged(plan, premises):
                self._change_plan(plan, premises or Premises(plan))
            case _:
                obey(self._floor, event, now)

    def _call_arrived(self, event: CallArrived) -> None:
        """Let a call in. One that is here already keeps its place; one that was talking has come back."""
        now = self._now
        self._end_conversation(event.call)
        event = self._callbacks.take_up(event, now)
        entered_at = min(event.entered_at or now, now)
        known = self._room.calls.get(event.call)
        if known is not None:
            if known.callback is not None and event.callback is None:
                self._offers.take_back(known, WithdrawReason.CALL_GONE, now)  # of who is on the line again
            if known.hall.queue.name == event.queue:
                self._room.move(event, known, entered_at, now)
                return
            self._offers.take_back(known, WithdrawReason.CALL_GONE, now)
            self._room.leave(known)
        hall = self._room.halls.get(event.queue)
        if hall is None and event.callback is not None:
            self._callbacks.queue_gone(event, now - entered_at)
        elif hall is None:
            self._tell(Divert(event.call, event.queue, CLOSED, DivertReason.QUEUE_GONE, now - entered_at))
        elif event.callback is None and self._roster.open_until(event.queue, entered_at) is None:
            closed = hall.queue.closed
            self._tell(Divert(event.call, event.queue, closed, DivertReason.CLOSED, now - entered_at))
        else:
            self._room.enter(event, hall, entered_at, now)
            self.experience.came(event.queue, event.priority, now)

    def _call_gone(self, call: CallId) -> None:
        waiting = self._room.calls.get(call)
        if waiting is None:
            self._end_conversation(call)
            return
        self._offers.take_back(waiting, WithdrawReason.CALL_GONE, self._now)
        self._room.leave(waiting)
        self._tell(Abandoned(call, waiting.hall.queue.name, waiting.waited(self._now)))

    def _end_conversation(self, call: CallId) -> None:
        conversation = self._conversations.running.get(call)
        if conversation is not None:
            if conversation.seat is not None:
                self._floor.advance(conversation.seat, self._now)
            self._conversations.end(call, self._now, self._wrap_up(conversation.queue))

    def _wrap_up(self, queue: Queue | None) -> timedelta:
        return self._plan.queues.get(queue.name, queue).wrap_up if queue is not None else NOTHING

    def _change_plan(self, plan: Plan, premises: Premises) -> None:
        """Let another plan hold: calls keep their places, agents their presence, offers run on where they still may."""
        now = self._now
        self._alarms.clear()
        stranded = self._adopt_calls(premises)
        for waiting in stranded:
            self._offers.take_back(waiting, WithdrawReason.PLAN_CHANGED, now)
            self._room.leave(waiting)
            if waiting.callback is not None:
                self._callbacks.end(waiting, CallbackOutcome.QUEUE_GONE, now)
                continue
            self._departures.divert(waiting, CLOSED, DivertReason.QUEUE_GONE, now)
        for ringing in list(self._offers.running.values()):
            if not self._still_holds(ringing):
                self._offers.withdraw(ringing, WithdrawReason.PLAN_CHANGED, now)
        self._floor.adopt(plan, self._roster, now)
        self._conversations.seat_newcomers(now)
        for ringing in self._offers.running.values():
            self._offers.watch(ringing)

    def _adopt_calls(self, premises: Premises) -> list[Waiting]:
        self._plan, self._roster = premises.plan, premises.roster
        self._outlooks.forget()
        return self._room.adopt(premises, self._now)

    def _still_holds(self, ringing: Ringing) -> bool:
        """Say whether the new plan lets an offer run on."""
        agent = self._plan.agents.get(ringing.seat.name)
        if agent is None or self._roster.on_until(agent.name, self._now) is None:
            return False
        tiers = ringing.waiting.hall.stage(ringing.waiting).tiers
        return any(tier.pool.requirement.met_by(agent.skills) for tier in tiers)

    def _pass_time(self, most: int) -> int:
        """Work off so many alarms that are due; give how many more it could have been."""
        alarms, now = self._alarms, self._now
        for done in range(most):
            due = alarms.pop_due(now)
            if due is None:
                return most - done
            at, what = due
            match what:
                case Ringing():
                    self._offers.advance(what, at)
                case Waiting():
                    self._advance_call(what, at)
                case Seat():
                    self._floor.ring(what, at)
                case _:
                    assert_never(what)
        return 0

    def _advance_call(self, waiting: Waiting, at: datetime) -> None:
        since = waiting.step
        go = self._room.advance(waiting, at) if self._room.waits(waiting) else None
        if go is None or isinstance(go, Invitation):
            self._offers.withdraw_replaced(waiting, since, at)
            if go is not None:
                self._callbacks.invite(waiting, InviteReason.STEP, at)
        else:
            self._offers.take_back(waiting, WithdrawReason.EXIT, at)
            self._room.leave(waiting)
            self._departures.divert(waiting, Treatment((), go), DivertReason.EXIT, at)

    def _match(self) -> None:
        self._let_go_of_the_held()
        while self._floor.freed or self._room.unmatched:
            self._matching.run(self._now)
            self._let_go_of_the_held()
            if self._matching.gave_up:
                return

    def _let_go_of_the_held(self) -> None:
        """Make calls everybody's that are held in vain, once it is sure who is there: or they would overtake others."""
        if not self._room.holds:
            self._floor.stirred.clear()
        elif not self._alarms.is_due(self._now):
            self._holding.look(self._now)

    def _spare_the_hopeless(self) -> None:
        """Send away the calls that nobody there could ever take, once it is sure who is there."""
        if self._floor.gone:
            for seat in self._floor.gone:
                self._room.doubt(seat)
            self._floor.gone.clear()
        if not self._room.doubtful or self._is_behind():
            return
        self._departures.spare(self._batch, self._now)

    def _turn_away(self) -> None:
        """Send on those before whom too many wait as they come, once it is sure who is there and free."""
        if not self._room.newcomers or self._room.doubtful or self._is_behind():
            return
        self._departures.turn_away(self._now)

    def _tell_who_waits(self) -> None:
        """Tell of each call that began to wait, once it is sure that nobody is free for it."""
        for waiting in self._room.take_untold():
            self._tell(Queued(waiting.call, waiting.hall.queue.name, waiting.entered_at, waiting.held_for))
        self._callbacks.invite_postponed(self._now)

    def _is_behind(self) -> bool:
        return bool(self._floor.freed or self._room.unmatched) or self._alarms.is_due(self._now)
