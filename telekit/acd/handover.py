"""What the switch shows of conversations that nobody here has begun: found alive, or passed on between agents."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Joined, WithdrawReason
from telekit.acd.conversations import Conversations
from telekit.acd.events import CallPassedOn, ConversationFound
from telekit.acd.floor import Floor
from telekit.acd.offers import Offers
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Conversation
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.queue import Queue

NOTHING = timedelta(0)


class Handover:
    """Believe the switch: these two talk, whatever was thought of either."""

    def __init__(
        self,
        tell: Callable[[Action], None],
        floor: Floor,
        room: Room,
        offers: Offers,
        conversations: Conversations,
        end: Callable[[CallId], None],
    ) -> None:
        """`end` ends a conversation, with the wrap-up that its queue gives."""
        self._tell = tell
        self._floor = floor
        self._room = room
        self._offers = offers
        self._conversations = conversations
        self._end = end

    def found(self, event: ConversationFound, queues: Mapping[QueueName, Queue], now: datetime) -> None:
        """Take in a conversation that is seen alive."""
        call = event.call
        running, waiting = self._conversations.running.get(call), self._room.calls.get(call)
        if running is not None:
            if running.agent == event.agent:
                return
            self._end(call)
        seat = self._seat(event.agent, now)
        queue = queues.get(event.queue) if event.queue is not None else None
        if waiting is not None:
            if seat is not None and seat.offer is not None and seat.offer.waiting is waiting:
                self._offers.answered(seat.offer.offer, now)
                return
            queue = waiting.hall.queue
            self._offers.take_back(waiting, WithdrawReason.ANSWERED, now)
            self._tell(Joined(waiting.next_offer(), call, queue.name, event.agent, waiting.waited(now), NOTHING))
            self._room.leave(waiting)
        self._spare(seat, now)
        since_at = min(event.since_at, now)
        conversation = Conversation(call, seat, event.agent, queue, None, since_at, event.held, event.held_since_at)
        self._conversations.begin(conversation, now)

    def passed_on(self, event: CallPassedOn, queues: Mapping[QueueName, Queue], now: datetime) -> None:
        """Take in that an agent has passed a caller on; one who waits for an agent is nobody's to pass on."""
        if event.call in self._room.calls:
            return
        self._seat(event.by, now)
        if event.to is not None:
            self._spare(self._seat(event.to, now), now)
        queue = queues.get(event.queue) if event.queue is not None else None
        self._conversations.pass_on(event, queue, queue.wrap_up if queue is not None else NOTHING, now)

    def _seat(self, agent: AgentName, now: datetime) -> Seat | None:
        seat = self._floor.seat(agent)
        if seat is not None:
            self._floor.advance(seat, now)
        return seat

    def _spare(self, seat: Seat | None, now: datetime) -> None:
        """Ring nobody who talks."""
        if seat is not None and seat.offer is not None:
            self._offers.withdraw(seat.offer, WithdrawReason.AGENT_GONE, now)
