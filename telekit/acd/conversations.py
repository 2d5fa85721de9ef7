"""The conversations that run, and what their end means for the agent."""

from collections.abc import Callable
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Finished
from telekit.acd.floor import Floor
from telekit.acd.handset import Handset
from telekit.acd.seat import Seat
from telekit.acd.waiting import Conversation
from telekit.domain.names import AgentName, CallId
from telekit.domain.queue import Queue


class Conversations:
    """All running conversations, by call."""

    def __init__(self, tell: Callable[[Action], None], floor: Floor) -> None:
        self._tell = tell
        self._floor = floor
        self.running: dict[CallId, Conversation] = {}

    def begin(
        self,
        call: CallId,
        seat: Seat | None,
        agent: AgentName,
        queue: Queue | None,
        handset: Handset | None,
        since_at: datetime,
        at: datetime | None = None,
    ) -> None:
        """Note that a caller and an agent talk; it ends the agent's wrap-up."""
        conversation = self.running[call] = Conversation(call, seat, agent, queue, handset, since_at)
        if seat is not None:
            seat.wrap_until_at = None
            seat.talks[call] = conversation
            self._floor.occupy(seat, handset, at or since_at)

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
            seat.wrap_until_at = at + wrap_up if wrap_up > timedelta(0) else None
        self._floor.release(seat, conversation.handset, at)
