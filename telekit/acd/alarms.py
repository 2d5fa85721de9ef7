"""When somebody or some call is to be looked at again."""

from datetime import datetime
from heapq import heappop, heappush
from typing import Generic, Protocol, TypeVar


class Watched(Protocol):
    """What an alarm can be set for."""

    left: bool
    """It is over, and needs no look any more."""


T = TypeVar("T", bound=Watched)


class Alarms(Generic[T]):
    """Moments at which to look at something; looking too often does no harm, so no alarm is ever taken back.

    An alarm for what is over by then is spent: it wakes nobody.
    """

    __slots__ = ("_heap", "_rung")

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, int, T]] = []
        self._rung = 0

    def set(self, at: datetime, what: T, urgency: int = 0) -> None:
        """Ask for a look at this moment; of one moment the lower urgency comes first, then the earlier asked."""
        self._rung += 1
        heappush(self._heap, (at, urgency, self._rung, what))

    def next_at(self) -> datetime | None:
        """Give the earliest moment asked for, of what is not over."""
        heap = self._heap
        while heap:
            at, _, _, what = heap[0]
            if not what.left:
                return at
            heappop(heap)
        return None

    def is_due(self, now: datetime) -> bool:
        """Say whether a look is due."""
        at = self.next_at()
        return at is not None and at <= now

    def pop_due(self, now: datetime) -> tuple[datetime, T] | None:
        """Take the earliest alarm that is due, if one is."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            at, _, _, what = heappop(heap)
            if not what.left:
                return at, what
        return None

    def clear(self) -> None:
        """Forget all."""
        self._heap.clear()
