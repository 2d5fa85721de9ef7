"""One simulated call on its way through the queues."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from telekit.acd.actions import Divert, DivertReason
from telekit.acd.events import CallArrived
from telekit.domain.destination import Destination, HangUp, ToNumber, ToQueue, ToScript, ToVoicemail
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.place import Place
from telekit.simulate.tally import Tally
from telekit.simulate.traffic import Caller


class End(StrEnum):
    """How a call ends, each in one way."""

    ANSWERED = "answered"
    GAVE_UP = "gave up"
    VOICEMAIL = "voicemail"
    OUTSIDE = "outside"
    """Sent to a number of the public network, whoever answers there."""
    SCRIPT = "script"
    """Sent to a call script of the administrator's, which may do anything."""
    PUT_DOWN = "hung up on"
    ELSEWHERE = "elsewhere"
    UNFINISHED = "unfinished"
    """Still waiting when the run ended."""


ENDS = {ToVoicemail: End.VOICEMAIL, ToNumber: End.OUTSIDE, ToScript: End.SCRIPT, HangUp: End.PUT_DOWN}


def end_at(destination: Destination) -> End:
    """Tell how a call ends that is sent where no queue is; one that is led in a circle is hung up on."""
    return End.PUT_DOWN if isinstance(destination, ToQueue) else ENDS.get(type(destination), End.ELSEWHERE)


@dataclass(slots=True)
class Trip:
    """A call that is not over."""

    call: CallId
    caller: Caller
    number: int
    """Counts the calls of a run: the same whatever the rules."""
    counts: bool
    entered_at: datetime
    """The queue that it is in, or has left last."""
    queue: QueueName
    slot: int
    """In which it entered that queue."""
    talks: bool = False
    agent: AgentName | None = None
    """With whom it talks."""
    stops: int = 0
    """Destinations that it was sent to."""
    priority: int = 0
    came_at: datetime | None = None
    """Since when its age counts in the line, where that is before it entered the queue."""
    places: dict[QueueName, Place] = field(default_factory=dict)
    """Those that it has had in queues that it left."""
    left_behind: Tally | None = None
    """Where its last visit to a queue was counted; None of a closed one."""

    def leave(self, divert: Divert) -> None:
        """Note the place that it had in the queue that sends it away."""
        if divert.reason not in (DivertReason.CLOSED, DivertReason.QUEUE_GONE):
            had = self.places.get(self.queue)
            exited = divert.waited if divert.reason is DivertReason.EXIT else had.exited if had else timedelta(0)
            self.places[self.queue] = Place(self.queue, self.entered_at, self.priority, self.came_at, exited)

    def enter(self, to: ToQueue, now: datetime) -> CallArrived:
        """Let it come to a queue as the rules say: at the place that it had there before, or as one that is new."""
        had, last = self.places.get(to.queue), self.places.get(self.queue)
        self.queue = to.queue
        if had is not None:
            had = replace(had, priority=max(had.priority, to.priority))
            self.priority, self.entered_at, self.came_at = had.priority, had.entered_at, had.came_at
            return CallArrived(self.call, to.queue, had.priority, had.entered_at, 0, had.came_at, had.exited)
        self.came_at = (last.came_at or last.entered_at) if to.keeps_age and last is not None else None
        self.entered_at, self.priority = now, to.priority
        return CallArrived(self.call, to.queue, to.priority, came_at=self.came_at)
