"""What came of one run."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from telekit.domain.names import QueueName
from telekit.simulate.slots import Slots
from telekit.simulate.tally import Tally, as_calls, together
from telekit.simulate.timesheet import Timesheet
from telekit.simulate.trip import End


@dataclass(slots=True)
class Result:
    """Counted by queue and slot: a call in the slot in which it entered the queue."""

    slots: Slots
    within: timedelta
    tallies: dict[QueueName, dict[int, Tally]] = field(default_factory=dict)
    timesheet: Timesheet = field(init=False)
    ends: Counter[End] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.timesheet = Timesheet(self.slots)

    def tally(self, queue: QueueName, slot: int) -> Tally:
        """Give what to count with."""
        by_slot = self.tallies.setdefault(queue, {})
        tally = by_slot.get(slot)
        if tally is None:
            tally = by_slot[slot] = Tally()
        return tally

    def queue(self, queue: QueueName, slot: int | None = None) -> Tally:
        """Add up what one queue counted, in one slot or in all."""
        by_slot: Mapping[int, Tally] = self.tallies.get(queue, {})
        return together(by_slot.values() if slot is None else filter(None, [by_slot.get(slot)]))

    def queues(self, queues: Iterable[QueueName], slot: int | None = None) -> Tally:
        """Add up what several queues counted."""
        return together(self.queue(queue, slot) for queue in queues)

    def all_calls(self, slot: int | None = None) -> Tally:
        """Count calls, whichever queues they went through."""
        return as_calls(self.queues(self.tallies, slot))
