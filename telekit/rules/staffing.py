"""Who works when, in the minutes of a week in the zone of the rules: without dates, as the shifts repeat."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from telekit.acd.crowd import NOBODY, Crowd, gather
from telekit.acd.pool import Pools
from telekit.domain.hours import Hours
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step
from telekit.rules.week import WHOLE_WEEK, minutes_of, moved

SEASONS = 12
"""Moments of the year ahead at which the zones' distances are looked at, a month apart: clocks change on few days."""
MONTH = timedelta(days=365) / SEASONS


class Staffing:
    """The shifts of all agents of a plan, for questions about many requirements."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self._plan = plan
        self._names = tuple(plan.agents)
        self._pools = Pools(tuple(plan.agents.values()))
        self._moments = [now + MONTH * month for month in range(SEASONS)]
        self._turns = self._all_turns()
        dated = {one.agent for one in plan.agent_exceptions if one.spans}
        self._dated = gather(number for number, name in enumerate(self._names) if name in dated)
        """Who also works on single days, at hours of their own."""

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
        dated = any(one.queue == queue.name and one.spans for one in self._plan.queue_exceptions)
        is_open = WHOLE_WEEK if dated else self._opening(queue)
        return any(
            crowd & workers and any(_at_distance(worked, by) & is_open for by in distances)
            for workers, worked, _, distances in self._turns
        )

    def is_always_there(self, crowd: Crowd) -> bool:
        """Say whether one of these agents is on shift at every minute, for some season of the year at least."""
        for season in range(SEASONS):
            covered = 0
            for workers, _, certain, distances in self._turns:
                if crowd & workers:
                    covered |= _at_distance(certain, distances[season])
            if covered == WHOLE_WEEK:
                return True
        return False

    def names(self, crowd: Crowd) -> list[AgentName]:
        """Give the names of a crowd, in the order of the rules."""
        return [name for number, name in enumerate(self._names) if crowd >> number & 1]

    def _opening(self, queue: Queue) -> int:
        return _minutes(queue.opening, every_week=False) if queue.opening else WHOLE_WEEK

    def _all_turns(self) -> list[tuple[Crowd, int, int, list[int]]]:
        """Give for each shift in each zone who works it, at which minutes, at which certainly, how far the zone is."""
        workers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        zones = {agent.zone.key: agent.zone for agent in self._plan.agents.values()}
        for number, agent in enumerate(self._plan.agents.values()):
            for shift in agent.shifts:
                workers[shift, agent.zone.key].append(number)
        far = {key: [self._distance(zone, moment) for moment in self._moments] for key, zone in zones.items()}
        hours = {shift.name: shift.hours for shift in self._plan.shifts.values()}
        return [
            (gather(numbers), _minutes(worked, every_week=False), _minutes(worked, every_week=True), far[key])
            for (shift, key), numbers in workers.items()
            for worked in [next(each for name, each in hours.items() if name == shift)]
        ]

    def _distance(self, zone: tzinfo, moment: datetime) -> int:
        """Give by how many minutes the clocks of the rules are ahead of an agent's."""
        here, there = moment.astimezone(self._plan.zone).utcoffset(), moment.astimezone(zone).utcoffset()
        return round(((here or timedelta(0)) - (there or timedelta(0))) / timedelta(minutes=1))


def _minutes(all_hours: Sequence[Hours], *, every_week: bool) -> int:
    minutes = 0
    for hours in all_hours:
        minutes |= minutes_of(hours, every_week=every_week)
    return minutes


def _at_distance(minutes: int, by: int) -> int:
    return moved(minutes, by) if by else minutes
