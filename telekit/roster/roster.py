"""The roster: who is on shift at an instant, until when, and why not; the same for the opening hours of queues."""

from collections.abc import Callable, Container, Hashable, Iterator, Mapping
from datetime import date, datetime, time

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Span
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.roster.block import ALWAYS, FOREVER, OPENING_HOURS, Block
from telekit.roster.dated import AgentDays, Days, QueueDays
from telekit.roster.reason import ClosedReason, NoShift, OffReason, OutsideHours, OutsideShifts, PublicHoliday
from telekit.roster.timetable import DAY, Timetable
from telekit.roster.wall import first_at

MIDNIGHT = time(0)
AROUND_THE_CLOCK = Hours(frozenset(range(7)), Span(MIDNIGHT, MIDNIGHT))
NO_DAYS: frozenset[date] = frozenset()


class Roster:
    """Answer from one plan. Every name that the plan does not know raises KeyError; every instant is aware UTC.

    What never ends ends at `FOREVER`; what never comes is None. Public holidays are looked for 400 days ahead.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._agent_days = AgentDays(plan.agent_exceptions)
        self._queue_days = QueueDays(plan.queue_exceptions)
        self._patterns: dict[Hashable, Timetable] = {}
        self._agents = {name: self._agent_timetable(agent) for name, agent in plan.agents.items()}
        self._queues = {name: self._queue_timetable(queue) for name, queue in plan.queues.items()}

    def shift_at(self, agent: AgentName, at: datetime) -> Block | None:
        """Give the block that the agent works at this instant; of several, the one that began first."""
        return self._agents[agent].block_at(at)

    def on_until(self, agent: AgentName, at: datetime) -> datetime | None:
        """Give when the agent's work ends that runs at this instant, touching blocks taken as one; None: off shift."""
        return self._agents[agent].on_until(at)

    def next_start(self, agent: AgentName, after: datetime) -> datetime | None:
        """Give the first later instant at which the agent comes on shift."""
        return self._agents[agent].next_start(after)

    def next_change(self, agent: AgentName, after: datetime) -> datetime | None:
        """Give the first later instant at which the agent comes on shift or goes off."""
        return self._agents[agent].next_change(after)

    def blocks(self, agent: AgentName, start_at: datetime, end_at: datetime) -> Iterator[Block]:
        """Give the agent's blocks that touch [start, end), whole, in the order of their starts."""
        return self._agents[agent].blocks(start_at, end_at)

    def why_off(self, agent: AgentName, at: datetime) -> OffReason | None:
        """Give why the agent is off shift, told by the day in the agent's own zone; None when on shift."""
        timetable = self._agents[agent]
        if timetable.block_at(at) is not None:
            return None
        zone, day = timetable.zone, at.astimezone(timetable.zone).date()
        absence = self._agent_days.absences.get((agent, day))
        if absence is not None and not self._agent_days.slots[agent][day]:
            return absence
        midnight_at, next_midnight_at = (first_at(zone, date_, MIDNIGHT) for date_ in (day, day + DAY))
        blocks = list(timetable.blocks(midnight_at - DAY, next_midnight_at))
        ended = max((b for b in blocks if midnight_at <= b.end_at <= at), key=lambda b: b.end_at, default=None)
        starts = next((b for b in blocks if b.start_at > at), None)
        if ended is None and starts is None:
            who = self._plan.agents[agent]
            return NoShift(day, who.places.get("shifts", who.origin))
        return OutsideShifts(ended, starts, zone)

    def opening_at(self, queue: QueueName, at: datetime) -> Block | None:
        """Give the block for which the queue is open; None when closed.

        A queue without opening hours gives a block from the start of that day until it closes, `FOREVER` if never.
        """
        timetable = self._queues[queue]
        block = timetable.block_at(at)
        if block is None or block.label != ALWAYS:
            return block
        return Block(block.start_at, timetable.on_until(at) or FOREVER, ALWAYS, self._plan.queues[queue].origin)

    def open_until(self, queue: QueueName, at: datetime) -> datetime | None:
        """Give when the opening ends that runs at this instant, touching blocks taken as one; None: closed."""
        return self._queues[queue].on_until(at)

    def next_opening(self, queue: QueueName, after: datetime) -> datetime | None:
        """Give the first later instant at which the queue opens."""
        return self._queues[queue].next_start(after)

    def next_opening_change(self, queue: QueueName, after: datetime) -> datetime | None:
        """Give the first later instant at which the queue opens or closes."""
        return self._queues[queue].next_change(after)

    def why_closed(self, queue: QueueName, at: datetime) -> ClosedReason | None:
        """Give why the queue is closed; None when it is open."""
        timetable = self._queues[queue]
        if timetable.block_at(at) is not None:
            return None
        day, what = at.astimezone(timetable.zone).date(), self._plan.queues[queue]
        if closing := self._queue_days.closings.get((queue, day)):
            return closing
        if day not in self._queue_days.slots.get(queue, {}) and day in self._closed_days(what):
            holidays = self._plan.holidays
            name = holidays.get(day) if isinstance(holidays, Mapping) else None
            return PublicHoliday(str(name or ""), day, what.origin)
        return OutsideHours(timetable.next_start(at), timetable.zone, what.origin)

    def _agent_timetable(self, agent: Agent) -> Timetable:
        weekly = ((shift, hours) for shift in agent.shifts for hours in self._plan.shifts[shift].hours)
        dated = self._agent_days.slots.get(agent.name)
        return self._shared((agent.zone, agent.shifts), dated, lambda days: Timetable(agent.zone, weekly, days))

    def _queue_timetable(self, queue: Queue) -> Timetable:
        weekly = [(OPENING_HOURS, hours) for hours in queue.opening] or [(ALWAYS, AROUND_THE_CLOCK)]
        dated, zone, closed = self._queue_days.slots.get(queue.name), self._plan.zone, self._closed_days(queue)
        pattern = queue.opening, queue.open_on_holidays
        return self._shared(pattern, dated, lambda days: Timetable(zone, weekly, days, closed))

    def _shared(self, pattern: Hashable, dated: Days | None, make: Callable[[Days], Timetable]) -> Timetable:
        """Make a timetable of its own for whoever has dated days, else take the one of all who share the pattern."""
        if dated is not None:
            return make(dated)
        if pattern not in self._patterns:
            self._patterns[pattern] = make({})
        return self._patterns[pattern]

    def _closed_days(self, queue: Queue) -> Container[date]:
        return NO_DAYS if queue.open_on_holidays else self._plan.holidays
