"""Calls whose callers have hung up to be called back: offered, promised, tried, taken up again, let go.

Such a call waits in the same line at the same place as any other, and is offered as any other is. So it neither
overtakes nor is overtaken, and no more phones ring for callbacks than agents are free for them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from telekit.acd.actions import (
    Action,
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
    CallbackTried,
    InviteReason,
    WithdrawReason,
)
from telekit.acd.crowd import NOBODY, numbers_in
from telekit.acd.events import (
    CallArrived,
    CallbackAgreed,
    CallbackCancelled,
    CallbackDeclined,
    CallbackFailed,
    CallbackRests,
)
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall
from telekit.acd.offers import Offers
from telekit.acd.outlook import Outlooks
from telekit.acd.room import Room
from telekit.acd.scene import union
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.agent import Login
from telekit.domain.callback import LONGEST_PROMISE, Callback, CallbackOutcome, CallbackRules, Keep
from telekit.domain.destination import ToCallback
from telekit.domain.names import CallId, call_of
from telekit.roster.block import FOREVER
from telekit.roster.roster import Roster

BREATH = timedelta(seconds=10)
"""So long nobody is called back who still hears that they will be; the service tells when they have hung up."""

GAP = timedelta(hours=1)
"""For so long a callback waits for the next shift where the queue never closes."""

ANSWERS_WITHIN = timedelta(minutes=5)
"""So long a caller for whom nobody is there may take to agree on a callback: three numbers may be typed."""

News = CallbackAgreed | CallbackDeclined | CallbackFailed | CallbackRests | CallbackCancelled
"""What happens to a callback."""

Prospects = dict[tuple[int, datetime], bool]
"""Whether somebody comes who could make a callback of one queue: by its step, and until when."""


class Callbacks:
    """What callbacks have of their own; all else is what every waiting call has."""

    def __init__(
        self,
        tell: Callable[[Action], None],
        floor: Floor,
        room: Room,
        offers: Offers,
        outlooks: Outlooks,
        roster: Callable[[], Roster],
    ) -> None:
        self._tell = tell
        self._floor = floor
        self._room = room
        self._offers = offers
        self._outlooks = outlooks
        self._roster = roster
        self._postponed: dict[Waiting, tuple[InviteReason, str]] = {}
        """Callers who were to be asked while a phone rang for them; why, and the details."""

    def may_be_promised(self, waiting: Waiting, now: datetime) -> bool:
        """Say whether a call of this queue can be made a callback that will be made while somebody is there for it.

        By what is usual, where that is known; else it is enough that somebody able is there or comes soon.
        """
        if waiting.hall.queue.callback is None or waiting.callback is not None or waiting.offer is not None:
            return False
        if waiting.hall.queue.callback.keep is Keep.NEXT_SHIFT:
            return True
        return self._outlooks.is_served_in_time(waiting, now)

    def invite(self, waiting: Waiting, reason: InviteReason, now: datetime, detail: str = "") -> None:
        """Let a caller be asked, if a callback can be promised; one for whom a phone rings, once it rings no more."""
        if waiting.offer is not None:
            self._postponed[waiting] = reason, detail
        elif self.may_be_promised(waiting, now):
            self._tell(CallbackOffered(waiting.call, waiting.hall.queue.name, reason, detail))

    def invite_postponed(self, now: datetime) -> None:
        """Let those be asked for whom no phone rings any more, nor is about to."""
        for waiting, (reason, detail) in list(self._postponed.items()):
            waits = self._room.waits(waiting)
            if not waits or (waiting.offer is None and waiting not in self._room.unmatched):
                del self._postponed[waiting]
                if waits:
                    self.invite(waiting, reason, now, detail)

    def asks(self, waiting: Waiting, now: datetime, known: Prospects) -> bool:
        """Say whether a caller for whom nobody is there is being asked, instead of sent on: once, if one can be kept.

        `known` is as for `spare`.
        """
        if not waiting.hall.queue.no_agent.offers_callback:
            return False
        if waiting.asked_until is None and self._can_be_kept(waiting, now, known):
            self._room.ask(waiting, now + ANSWERS_WITHIN)
            self._tell(CallbackOffered(waiting.call, waiting.hall.queue.name, InviteReason.NO_AGENT))
        return waiting.asked_until is not None and now < waiting.asked_until

    def take(self, event: News, now: datetime) -> None:
        """Take in what happened to a callback."""
        match event:
            case CallbackAgreed(call, number):
                waiting = self._room.calls.get(call)
                if waiting is not None and waiting.callback is None and waiting.offer is None:
                    self._promise(waiting, number, now)
            case CallbackDeclined(call):
                waiting = self._room.calls.get(call)
                if waiting is not None and waiting.asked_until is not None:
                    waiting.asked_until = now
                    self._room.doubt_call(waiting)
            case CallbackFailed():
                self._failed(event, now)
            case CallbackRests(call, until_at):
                waiting = self._room.calls.get(call)
                if waiting is not None and waiting.callback is not None and waiting.offer is None:
                    waiting.callback = replace(waiting.callback, again_at=until_at)
                    self._room.stand_or_rest(waiting, now)
            case CallbackCancelled(call, outcome):
                waiting = self._room.calls.get(call)
                if waiting is not None and waiting.callback is not None:
                    self.end(waiting, outcome, now)

    def take_up(self, event: CallArrived, now: datetime) -> CallArrived:
        """Give a call the place of the callback that it is instead of, if that still waits; the callback ends."""
        waiting = self._room.calls.get(event.instead_of) if event.instead_of is not None else None
        if waiting is None or waiting.callback is None or waiting.hall.queue.name != event.queue:
            return event
        self.end(waiting, CallbackOutcome.BACK, now, event.call)
        return replace(
            event,
            priority=max(event.priority, waiting.priority),
            entered_at=waiting.entered_at,
            came_at=waiting.came_at,
            exited=max(event.exited, waiting.exited, waiting.waited(now)),
        )

    def spare(self, waiting: Waiting, now: datetime, known: Prospects) -> None:
        """Let go of a callback that nobody there could make, unless somebody comes for it in time.

        `known` is what this was found to be for others of the same queue in the same moment.
        """
        if not self._has_prospect(waiting, now, known):
            self.end(waiting, CallbackOutcome.LAPSED, now)

    def end(self, waiting: Waiting, outcome: CallbackOutcome, now: datetime, back_as: CallId | None = None) -> None:
        """Let a callback go, and whoever is rung for it."""
        self._offers.take_back(waiting, WithdrawReason.CALL_GONE, now)
        self._room.leave(waiting)
        self._tell(CallbackEnded(waiting.call, waiting.hall.queue.name, outcome, waiting.waited(now), back_as))

    def queue_gone(self, event: CallArrived, waited: timedelta) -> None:
        """Let a callback go that comes back after a restart, and whose queue the rules no longer have."""
        self._tell(CallbackEnded(event.call, event.queue, CallbackOutcome.QUEUE_GONE, waited))

    def _promise(self, waiting: Waiting, number: str, now: datetime) -> None:
        self._room.promise(waiting, Callback(number, now), now + BREATH, now)
        self._tell(
            CallbackPromised(
                waiting.call, waiting.hall.queue.name, number, waiting.entered_at, waiting.came_at, waiting.priority
            )
        )

    def _failed(self, event: CallbackFailed, now: datetime) -> None:
        ringing = self._offers.running.get(event.offer)
        waiting = self._room.calls.get(call_of(event.offer))
        if waiting is None or waiting.callback is None or (ringing is None and waiting.offer is not None):
            return
        queue = waiting.hall.queue
        rules = queue.callback or CallbackRules()
        tries = waiting.callback.tries + 1
        again_at = now + rules.every if tries < rules.tries else None
        waiting.callback = replace(waiting.callback, tries=tries, again_at=again_at)
        if ringing is not None:
            self._floor.advance(ringing.seat, now)
        agent = ringing.seat.name if ringing is not None else None
        self._tell(CallbackTried(waiting.call, queue.name, agent, event.offer, event.cause, tries, again_at))
        if again_at is not None and ringing is not None and self._offers.running.get(event.offer) is ringing:
            self._offers.unreached(ringing, again_at, now)
        elif again_at is not None:
            self._room.rest(waiting, again_at)
        else:
            self.end(waiting, CallbackOutcome.NOT_REACHED, now)

    def _can_be_kept(self, waiting: Waiting, now: datetime, known: Prospects) -> bool:
        """Say whether a callback that nobody there could make can be promised: somebody comes before it is forgotten.

        Not where it would be one too many, by an overflow that would send it on.
        """
        hall = waiting.hall
        rules = hall.queue.callback
        if rules is None or rules.keep is not Keep.NEXT_SHIFT:
            return False
        full = hall.overflow_of(waiting, NOBODY)
        if full is not None and not isinstance(full[0].go, ToCallback):
            return False
        case = waiting.step, now + LONGEST_PROMISE
        if case not in known:
            able = union(hall.stage(waiting).reach)
            known[case] = any(self._serves_later(self._floor.seats[number], hall, now) for number in numbers_in(able))
        return known[case]

    def _serves_later(self, seat: Seat, hall: Hall, now: datetime) -> bool:
        """Say whether somebody who is not there may yet log in, or has another shift soon enough."""
        if seat.off_at is not None and now < seat.off_at - hall.queue.last_offer:
            return True
        starts_at = seat.change_at if seat.off_at is None else self._roster().next_start(seat.name, now)
        return starts_at is not None and starts_at < now + LONGEST_PROMISE

    def _has_prospect(self, waiting: Waiting, now: datetime, known: Prospects) -> bool:
        """Say whether somebody able comes on shift while the queue is open as it was when the callback was promised.

        Where it never closes, within a while; where the rules say so, whenever that is.
        """
        queue, promised = waiting.hall.queue, waiting.callback
        if promised is None or (queue.callback is not None and queue.callback.keep is Keep.NEXT_SHIFT):
            return True
        closes_at = self._roster().open_until(queue.name, promised.agreed_at) or now
        until_at = closes_at if closes_at < FOREVER else now + GAP
        case = waiting.step, until_at
        if case not in known:
            able = union(waiting.hall.stage(waiting).reach)
            known[case] = any(_comes_before(self._floor.seats[number], until_at) for number in numbers_in(able))
        return known[case]


def _comes_before(seat: Seat, until_at: datetime) -> bool:
    logs_in = seat.logged_in or seat.agent.login is Login.ROSTER
    return seat.off_at is None and logs_in and seat.change_at is not None and seat.change_at < until_at
