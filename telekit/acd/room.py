"""All calls that wait: in which queue, at which step, in which lines."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from telekit.acd.alarms import Alarms
from telekit.acd.crowd import Crowd
from telekit.acd.events import CallArrived
from telekit.acd.hall import Hall
from telekit.acd.line import Line, line_among
from telekit.acd.offers_made import OffersMade
from telekit.acd.pool import Pool, Pools
from telekit.acd.premises import Premises
from telekit.acd.seat import Seat
from telekit.acd.waiting import Precedence, Ringing, Waiting
from telekit.domain.callback import Callback
from telekit.domain.destination import Destination, ToCallback
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.queue import Exit, Invitation

CALLS_NEXT = 1
"""The urgency of a call's alarm: after offers, before agents."""

REST = timedelta(seconds=1)
"""How long a call is not offered after the switch failed at an offer of it, lest it fail at hundreds a second."""


class Room:
    """The queues of one plan after another, and the calls that wait in them."""

    def __init__(self, alarms: Alarms[Seat | Waiting | Ringing]) -> None:
        self._alarms = alarms
        self.offers_made = OffersMade()
        self._arrivals = 0
        self.calls: dict[CallId, Waiting] = {}
        self.halls: dict[QueueName, Hall] = {}
        self.pools = Pools(())
        self._own_lines: dict[AgentName, list[Line]] = {}
        """Where the calls stand that are held for one agent."""
        self.held: dict[Waiting, None] = {}
        """Of these calls, those that were not looked at since they stand there."""
        self._untold: dict[Waiting, None] = {}
        self.unmatched: dict[Waiting, None] = {}
        """Calls that began to stand, or were relaxed, and were not matched since."""
        self.newcomers: dict[Waiting, None] = {}
        """Calls of which it is not sure yet that they may stay, in order of arrival."""
        self.doubtful: dict[Hall, None] = {}
        """Queues in which somebody may wait in vain."""

    def adopt(self, premises: Premises, now: datetime) -> list[Waiting]:
        """Move the calls to the queues of another plan; give those whose queue is gone, which wait nowhere now."""
        turns = {name: hall.last_offered for name, hall in self.halls.items()}
        self.pools.part()
        self.pools, self.halls = premises.pools, premises.halls
        self._own_lines.clear()
        self.held.clear()
        self.unmatched.clear()
        self.doubtful.clear()
        for name, hall in self.halls.items():
            hall.last_offered = turns.get(name)
        stranded = []
        for waiting in self.calls.values():
            stands = bool(waiting.lines)
            waiting.lines = []
            waiting.ticket += 1
            hall_now = self.halls.get(waiting.hall.queue.name)
            if hall_now is None:
                stranded.append(waiting)
                continue
            waiting.hall = hall_now
            hall_now.enter(waiting)
            self._find_step(waiting, now)
            if stands:
                self._take_place(waiting)
            if waiting.rests_until is not None:
                self._alarms.set(waiting.rests_until, waiting, CALLS_NEXT)
        for waiting in stranded:
            del self.calls[waiting.call]
        return stranded

    def enter(self, event: CallArrived, hall: Hall, entered_at: datetime, now: datetime) -> None:
        """Let a call wait; it stands in line from now on. One that is here for the first time may be one too many."""
        self._arrivals += 1
        came_at = min(event.came_at or entered_at, entered_at)
        waiting = Waiting(event.call, hall, event.priority, entered_at, came_at, self._arrivals, event.exited)
        waiting.offers = max(event.offers, self.offers_made.of(event.call))
        waiting.preferred = event.preferred
        self.calls[event.call] = waiting
        hall.enter(waiting)
        waiting.callback = event.callback
        self._find_step(waiting, now)
        self.stand_or_rest(waiting, now)
        if event.entered_at is None and hall.queue.overflow:
            self.newcomers[waiting] = None

    def move(self, event: CallArrived, waiting: Waiting, entered_at: datetime, now: datetime) -> None:
        """Give a call that came again its place; unless it is offered, it stands there, and that is told again."""
        waiting.entered_at = min(entered_at, waiting.entered_at)
        waiting.came_at = min(event.came_at or entered_at, waiting.came_at, waiting.entered_at)
        waiting.exited = max(event.exited, waiting.exited)
        waiting.priority, waiting.told_queued, waiting.callback = event.priority, False, event.callback
        waiting.asked_until = None
        self._find_step(waiting, now)
        if waiting.offer is None:
            self.stand_or_rest(waiting, now)

    def leave(self, waiting: Waiting) -> None:
        """Let a call out for good; should it come back, the names of its offers go on where they were."""
        self.step_out(waiting)
        self.calls.pop(waiting.call, None)
        waiting.left = True
        waiting.hall.leave(waiting)
        waiting.past.clear()  # each names the call, which else only the collector could let go of
        if waiting.offers:
            self.offers_made.note(waiting.call, waiting.offers)

    def waits(self, waiting: Waiting) -> bool:
        """Say whether this still is a call that waits."""
        return self.calls.get(waiting.call) is waiting

    def stand(self, waiting: Waiting) -> None:
        """Let a call stand in line, at its place."""
        waiting.rests_until = None
        self.step_out(waiting)
        self._take_place(waiting)
        self.unmatched[waiting] = None
        self._untold[waiting] = None

    def step_out(self, waiting: Waiting) -> None:
        """Take a call out of the line, for it is offered, rests or leaves; one that stands nowhere may be told too."""
        if not waiting.lines:
            return
        waiting.ticket += 1
        for line in waiting.lines:
            line.left()
        waiting.lines = []
        self.unmatched.pop(waiting, None)

    @property
    def holds(self) -> bool:
        """Say whether calls may stand in line for one agent alone."""
        return bool(self._own_lines or self.held)

    def held_for(self, agent: AgentName) -> Iterator[Waiting]:
        """Give the calls that stand in line for this agent alone."""
        return (waiting for line in self._own_lines.get(agent, ()) for waiting in line.calls())

    def release(self, waiting: Waiting) -> None:
        """Let a call that was held for one agent stand in line for everybody."""
        waiting.preferred = None
        self.doubtful[waiting.hall] = None
        self.stand(waiting)

    def rest(self, waiting: Waiting, until_at: datetime) -> None:
        """Keep a call from being offered before then; it keeps its place."""
        self.step_out(waiting)
        waiting.rests_until = until_at
        self._untold[waiting] = None
        self._alarms.set(waiting.rests_until, waiting, CALLS_NEXT)

    def promise(self, waiting: Waiting, callback: Callback, until_at: datetime, now: datetime) -> None:
        """Let a call wait on without its caller, and rest before then; from now on no exit sends it away."""
        waiting.callback, waiting.preferred = callback, None
        self.newcomers.pop(waiting, None)
        self._find_step(waiting, now)  # the alarm that was set may be that of an exit
        self.rest(waiting, until_at)

    def ask(self, waiting: Waiting, until_at: datetime) -> None:
        """Let a call that is to be sent on stay meanwhile, and no number of calls before it be too many."""
        waiting.asked_until = until_at
        self.newcomers.pop(waiting, None)
        self._alarms.set(until_at, waiting, CALLS_NEXT)

    def turn_away(
        self, on_duty: Callable[[timedelta], Crowd]
    ) -> Iterator[tuple[Waiting, Destination | ToCallback, str]]:
        """Let out the newcomers who are too many; give each with where it goes, and why in a few words.

        Who is offered to be called back stays. `on_duty` knows by `last_offer` who is on shift and logged in.
        """
        for waiting in self.newcomers:
            if self.waits(waiting) and waiting.offer is None:
                hall = waiting.hall
                if (found := hall.overflow_of(waiting, on_duty(hall.queue.last_offer))) is not None:
                    if not isinstance(found[0].go, ToCallback):
                        self.leave(waiting)
                    yield waiting, found[0].go, found[1]
        self.newcomers.clear()

    def take_untold(self) -> list[Waiting]:
        """Give the calls of which it is to be told now that they wait; each once, until it is offered."""
        taken: list[Waiting] = []
        if not self._untold:
            return taken
        for waiting in list(self._untold):
            if waiting in self.unmatched or waiting in self.newcomers:
                continue
            del self._untold[waiting]
            if self.waits(waiting) and waiting.offer is None and not waiting.told_queued:
                waiting.told_queued = True
                taken.append(waiting)
        return taken

    def advance(self, waiting: Waiting, at: datetime) -> Destination | Invitation | None:
        """Let time pass for one call; give where its queue sends it now, if it does, or that it is to be invited."""
        waited = waiting.waited(at)
        exit_ = waiting.hall.exit_at(waiting, waited)
        if isinstance(exit_, Exit):
            return exit_.go
        if waiting.asked_until is not None and waiting.asked_until <= at:
            self.doubt_call(waiting)
        rested = waiting.rests_until is not None and waiting.rests_until <= at
        stepped = waiting.hall.step_at(waited) != waiting.step
        if exit_ is not None:
            waiting.exited = exit_.after
        if stepped or exit_ is not None:
            self._find_step(waiting, at)
        if rested or (waiting.lines and (stepped or waiting.preferred is not None)):
            self.stand(waiting)
        return exit_

    def first_for(
        self, seat: Seat, may_take: Callable[[timedelta], bool], now: datetime
    ) -> tuple[Precedence, Waiting] | None:
        """Give the first call in line, over all queues, that an agent may take; `may_take` knows by `last_offer`."""
        best: tuple[Precedence, Waiting] | None = None
        for lines in (self._own_lines.get(seat.name, ()), *(pool.lines for pool in self._pools_of(seat))):
            for line in lines:
                head = line.head()
                if head is not None and may_take(line.last_offer):
                    precedence = head.precedence(now)
                    if best is None or precedence < best[0]:
                        best = precedence, head
        return best

    def doubt_call(self, waiting: Waiting) -> None:
        """Note that a call that nobody could take while it rang may wait in vain."""
        if self.waits(waiting):
            self.doubtful[waiting.hall] = None

    def doubt(self, seat: Seat) -> None:
        """Note that a seat no longer counts as there, so that calls that only it could take may wait in vain."""
        for pool in self._pools_of(seat):
            if pool.awaited:
                self.doubtful |= {hall: None for hall in pool.halls if hall.calls}

    def _pools_of(self, seat: Seat) -> tuple[Pool, ...]:
        if seat.pools is None:
            seat.pools = self.pools.of(seat.agent)
        return seat.pools

    def stand_or_rest(self, waiting: Waiting, now: datetime) -> None:
        """Let a call stand in line, or, if it is a callback whose next try is yet to come, rest until then."""
        again_at = waiting.callback.again_at if waiting.callback is not None else None
        if again_at is not None and again_at > now:
            self.rest(waiting, again_at)
        else:
            self.stand(waiting)

    def _take_place(self, waiting: Waiting) -> None:
        hall, agent = waiting.hall, waiting.held_for
        if agent is None:
            waiting.lines = list(hall.stage(waiting).lines)
        else:
            waiting.lines = [self._own_line(agent, hall)]
            self.held[waiting] = None
        for line in waiting.lines:
            line.join(waiting)

    def _find_step(self, waiting: Waiting, now: datetime) -> None:
        """Put a call at the step that its wait has brought it to, and set the alarm for what comes next."""
        waiting.step = waiting.hall.step_at(waiting.waited(now))
        self.doubtful[waiting.hall] = None
        for at in (waiting.hall.look_at(waiting), waiting.held_until):
            if at is not None:
                self._alarms.set(max(at, now), waiting, CALLS_NEXT)
        if waiting.asked_until is not None and waiting.asked_until > now:
            self._alarms.set(waiting.asked_until, waiting, CALLS_NEXT)

    def _own_line(self, agent: AgentName, hall: Hall) -> Line:
        return line_among(self._own_lines.setdefault(agent, []), hall.queue.ages, hall.queue.last_offer)
