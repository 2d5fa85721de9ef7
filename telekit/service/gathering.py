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


class Gathering:
    """Let calls in together, in the order of the line, once those are back whom the switch has shown to wait."""

    def __init__(self, tell: Callable[[Event], None], clock: Clock, back_within: timedelta = BACK_WITHIN) -> None:
        self._tell = tell
        self._clock = clock
        self._back_within = back_within
        self._awaited: set[CallId] = set()
        self._here: dict[CallId, CallArrived] = {}
        self._timer: asyncio.TimerHandle | None = None
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
        self._set_timer()

    def also(self, awaited: Collection[CallId]) -> None:
        """Wait for these too: they came when it was known who waits, and before anybody was let in."""
        self._looks = False
        self._wait_for(set(awaited) - self._here.keys())

    def take(self, arrived: CallArrived) -> bool:
        """Keep a call until all are here; False when nobody is waited for."""
        if self._timer is None:
            return False
        self._here[arrived.call] = replace(arrived, entered_at=arrived.entered_at or self._clock())
        self._awaited.discard(arrived.call)
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
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        here, self._here = self._here, {}
        now = self._clock()
        for arrived in sorted(here.values(), key=lambda each: (-each.priority, each.came_at or each.entered_at or now)):
            self._tell(arrived)

    def _wait_for(self, awaited: Collection[CallId]) -> None:
        self._awaited |= set(awaited)
        if self._awaited:
            self._set_timer()
        self._end_unless_awaited()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._back_within.total_seconds(), self.end)

    def _end_unless_awaited(self) -> None:
        if self._timer is not None and not self._awaited and not self._looks:
            self.end()
