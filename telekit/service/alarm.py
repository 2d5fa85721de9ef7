"""The alarm: it rings when the distributor wants to be woken."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from telekit.service.clock import Clock

LONGEST_SLEEP = 5.0
"""Seconds; so a wall clock that was stepped is noticed soon."""


class Alarm:
    """Ring at a moment; a clock that was stepped only makes it ring too early or late."""

    def __init__(self, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self._at: datetime | None = None

    def set(self, at: datetime | None) -> None:
        """Ring then, and no longer at the moment of before; None: not at all."""
        if self._timer is not None:
            if at == self._at:
                return  # nearly always: what happened brought no other moment nearer
            self.stop()
        if at is not None:
            self._at = at
            delay = max(0.0, (at - self._clock()).total_seconds())
            self._timer = asyncio.get_running_loop().call_later(min(delay, LONGEST_SLEEP), self._wake)

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self) -> None:
        self._timer = None
        self._ring()
