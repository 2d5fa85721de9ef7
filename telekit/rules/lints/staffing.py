"""Who works when, in the minutes of a week in the zone of the rules: without dates, as the shifts repeat."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import reduce
from operator import or_

from telekit.acd.crowd import NOBODY, Crowd, gather, only
from telekit.acd.pool import Pools
from telekit.domain.hours import Hours
from telekit.domain.names import AgentName, ShiftName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step
from telekit.rules.week import WHOLE_WEEK, minutes_of, moved

SEASONS = 12
"""Moments of the year ahead at which the zones' distances are looked at, a month apart: clocks change on few days."""
MONTH = timedelta(days=365) / SEASONS


@dataclass(frozen=True, slots=True)
class _Turn:
    """One shift in one zone."""

    workers: Crowd
    ever: int
    """The minutes at which it may run, in some week of some season."""
    certain: tuple[int, ...]
    """The minutes at which it runs in every week, for each season that differs from the others."""


class Staffing:
    """The shifts of all agents of a plan, for questions about many requirements."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self._plan = plan
        self._names = tuple(plan.agents)
        self._pools = Pools(tuple(plan.agents.values()))
        self._turns = _turns(plan, [now + MONTH * month for month in range(SEASONS)])
        dated = {one.agent for one in plan.agent_exceptions if one.spans}
        self._dated = gather(number for number, name in enumerate(self._names) if name in dated)
        """Who also works on single days, at hours of their own."""
        self._opened = {one.queue for one in plan.queue_exceptions if one.spans}
        self._always: dict[tuple[int, ...], bool] = {}

    def able(self, steps: Iterable[Step]) -> Crowd:
        """Give the agents who have the skills for one of these steps, whenever they work."""
        crowd = NOBODY
        for step in steps:
            crowd |= self._pools.pool(step.requirement).able
        return crowd

    def is_ever_there(self, crowd: Crowd, queue: Queue) -> bool:
        """Say whether one of these agents may ever be on shift while a queue is open."""
        if crowd & self._dated:
            return True
        is_open = self.open_minutes(queue)
        return any(crowd & turn.workers and turn.ever & is_open for turn in self._turns)

    def minutes_ever(self, crowd: Crowd) -> int:
        """Give the minutes of the week, in the zone of the rules, at which one of these agents may be on shift."""
        minutes = 0
        for turn in self._turns:
            if crowd & turn.workers:
                minutes |= turn.ever
        return minutes

    def employed(self, open_minutes: int, crowd: Crowd) -> Crowd:
        """Give those of these agents who may be on shift in some of these minutes of the week, or on a single day."""
        there = crowd & self._dated
        for turn in self._turns:
            if crowd & turn.workers and turn.ever & open_minutes:
                there |= crowd & turn.workers
        return there

    def open_minutes(self, queue: Queue) -> int:
        """Give the minutes of the week at which a queue may be open; all where a single day opens it."""
        if not queue.opening or queue.name in self._opened:
            return WHOLE_WEEK
        return _minutes(queue.opening, every_week=False)

    def surely_open(self, queue: Queue) -> int:
        """Give the minutes at which a queue is open in every week, as long as no single day is different."""
        return _minutes(queue.opening, every_week=True) if queue.opening else WHOLE_WEEK

    def is_able(self, number: int) -> bool:
        """Say whether an agent, told by number, has the skills for some step of some queue."""
        return any(self.able(queue.steps) & only(number) for queue in self._plan.queues.values())

    def is_always_there(self, crowd: Crowd) -> bool:
        """Say whether one of these agents is on shift at every minute, for some season of the year at least."""
        worked = tuple(number for number, turn in enumerate(self._turns) if crowd & turn.workers)
        if worked not in self._always:
            seasons = zip(*(self._turns[number].certain for number in worked), strict=True)
            self._always[worked] = any(reduce(or_, season) == WHOLE_WEEK for season in seasons)
        return self._always[worked]

    def names(self, crowd: Crowd) -> list[AgentName]:
        """Give the names of a crowd, in the order of the rules."""
        return [name for number, name in enumerate(self._names) if crowd >> number & 1]


def _turns(plan: Plan, moments: Sequence[datetime]) -> list[_Turn]:
    """Give every shift in every zone in which somebody works it."""
    workers: defaultdict[tuple[ShiftName, str], list[int]] = defaultdict(list)
    zones = {agent.zone.key: agent.zone for agent in plan.agents.values()}
    for number, agent in enumerate(plan.agents.values()):
        for shift in agent.shifts:
            workers[shift, agent.zone.key].append(number)
    seasons = dict.fromkeys(tuple(_distance(plan.zone, zone, moment) for zone in zones.values()) for moment in moments)
    far = {key: [season[number] for season in seasons] for number, key in enumerate(zones)}
    turns = []
    for (shift, key), numbers in workers.items():
        some = _minutes(plan.shifts[shift].hours, every_week=False)
        certain = _minutes(plan.shifts[shift].hours, every_week=True)
        ever = reduce(or_, (moved(some, by) for by in far[key]))
        turns.append(_Turn(gather(numbers), ever, tuple(moved(certain, by) for by in far[key])))
    return turns


def _distance(here: tzinfo, there: tzinfo, moment: datetime) -> int:
    """Give by how many minutes the clocks of one zone are ahead of another's."""
    ahead, behind = (moment.astimezone(zone).utcoffset() or timedelta(0) for zone in (here, there))
    return round((ahead - behind) / timedelta(minutes=1))


def _minutes(all_hours: Sequence[Hours], *, every_week: bool) -> int:
    minutes = 0
    for hours in all_hours:
        minutes |= minutes_of(hours, every_week=every_week)
    return minutes
