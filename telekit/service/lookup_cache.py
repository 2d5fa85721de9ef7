"""Answers that still hold, so that a service is not asked the same thing again and again."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_KEPT = 10_000


class LookupCache(Generic[T]):
    """Keep answers for a while each, and so many at most; the one kept longest goes first."""

    def __init__(self, clock: Callable[[], float], most: int = MOST_KEPT) -> None:
        self._clock = clock
        self._most = most
        self._kept: dict[Hashable, tuple[float, T]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, question: Hashable) -> T | None:
        """Give an answer that still holds."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        if self._clock() >= kept[0]:
            del self._kept[question]
            return None
        return kept[1]

    def keep(self, question: Hashable, answer: T, seconds: float) -> None:
        """Keep an answer for so long."""
        if seconds <= 0:
            return
        self._kept.pop(question, None)
        self._kept[question] = (self._clock() + seconds, answer)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
