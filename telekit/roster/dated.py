"""What the dated exceptions say, by agent or queue and by day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from telekit.domain.exception import AgentException, QueueException
from telekit.domain.names import AgentName, QueueName
from telekit.roster.block import EXCEPTION
from telekit.roster.reason import ClosedDay, DayOff, Replaced
from telekit.roster.timetable import Slot

Days = dict[date, tuple[Slot, ...]]
"""What holds on a day instead of the week's pattern; nothing in it means off or closed."""


class AgentDays:
    """Each agent's dated days: spans of several exceptions add up, `off` outweighs them, they outweigh a swap."""

    def __init__(self, exceptions: Iterable[AgentException]) -> None:
        self.slots: defaultdict[AgentName, Days] = defaultdict(dict)
        self.absences: dict[tuple[AgentName, date], DayOff | Replaced] = {}
        days_off: dict[tuple[AgentName, date], DayOff] = {}
        for exception in exceptions:
            agent, on, other = exception.agent, exception.on, exception.instead_of
            if exception.off is not None:
                days_off.setdefault((agent, on), DayOff(exception.off, on, exception.origin))
            slots = (Slot(exception.shift or EXCEPTION, span, exception.origin) for span in exception.spans)
            self.slots[agent][on] = (*self.slots[agent].get(on, ()), *slots)
            if other is not None:
                self.slots[other].setdefault(on, ())
                self.absences.setdefault((other, on), Replaced(agent, on, exception.origin))
        for agent, on in days_off:
            self.slots[agent][on] = ()
        self.absences |= days_off
        self.slots.default_factory = None


class QueueDays:
    """Each queue's dated days: spans of several exceptions add up, `closed` outweighs them."""

    def __init__(self, exceptions: Iterable[QueueException]) -> None:
        self.slots: defaultdict[QueueName, Days] = defaultdict(dict)
        self.closings: dict[tuple[QueueName, date], ClosedDay] = {}
        for exception in exceptions:
            queue, on = exception.queue, exception.on
            if exception.closed is not None:
                self.closings.setdefault((queue, on), ClosedDay(exception.closed, on, exception.origin))
            slots = (Slot(EXCEPTION, span, exception.origin) for span in exception.spans)
            self.slots[queue][on] = (*self.slots[queue].get(on, ()), *slots)
        for queue, on in self.closings:
            self.slots[queue][on] = ()
        self.slots.default_factory = None
