"""One run: calls that come, talk and give up on virtual time, led by the distributor that leads real ones."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush, merge
from typing import Any

from telekit.acd.actions import (
    Abandoned,
    CallbackOffered,
    Divert,
    DivertReason,
    InviteReason,
    Joined,
    Offer,
    OfferEnded,
    PresenceChanged,
)
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallbackDeclined,
    CallGone,
    ConversationEnded,
    Event,
    PhoneSeen,
    TimePassed,
)
from telekit.acd.routing import LONGEST_WAY
from telekit.acd.way_back import Return
from telekit.domain.destination import Destination, ToMenu, ToQueue
from telekit.domain.names import AgentName, CallId
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.simulate.conduct import ALWAYS_THERE, Conduct
from telekit.simulate.crew import TURNS, Crew, Turn
from telekit.simulate.result import Result
from telekit.simulate.slots import Slots, one_slot
from telekit.simulate.traffic import Caller, Traffic, callers
from telekit.simulate.trip import End, Trip, end_at

SERVICE_LEVEL = timedelta(seconds=20)
NOTHING = timedelta(0)
PATIENCE_OF_TELEKIT = timedelta(days=2)
"""So long after the last call, or the end of the stretch, callers are led who never give up; they wait for nobody."""
TOLD_EVERY = 500
"""Calls."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run needs beside its calls."""

    plan: Plan
    start_at: datetime
    counts_from: datetime
    """Calls that come before it are led but not counted: the line starts empty, which no busy day does."""
    within: timedelta = SERVICE_LEVEL
    conduct: Conduct = ALWAYS_THERE
    end_at: datetime | None = None
    """Until then agents are watched, also when no calls come any more."""
    slots: Slots | None = None
    """By which calls and work are counted; None: all in one."""

    def nothing_yet(self) -> Result:
        """Give what a run counts with, before it has led a call."""
        return Result(self.slots or one_slot(self.start_at), self.within)


@dataclass(frozen=True, slots=True)
class MenuLeft:
    """A caller has pressed no key in a menu, and goes on."""

    call: CallId
    to: Destination


Due = tuple[datetime, int, Event | Caller | MenuLeft | Turn]


