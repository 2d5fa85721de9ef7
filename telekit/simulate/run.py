"""One run: calls that come, talk and give up on virtual time, led by the distributor that leads real ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush, merge

from telekit.acd.actions import Abandoned, Action, Divert, Joined, Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallGone,
    ConversationEnded,
    Event,
    OfferAnswered,
    PhoneSeen,
    TimePassed,
)
from telekit.domain.names import CallId, QueueName
from telekit.domain.plan import Plan
from telekit.simulate.tally import Tally
from telekit.simulate.traffic import Caller, Traffic, callers

SERVICE_LEVEL = timedelta(seconds=20)

Due = tuple[datetime, int, Event | Caller]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run needs beside its calls."""

    plan: Plan
    start_at: datetime
    counts_from: datetime
    """Calls that come before it are led but not counted: the line starts empty, which no busy day does."""
    within: timedelta = SERVICE_LEVEL


class Run:
    """Leads all calls of some traffic, until the last one is over. Every phone is reachable, and is answered at once.

    A call that the rules send out of its queue is over, wherever they send it. Nothing is decided here: each call,
    answer and end is told to the distributor, which also says when to be woken.
    """

    def __init__(self, setting: Setting, traffic: Sequence[Traffic], seed: object) -> None:
        self._setting = setting
        self._distributor = Distributor(setting.plan, setting.start_at)
        self._now = setting.start_at
        self._coming: Iterator[Caller] = merge(*(callers(each, seed) for each in traffic), key=lambda c: c.at)
        self._due: list[Due] = []
        self._serial = 0
        self._open: dict[CallId, Caller] = {}
        self._talking: set[CallId] = set()
        self.tallies = {each.queue: Tally(setting.within) for each in traffic}

    def go(self) -> Mapping[QueueName, Tally]:
        """Lead them all; give what became of them, by queue."""
        for agent in self._setting.plan.agents.values():
            for phone in agent.phones:
                self._tell(PhoneSeen(phone, reachable=True))
        self._next_caller()
        while self._open or self._due:
            self._step(self._distributor.wakes_at())
        return self.tallies

    def _step(self, woken_at: datetime | None) -> None:
        """Let the next thing happen; what is nobody's business any more is passed over."""
        if woken_at is not None and (not self._due or woken_at <= self._due[0][0]):
            self._now = max(self._now, woken_at)
            self._tell(TimePassed())
            return
        self._now, _, what = heappop(self._due)
        match what:
            case Caller():
                self._comes(what)
            case CallGone(call) if call not in self._open or call in self._talking:
                pass
            case _:
                self._tell(what)

    def _comes(self, caller: Caller) -> None:
        self._serial += 1
        call = CallId(f"{self._serial}")
        self._open[call] = caller
        if self._counts(caller):
            self.tallies[caller.queue].came += 1
        if caller.patience is not None:
            self._plan(self._now + caller.patience, CallGone(call))
        self._next_caller()
        self._tell(CallArrived(call, caller.queue))

    def _next_caller(self) -> None:
        caller = next(self._coming, None)
        if caller is not None:
            self._plan(caller.at, caller)

    def _tell(self, event: Event) -> None:
        for action in self._distributor.handle(event, self._now):
            self._react(action)
        if isinstance(event, ConversationEnded):
            self._open.pop(event.call, None)
            self._talking.discard(event.call)

    def _react(self, action: Action) -> None:
        match action:
            case Offer():
                self._tell(OfferAnswered(action.offer))
            case Joined():
                caller = self._open[action.call]
                self._talking.add(action.call)
                self._plan(self._now + caller.talks, ConversationEnded(action.call))
                if self._counts(caller):
                    tally = self.tallies[caller.queue]
                    tally.answer(action.waited)
                    tally.talked += caller.talks
            case Abandoned():
                if self._counts(caller := self._open.pop(action.call)):
                    self.tallies[caller.queue].gave_up += 1
            case Divert():
                if self._counts(caller := self._open.pop(action.call)):
                    self.tallies[caller.queue].diverted += 1
            case _:
                pass

    def _counts(self, caller: Caller) -> bool:
        return caller.at >= self._setting.counts_from

    def _plan(self, at: datetime, what: Event | Caller) -> None:
        self._serial += 1
        heappush(self._due, (at, self._serial, what))
