"""The first moments after a start: callers who waited come back one by one, and nobody overtakes them meanwhile."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta

from telekit.acd.actions import Abandoned, Action, Divert, Offer, Queued
from telekit.acd.events import CallArrived, Event
from telekit.domain.names import CallId
from telekit.service.clock import Clock

BACK_WITHIN = timedelta(seconds=2.5)
"""How soon after a start a dialplan sends those who wait, unless it is known better; who waits in the fallback's queue
comes later."""
NEXT_WITHIN = timedelta(seconds=0.5)
"""How soon after one who waited is back the next is: a switch sends hundreds one after another, as fast as it can."""
MOST = timedelta(seconds=4)
"""For how long nobody is let in at most, whoever is still to come."""


class Gathering:
    """Let calls in together, in the order of the line, once those are back whom the switch has shown to wait."""

    def __init__(self, tell: Callable[[Event], None], clock: Clock, back_within: timedelta = BACK_WITHIN) -> None:
        self._tell = tell
        self._clock = clock
        self._back_within = back_within
        self._awaited: set[CallId] = set()
        self._here: dict[CallId, CallArrived] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._began_at = 0.0
        """By the loop's clock."""
        self._begun = False
        self._looks = False
        """It is still looked for whom to wait."""
        self._noted: set[CallId] = set()
        """Calls of which the journal tells that they wait before that is decided."""

    @property
    def is_on(self) -> bool:
        """Whether calls are kept here, for others are to be back first."""
        return self._timer is not None

    def begin(self, awaited: Collection[CallId]) -> None:
        """Wait for these, once."""
        if not self._begun:
            self._begun = True
            self._wait_for(awaited)

    def hold(self) -> None:
        """Keep whoever comes, until `also` tells for whom else to wait."""
        self._looks = True
        self._stop_timer()  # from now on they can be back
        self._set_timer(self._back_within)

    def also(self, awaited: Collection[CallId]) -> None:
        """Wait for these too: they came when it was known who waits, and before anybody was let in."""
        self._looks = False
        self._wait_for(set(awaited) - self._here.keys())

    def take(self, arrived: CallArrived) -> bool:
        """Keep a call until all are here; False when nobody is waited for."""
        if self._timer is None:
            return False
        self._here[arrived.call] = replace(arrived, entered_at=arrived.entered_at or self._clock())
        if arrived.call in self._awaited:
            self._awaited.discard(arrived.call)
            self._set_timer(NEXT_WITHIN)
        self._end_unless_awaited()
        return True

    def noted(self, arrived: CallArrived) -> CallArrived:
        """Take in that the journal is told at once that a call waits; give it with the moment of that."""
        self._noted.add(arrived.call)
        return replace(arrived, entered_at=arrived.entered_at or self._clock())

    def has_noted(self, action: Action) -> bool:
        """Say whether the journal was told so of a wait already, once for each."""
        if not isinstance(action, Queued | Offer | Divert | Abandoned) or action.call not in self._noted:
            return False
        self._noted.discard(action.call)
        return isinstance(action, Queued)

    def leave(self, call: CallId) -> None:
        """Wait no longer for a call; one that is kept here is told of first, so that its leaving can be told."""
        arrived = self._here.pop(call, None)
        if arrived is not None:
            self._tell(arrived)
        if call in self._awaited:
            self._awaited.discard(call)
            self._end_unless_awaited()

    def end(self) -> None:
        """Let in all who are here."""
        self._looks = False
        self._awaited.clear()
        self._stop_timer()
        here, self._here = self._here, {}
        now = self._clock()
        for arrived in sorted(here.values(), key=lambda each: (-each.priority, each.came_at or each.entered_at or now)):
            self._tell(arrived)

    def _wait_for(self, awaited: Collection[CallId]) -> None:
        self._awaited |= set(awaited)
        if self._awaited:
            self._set_timer(self._back_within)
        self._end_unless_awaited()

    def _set_timer(self, within: timedelta) -> None:
        """Let everybody in then, or later where that was to be already."""
        loop = asyncio.get_running_loop()
        end_at = loop.time() + within.total_seconds()
        if self._timer is None:
            self._began_at = loop.time()
        else:
            end_at = min(max(end_at, self._timer.when()), self._began_at + MOST.total_seconds())
        self._stop_timer()
        self._timer = loop.call_at(end_at, self.end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end_unless_awaited(self) -> None:
        if self._timer is not None and not self._awaited and not self._looks:
            self.end()