class Run:
    """Leads all calls of some traffic, until the last one is over.

    Nothing is decided here: each call, answer and end is told to the distributor, which also says when to be woken. A
    call that the rules send to another queue goes there, one in a menu presses no key, and any other is over.
    """

    def __init__(
        self, setting: Setting, traffic: Sequence[Traffic], seed: object, told: Callable[[int], None] | None = None
    ) -> None:
        """Prepare a run; `told` is called now and then with how many more calls have come."""
        self._plan = setting.plan
        self._counts_from = setting.counts_from
        self._ends_at = setting.end_at or setting.start_at
        self._distributor = Distributor(setting.plan, setting.start_at, learns=False)
        self._now = setting.start_at
        self._coming: Iterator[Caller] = merge(*(callers(each, seed) for each in traffic), key=lambda c: c.at)
        self._due: list[Due] = []
        self._serial = self._came = 0
        self._told = told
        self._open: dict[CallId, Trip] = {}
        self._talks: dict[AgentName, CallId] = {}
        self._result = setting.nothing_yet()
        self._slots = self._result.slots
        self._watches = setting.slots is not None
        self._crew = Crew(setting.plan, setting.conduct, seed, self._later)
        self._reactions: dict[type, Callable[[Any], None]] = {
            Offer: self._offered,
            Joined: self._joined,
            Abandoned: self._abandoned,
            Divert: self._diverted,
            CallbackOffered: self._asked,
        }
        if not self._crew.answers_at_once or setting.conduct.losses is not None:
            self._reactions[OfferEnded] = self._offer_ended
        if self._watches or setting.conduct != ALWAYS_THERE:
            self._reactions[PresenceChanged] = self._presence_changed

    def go(self) -> Result:
        """Lead them all; give what became of them."""
        for agent in self._plan.agents.values():
            for phone in agent.phones:
                self._tell(PhoneSeen(phone, reachable=True))
        self._distributor.phone_news()  # asks nobody here; what has been asked for is not looked for at every change
        self._crew.begin(self._now)
        self._next_caller()
        while self._step():
            pass
        self._close()
        return self._result

    def _step(self) -> bool:
        """Let the next thing happen; say whether there was one that matters."""
        woken_at, due = self._distributor.wakes_at(), self._due
        is_woken = woken_at is not None and (not due or woken_at <= due[0][0])
        if is_woken:
            at = woken_at
        elif due:
            at = due[0][0]
        else:
            return False
        assert at is not None  # noqa: S101
        if at > self._ends_at and (not self._open or at > self._ends_at + PATIENCE_OF_TELEKIT):
            return False
        if is_woken:
            self._now = max(self._now, at)
            self._tell(TimePassed())
            return True
        self._now, _, what = heappop(due)
        self._happens(what)
        return True

    def _happens(self, what: Event | Caller | MenuLeft | Turn) -> None:
        match what:
            case Caller():
                self._comes(what)
            case CallGone(call):
                if (trip := self._open.get(call)) is not None and not trip.talks:
                    self._gives_up(trip, what)
            case ConversationEnded(call):
                if call in self._open:
                    self._ends(what)
            case MenuLeft(call, to):
                if (trip := self._open.get(call)) is not None:
                    self._leads(trip, to)
            case _ if isinstance(what, TURNS):
                for event in self._crew.due(what, self._talks, self._now):
                    if isinstance(event, ConversationEnded):
                        self._ends(event, cut_off=True)
                    else:
                        self._tell(event)
            case _:
                raise AssertionError(what)

    def _comes(self, caller: Caller) -> None:
        self._came += 1
        if self._told is not None and not self._came % TOLD_EVERY:
            self._told(TOLD_EVERY)
        now = self._now
        call = CallId(str(self._came))
        trip = Trip(call, caller, self._came, now >= self._counts_from, now, caller.queue, self._slots.at(now))
        self._open[call] = trip
        if trip.counts:
            self._result.tally(caller.queue, trip.slot).came += 1
        if caller.patience is not None:
            self._plan_for(now + caller.patience, CallGone(call))
        self._next_caller()
        self._tell(CallArrived(call, caller.queue))

    def _next_caller(self) -> None:
        caller = next(self._coming, None)
        if caller is not None:
            self._plan_for(caller.at, caller)
            self._ends_at = max(self._ends_at, caller.at)

    def _tell(self, event: Event) -> None:
        reactions = self._reactions
        for action in self._distributor.handle(event, self._now):
            reaction = reactions.get(type(action))
            if reaction is not None:
                reaction(action)

    def _offered(self, offer: Offer) -> None:
        event = self._crew.rung(offer, self._open[offer.call].number, self._now)
        if event is not None:
            self._tell(event)

    def _offer_ended(self, ended: OfferEnded) -> None:
        self._crew.ended(ended.offer)

    def _joined(self, joined: Joined) -> None:
        trip = self._open[joined.call]
        trip.talks = True
        self._crew.ended(joined.offer)
        self._talks[joined.agent] = joined.call
        trip.agent = joined.agent
        self._plan_for(self._now + trip.caller.talks, ConversationEnded(joined.call))
        if trip.counts:
            tally = self._result.tally(trip.queue, trip.slot)
            before = self._now - trip.caller.at - joined.waited if trip.stops else NOTHING
            tally.answer(joined.waited, self._result.within, before)
            tally.talked += trip.caller.talks
            self._result.ends[End.ANSWERED] += 1

    def _ends(self, ended: ConversationEnded, *, cut_off: bool = False) -> None:
        trip = self._open.pop(ended.call)
        self._distributor.offers_made.forget(ended.call)
        if trip.agent is not None and self._talks.get(trip.agent) == ended.call:
            del self._talks[trip.agent]
        if cut_off and trip.counts:
            self._result.tally(trip.queue, trip.slot).cut_off += 1
        self._tell(ended)

    def _abandoned(self, abandoned: Abandoned) -> None:
        self._is_over(self._open[abandoned.call], End.GAVE_UP, abandoned.waited)

    def _gives_up(self, trip: Trip, gone: CallGone) -> None:
        if self._distributor.call(trip.call) is not None:
            self._tell(gone)
        else:
            self._is_over(trip, End.GAVE_UP, None)

    def _is_over(self, trip: Trip, end: End, waited: timedelta | None) -> None:
        """Count the end of a call that was not answered; without a wait, of one that is in no queue any more."""
        del self._open[trip.call]
        self._distributor.offers_made.forget(trip.call)
        if not trip.counts:
            return
        self._result.ends[end] += 1
        if waited is not None:
            tally = self._result.tally(trip.queue, trip.slot)
            tally.leave(waited)
            if end is End.GAVE_UP:
                tally.gave_up += 1
            elif end is End.UNFINISHED:
                tally.unfinished += 1

    def _asked(self, offered: CallbackOffered) -> None:
        """Decline: nobody is called back in a run."""
        if offered.reason is InviteReason.NO_AGENT:
            self._tell(CallbackDeclined(offered.call))

    def _diverted(self, divert: Divert) -> None:
        trip = self._open[divert.call]
        trip.leave(divert)
        trip.left_behind = None
        if trip.counts:
            tally = self._result.tally(trip.queue, trip.slot)
            if divert.reason is DivertReason.CLOSED:
                tally.came -= 1
                tally.closed += 1
            else:
                tally.diverted += 1
                tally.leave(divert.waited)
                trip.left_behind = tally
        self._leads(trip, divert.treatment.then)

    def _leads(self, trip: Trip, destination: Destination) -> None:
        """Lead a call to where the rules send it."""
        trip.stops += 1
        match destination:
            case ToQueue() if trip.stops <= LONGEST_WAY:
                self._enters(trip, destination)
            case ToMenu(name) if trip.stops <= LONGEST_WAY:
                menu = self._plan.menus[name]
                self._plan_for(self._now + menu.tries * menu.timeout, MenuLeft(trip.call, menu.nothing))
            case _:
                self._is_over(trip, end_at(destination), None)

    def _enters(self, trip: Trip, to: ToQueue) -> None:
        """Let a call into its next queue."""
        arrived = trip.enter(to, self._now)
        trip.slot = self._slots.at(self._now)
        if trip.counts:
            tally = self._result.tally(trip.queue, trip.slot)
            tally.came += 1
            if trip.left_behind is not None:
                trip.left_behind.passed_on += 1
                tally.passed_in += 1
        self._tell(arrived)

    def _presence_changed(self, change: PresenceChanged) -> None:
        was, now = change.was, change.now
        if self._watches:
            from_at = max(was.since_at, self._counts_from)
            self._result.timesheet.note(change.agent, was.presence, from_at, now.since_at)
        waits_for_word = False
        if now.presence is Presence.PAUSED:
            way_back = self._distributor.agent(change.agent).way_back
            waits_for_word = way_back is not None and way_back.how is Return.RESUMING
        self._crew.changed(change, waits_for_word)

    def _close(self) -> None:
        """Count who still waits, and the time of agents up to the end."""
        for trip in list(self._open.values()):
            if not trip.talks:
                self._is_over(trip, End.UNFINISHED, max(self._now - trip.entered_at, NOTHING))
        if self._watches:
            for agent in self._distributor.agents():
                since_at = max(agent.presence.since_at, self._counts_from)
                self._result.timesheet.note(agent.agent, agent.presence.presence, since_at, self._ends_at)

    def _later(self, at: datetime, turn: Turn) -> None:
        self._plan_for(at, turn)

    def _plan_for(self, at: datetime, what: Event | Caller | MenuLeft | Turn) -> None:
        self._serial += 1
        heappush(self._due, (at, self._serial, what))
