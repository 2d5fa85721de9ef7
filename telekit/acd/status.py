"""Read the distributor: what `telekit status` shows and `telekit explain` tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from telekit.acd.conversations import Conversations
from telekit.acd.eligibility import Obstacle
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall
from telekit.acd.offers import Offers
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.verdict import Verdict, judge
from telekit.acd.views import AgentNow, CallNow, ConversationNow, OfferNow, QueueNow
from telekit.acd.waiting import Conversation, Ringing, Waiting
from telekit.acd.way_back import way_back
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.presence import Presence
from telekit.roster.roster import Roster


class Status:
    """A read-only look at a distributor; every name that the plan does not know raises KeyError."""

    def __init__(self, floor: Floor, room: Room, offers: Offers, conversations: Conversations) -> None:
        self._floor = floor
        self._room = room
        self._offers = offers
        self._conversations = conversations

    def agents(self) -> Iterator[AgentNow]:
        """Give every agent of the plan, in the order of the rules."""
        return map(_agent, self._floor.seats)

    def agent(self, name: AgentName) -> AgentNow:
        seat = self._floor.seat(name)
        if seat is None:
            raise KeyError(name)
        return _agent(seat)

    def queues(self, roster: Roster, now: datetime) -> Iterator[QueueNow]:
        """Give every queue of the plan, in the order of the rules."""
        return (self._queue(hall, roster, now) for hall in self._room.halls.values())

    def queue(self, name: QueueName, roster: Roster, now: datetime) -> QueueNow:
        return self._queue(self._room.halls[name], roster, now)

    def call(self, call: CallId) -> CallNow | None:
        """Give a call that waits."""
        waiting = self._room.calls.get(call)
        return _call(waiting) if waiting is not None else None

    def offers(self) -> Iterator[OfferNow]:
        return map(_offer, self._offers.running.values())

    def conversations(self) -> Iterator[ConversationNow]:
        return map(_conversation, self._conversations.running.values())

    def explain(self, queue: QueueName, roster: Roster, now: datetime, step: int) -> tuple[Verdict, ...]:
        """Tell every agent's case for a call of a queue at a step."""
        hall = self._room.halls[queue]
        stage, last_offer = hall.stages[step], hall.queue.last_offer
        return tuple(judge(seat, stage, last_offer, roster, now) for seat in self._floor.seats)

    def explain_newcomer(self, queue: QueueName, roster: Roster, now: datetime) -> tuple[Verdict, ...]:
        """Tell every agent's case for a call that comes now: at the first step whose skills they have."""
        hall = self._room.halls[queue]
        return tuple(_nearest(seat, hall, roster, now) for seat in self._floor.seats)

    def explain_call(self, call: CallId, roster: Roster, now: datetime) -> tuple[Verdict, ...]:
        """Tell every agent's case for a call that waits."""
        waiting = self._room.calls[call]
        verdicts = self.explain(waiting.hall.queue.name, roster, now, waiting.step)
        if waiting.held_for is not None:
            return tuple(_held(verdict, waiting.held_for) for verdict in verdicts)
        missed = {v.agent for v in verdicts if v.eligible and v.agent in waiting.missed}
        asked = {v.agent for v in verdicts if v.eligible} | {ringing.seat.name for ringing in waiting.ringing}
        if asked <= waiting.missed.keys():
            return verdicts
        return tuple(replace(v, obstacle=Obstacle.MISSED) if v.agent in missed else v for v in verdicts)

    def _queue(self, hall: Hall, roster: Roster, now: datetime) -> QueueNow:
        calls = sorted(hall.calls.values(), key=lambda waiting: waiting.precedence(now))
        is_open = roster.open_until(hall.queue.name, now) is not None
        return QueueNow(hall.queue.name, is_open, tuple(map(_call, calls)))


def _nearest(seat: Seat, hall: Hall, roster: Roster, now: datetime) -> Verdict:
    cases = (judge(seat, stage, hall.queue.last_offer, roster, now) for stage in hall.stages)
    first = next(cases)
    return first if first.step is not None else next((case for case in cases if case.step is not None), first)


def _held(verdict: Verdict, agent: AgentName) -> Verdict:
    if verdict.agent == agent or not verdict.eligible:
        return verdict
    return replace(verdict, obstacle=Obstacle.HELD, detail=f"for {agent}")


def _agent(seat: Seat) -> AgentNow:
    return AgentNow(
        seat.name,
        seat.presence,
        seat.off_at,
        _offer(seat.offer) if seat.offer is not None else None,
        tuple(map(_conversation, seat.talks.values())),
        seat.wrap_until_at,
        seat.skip_until_at,
        seat.calls,
        seat.wrap_up,
        seat.registered(),
        way_back(seat),
        _afterwards(seat),
        seat.idle_at if seat.wraps_up is not None and not seat.talks else None,
    )


def _afterwards(seat: Seat) -> Presence | None:
    if not seat.talks and seat.wrap_until_at is None:
        return None
    after, _ = seat.presence_after()
    return after if after in (Presence.PAUSED, Presence.LOGGED_OUT) else None


def _call(waiting: Waiting) -> CallNow:
    return CallNow(
        waiting.call,
        waiting.hall.queue.name,
        waiting.priority,
        waiting.entered_at,
        waiting.came_at,
        waiting.step,
        tuple(map(_offer, waiting.ringing)),
        tuple(waiting.missed),
        waiting.rests_until is not None,
        waiting.held_for,
        waiting.callback,
    )


def _offer(ringing: Ringing) -> OfferNow:
    call, queue, agent = ringing.waiting.call, ringing.queue.name, ringing.seat.name
    return OfferNow(ringing.offer, call, queue, agent, ringing.handset.phone, ringing.started_at)


def _conversation(conversation: Conversation) -> ConversationNow:
    queue = conversation.queue.name if conversation.queue is not None else None
    agent, held_since_at, handset = conversation.agent, conversation.held_since_at, conversation.handset
    rests = handset is not None and handset.rests()
    return ConversationNow(conversation.call, queue, agent, conversation.since_at, held_since_at, rests)
