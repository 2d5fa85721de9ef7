"""How long things usually took, for what a recording cannot tell: another agent's pick-up, a talk that never was."""

from collections import defaultdict
from datetime import timedelta
from typing import Generic, TypeVar

from telekit.domain.names import AgentName, QueueName
from telekit.replay.recording import Recording

K = TypeVar("K")

PICK_UP = timedelta(seconds=5)
TALK = timedelta(minutes=3)
"""Where nobody answered anything."""


class Usual:
    """Means: of an agent, of a queue, else of all."""

    def __init__(self, recording: Recording) -> None:
        pick_ups, talks = _Means[AgentName](PICK_UP), _Means[QueueName](TALK)
        for call in recording.calls.values():
            for visit in call.visits:
                for offer in visit.offers.values():
                    if offer.joined:
                        pick_ups.add(offer.agent, offer.rang)
                if visit.talk is not None and visit.talk.lasted is not None:
                    talks.add(visit.event.queue, visit.talk.lasted)
        self.pick_up = pick_ups.of
        self.talk = talks.of


class _Means(Generic[K]):
    def __init__(self, otherwise: timedelta) -> None:
        self._otherwise = otherwise
        self._sums: defaultdict[K | None, timedelta] = defaultdict(timedelta)
        self._counts: defaultdict[K | None, int] = defaultdict(int)

    def add(self, key: K, span: timedelta) -> None:
        for each in (key, None):
            self._sums[each] += span
            self._counts[each] += 1

    def of(self, key: K) -> timedelta:
        """Give the mean of one; that of all where it has none, rounded to a thousandth of a second."""
        found = key if self._counts.get(key) else None
        if not self._counts.get(found):
            return self._otherwise
        return timedelta(milliseconds=round(self._sums[found] / self._counts[found] / timedelta(milliseconds=1)))
