"""The conversations that run, and what their end means for the agent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Finished
from telekit.acd.floor import Floor
from telekit.acd.waiting import Conversation
from telekit.domain.names import CallId


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

    def end(self, call: CallId, at: datetime, wrap_up: timedelta) -> None:
        """End a conversation, if it runs; the agent's wrap-up starts unless another one goes on."""
        conversation = self.running.pop(call, None)
        if conversation is None:
            return
        seat, queue = conversation.seat, conversation.queue
        talked = max(at - conversation.since_at, timedelta(0))
        self._tell(Finished(call, queue.name if queue else None, conversation.agent, talked))
        if seat is None:
            return
        del seat.talks[call]
        if not seat.talks and not seat.left:
            seat.idle_at = at
            seat.wrap_up = wrap_up
            seat.wrap_until_at = at + wrap_up if wrap_up > timedelta(0) else None
        self._floor.release(seat, conversation.handset, at)
