"""What is to be done, in the order of time."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush

from telekit.replay.recording import Moment

Step = Callable[[], None]

LAST = 1 << 62
"""Comes after all that was written down for the same instant."""


class Timeline:
    """Steps, each with its moment."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, int, int, Step]] = []
        self._serial = 0

    def at(self, moment: Moment, step: Step) -> None:
        """Do something then; of one moment, what was asked for first comes first."""
        self._serial += 1
        heappush(self._due, (moment.at, moment.order, self._serial, step))

    def next_at(self) -> datetime | None:
        """Tell when the next is due."""
        return self._due[0][0] if self._due else None

    def do_next(self) -> None:
        """Take the next, and do it."""
        heappop(self._due)[3]()
