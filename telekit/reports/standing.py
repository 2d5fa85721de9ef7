"""At which place of its queue a call stands, among those of whose coming rows tell."""

from bisect import bisect_left

from telekit.domain.names import QueueName

Place = tuple[int, float, int]
"""Less priority, since when it waits, and a counter: the smallest is first."""


class Standing:
    """The lines of all queues; places count from 1, as app_queue counts them."""

    def __init__(self) -> None:
        self._lines: dict[QueueName, list[Place]] = {}
        self._count = 0

    def join(self, queue: QueueName, priority: int, since: float) -> Place:
        """Let a call stand; `since` is in seconds since 1970."""
        place = (-priority, since, self._count + 1)
        self.take(queue, place)
        return place

    def take(self, queue: QueueName, place: Place) -> None:
        """Let a call stand at a place that it had; harmless when it does."""
        self._count = max(self._count, place[2])
        line = self._lines.setdefault(queue, [])
        index = bisect_left(line, place)
        if line[index : index + 1] != [place]:
            line.insert(index, place)

    def position(self, queue: QueueName, place: Place) -> int:
        """Count the calls up to this place."""
        return bisect_left(self._lines.get(queue, []), place) + 1

    def leave(self, queue: QueueName, place: Place) -> None:
        """Let a call stand no more; harmless when it does not."""
        line = self._lines.get(queue, [])
        index = bisect_left(line, place)
        if line[index : index + 1] == [place]:
            del line[index]
        if not line:
            self._lines.pop(queue, None)
