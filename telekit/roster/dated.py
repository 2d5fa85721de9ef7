"""What the dated exceptions say, by agent or queue and by day."""

from collections.abc import Iterable
from datetime import date

from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Span
from telekit.domain.names import AgentName, QueueName
from telekit.domain.origin import Origin
from telekit.roster.block import EXCEPTION
from telekit.roster.reason import ClosedDay, DayOff, Replaced
from telekit.roster.timetable import Slot

Days = dict[date, tuple[Slot, ...]]
"""What holds on a day instead of the week's pattern; nothing in it means off or closed."""


class AgentDays:
    """Each agent's dated days: spans of several exceptions add up, `off` outweighs them, they outweigh a swap."""

    def __init__(self, exceptions: Iterable[AgentException]) -> None:
        self.slots: dict[AgentName, Days] = {}
        self.absences: dict[tuple[AgentName, date], DayOff | Replaced] = {}
        days_off: dict[tuple[AgentName, date], DayOff] = {}
        for exception in exceptions:
            agent, on, other = exception.agent, exception.on, exception.instead_of
            if exception.off is not None:
                days_off.setdefault((agent, on), DayOff(exception.off, on, exception.origin))
            _add(self.slots.setdefault(agent, {}), on, exception.spans, exception.shift or EXCEPTION, exception.origin)
            if other is not None:
                self.slots.setdefault(other, {}).setdefault(on, ())
                self.absences.setdefault((other, on), Replaced(agent, on, exception.origin))
        for agent, on in days_off:
            self.slots[agent][on] = ()
        self.absences |= days_off


class QueueDays:
    """Each queue's dated days: spans of several exceptions add up, `closed` outweighs them."""

    def __init__(self, exceptions: Iterable[QueueException]) -> None:
        self.slots: dict[QueueName, Days] = {}
        self.closings: dict[tuple[QueueName, date], ClosedDay] = {}
        for exception in exceptions:
            queue, on = exception.queue, exception.on
            if exception.closed is not None:
                self.closings.setdefault((queue, on), ClosedDay(exception.closed, on, exception.origin))
            _add(self.slots.setdefault(queue, {}), on, exception.spans, EXCEPTION, exception.origin)
        for queue, on in self.closings:
            self.slots[queue][on] = ()


def _add(days: Days, on: date, spans: Iterable[Span], label: str, origin: Origin) -> None:
    days[on] = (*days.get(on, ()), *(Slot(label, span, origin) for span in spans))
