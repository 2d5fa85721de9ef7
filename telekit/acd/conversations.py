"""The conversations that run, and what their end means for the agent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Finished, Held, Resumed, TakenOver
from telekit.acd.events import CallPassedOn
from telekit.acd.floor import Floor
from telekit.acd.waiting import Conversation
from telekit.domain.names import CallId, QueueName
from telekit.domain.queue import Queue

NOTHING = timedelta(0)


class Conversations:
    """All running conversations, by call."""

    def __init__(self, tell: Callable[[Action], None], floor: Floor) -> None:
        self._tell = tell
        self._floor = floor
        self.running: dict[CallId, Conversation] = {}

    def begin(self, conversation: Conversation, at: datetime) -> None:
        """Note that a caller and an agent talk; it ends the agent's wrap-up."""
        self.running[conversation.call] = conversation
        seat = conversation.seat
        if seat is not None:
            seat.wrap_until_at = None
            seat.talks[conversation.call] = conversation
            self._floor.occupy(seat, conversation.handset, at)

    def seat_newcomers(self, at: datetime) -> None:
        """Seat those who were found talking before the plan had them."""
        for conversation in self.running.values():
            if conversation.seat is None:
                conversation.seat = self._floor.seat(conversation.agent)
                self.begin(conversation, at)

    def hold(self, call: CallId, at: datetime) -> None:
        """Note that the caller is on hold."""
        conversation = self.running.get(call)
        if conversation is not None and conversation.held_since_at is None:
            conversation.held_since_at = at
            self._tell(Held(call, _name(conversation.queue), conversation.agent))

    def resume(self, call: CallId, at: datetime) -> None:
        """Note that the caller no longer is; the switch may tell so more often than it is news."""
        conversation = self.running.get(call)
        if conversation is not None and conversation.held_since_at is not None:
            held = max(at - conversation.held_since_at, NOTHING)
            conversation.held, conversation.held_since_at = conversation.held + held, None
            self._tell(Resumed(call, _name(conversation.queue), conversation.agent, held))

    def pass_on(self, event: CallPassedOn, queue: Queue | None, wrap_up: timedelta, at: datetime) -> None:
        """End the part of the agent who passes a caller on, and begin the other one's, if that is an agent.

        The wrap-up is for the agent who talks last. So who passes a caller on has it until another agent talks.
        """
        running = self.running.get(event.call)
        if running is not None and running.agent == event.to:
            return
        if running is not None:
            self.end(event.call, at, wrap_up, wraps_up=event.to is None)
        if event.to is None:
            return
        before = self._floor.seat(event.by)
        if before is not None and before.wraps_up == event.call and event.by != event.to:
            self._floor.end_wrap_up(before, at)
        self._tell(TakenOver(event.call, event.queue, event.to, event.by))
        seat = self._floor.seat(event.to)
        if seat is not None:
            seat.calls += 1
            seat.misses.clear()
        handset = self._floor.handset(event.phone) if event.phone is not None else None
        self.begin(Conversation(event.call, seat, event.to, queue, handset, at), at)

    def line_dropped(self, call: CallId, at: datetime) -> None:
        """Note that the agent's phone is out of reach; the end of the conversation is told besides."""
        conversation = self.running.get(call)
        if conversation is not None and conversation.handset is not None:
            conversation.handset.dropped(at)
            self._floor.heed(conversation.handset, at)

    def end(self, call: CallId, at: datetime, wrap_up: timedelta, *, wraps_up: bool = True) -> None:
        """End a conversation, if it runs; the agent's wrap-up starts unless another one goes on."""
        self.resume(call, at)
        conversation = self.running.pop(call, None)
        if conversation is None:
            return
        seat = conversation.seat
        talked = max(at - conversation.since_at - conversation.held, NOTHING)
        self._tell(Finished(call, _name(conversation.queue), conversation.agent, talked, conversation.held))
        if seat is None:
            return
        del seat.talks[call]
        if not seat.talks and not seat.left:
            seat.idle_at = at
            seat.wrap_up, seat.wraps_up = wrap_up, call
            seat.wrap_until_at = at + wrap_up if wraps_up and wrap_up > NOTHING else None
        self._floor.release(seat, conversation.handset, at)


def _name(queue: Queue | None) -> QueueName | None:
    return queue.name if queue is not None else None
