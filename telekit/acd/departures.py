"""Calls that leave the line without an agent: nobody there could ever take them, or too many wait before them."""

from collections.abc import Callable
from datetime import datetime

from telekit.acd.actions import Action, Divert, DivertReason, InviteReason
from telekit.acd.callbacks import Callbacks, Prospects
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall
from telekit.acd.room import Room
from telekit.acd.waiting import Waiting
from telekit.domain.destination import ToCallback, Treatment


class Departures:
    """Sends calls on; a callback, whose caller is not on the line, is let go or waits on."""

    def __init__(self, tell: Callable[[Action], None], floor: Floor, room: Room, callbacks: Callbacks) -> None:
        self._tell = tell
        self._floor = floor
        self._room = room
        self._callbacks = callbacks

    def divert(
        self, waiting: Waiting, treatment: Treatment, reason: DivertReason, at: datetime, detail: str = ""
    ) -> None:
        """Tell where a call goes that waits no more."""
        self._tell(Divert(waiting.call, waiting.hall.queue.name, treatment, reason, waiting.waited(at), detail))

    def spare(self, most: int, now: datetime) -> None:
        """Send away the calls that nobody there could ever take, of so many queues in which there may be some."""
        for hall in list(self._room.doubtful)[:most]:
            del self._room.doubtful[hall]
            self._spare(hall, now)

    def turn_away(self, now: datetime) -> None:
        """Send on those before whom too many wait as they come."""
        for waiting, go, detail in self._room.turn_away(self._floor.on_duty):
            if isinstance(go, ToCallback):
                self._callbacks.invite(waiting, InviteReason.OVERFLOW, now, detail)
            else:
                self.divert(waiting, Treatment((), go), DivertReason.OVERFLOW, now, detail)

    def _spare(self, hall: Hall, now: datetime) -> None:
        duty = self._floor.on_duty(hall.queue.last_offer)
        step = hall.hopeless_from(duty)
        if step is None:
            return
        known: Prospects = {}
        for waiting in [w for w in hall.calls.values() if w.step >= step and w.offer is None and w.held_for is None]:
            if waiting.callback is not None:
                self._callbacks.spare(waiting, now, known)
                continue
            if self._callbacks.asks(waiting, now, known):
                continue
            self._room.leave(waiting)
            self.divert(waiting, hall.queue.no_agent, DivertReason.NO_AGENT, now)
