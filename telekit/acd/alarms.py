"""When somebody or some call is to be looked at again."""

from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")


class Alarms(Generic[T]):
    """Moments at which to look at something; looking too often does no harm, so no alarm is ever taken back."""

    __slots__ = ("_heap", "_rung")

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, int, T]] = []
        self._rung = 0

    def set(self, at: datetime, what: T, urgency: int = 0) -> None:
        """Ask for a look at this moment; of one moment the lower urgency comes first, then the earlier asked."""
        self._rung += 1
        heappush(self._heap, (at, urgency, self._rung, what))

    def next_at(self) -> datetime | None:
        """Give the earliest moment asked for."""
        return self._heap[0][0] if self._heap else None

    def is_due(self, now: datetime) -> bool:
        """Say whether a look is due."""
        return bool(self._heap) and self._heap[0][0] <= now

    def pop_due(self, now: datetime) -> tuple[datetime, T] | None:
        """Take the earliest alarm that is due, if one is."""
        if not self._heap or self._heap[0][0] > now:
            return None
        at, _, _, what = heappop(self._heap)
        return at, what

    def clear(self) -> None:
        """Forget all."""
        self._heap.clear()
