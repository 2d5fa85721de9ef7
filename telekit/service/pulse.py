"""How late the event loop is: for so long every caller waits for what telekit does for one of them."""

import asyncio
from collections import deque

BEAT = 0.25
"""Seconds."""
REMEMBERED = 60.0
"""Seconds."""


class Pulse:
    """Measure by how much a timer rings too late."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=int(REMEMBERED / BEAT))
        self._timer: asyncio.TimerHandle | None = None

    @property
    def worst(self) -> float:
        """The longest delay of the last minute, in seconds."""
        return max(self._late, default=0.0)

    def start(self) -> None:
        """Measure from now on."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(BEAT, self._beat, loop, loop.time() + BEAT)

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self._late.append(max(0.0, loop.time() - due))
        self.start()
