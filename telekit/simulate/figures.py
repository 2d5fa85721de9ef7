"""What runs say together: each figure of each queue, each skill and all, with how far chance may have moved it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan
from telekit.simulate.likely import Likely, likely
from telekit.simulate.result import Result
from telekit.simulate.tally import Tally, as_calls
from telekit.simulate.timesheet import Hours


class Unit(StrEnum):
    """What a figure is told in."""

    NUMBER = "number"
    SHARE = "share"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing to know of some calls and agents; None where there were none."""

    name: str
    unit: Unit
    of: Callable[[Tally, Hours], float | None]
    better: int = 0
    """1: the more the better; -1: the less; 0: neither."""


def _of_calls(count: Callable[[Tally], int]) -> Callable[[Tally, Hours], float | None]:
    return lambda tally, _: count(tally) / tally.came if tally.came else None


def _speed(tally: Tally, _: Hours) -> float | None:
    return tally.waited.total_seconds() / tally.answered if tally.answered else None


CALLS = Figure("calls", Unit.NUMBER, lambda tally, _: float(tally.came))
SERVICE_LEVEL = Figure("service level", Unit.SHARE, _of_calls(lambda tally: tally.in_time), 1)
SPEED_OF_ANSWER = Figure("ASA", Unit.SECONDS, _speed, -1)
LONGEST = Figure("longest wait", Unit.SECONDS, lambda t, _: t.longest.total_seconds() if t.came else None, -1)
GAVE_UP = Figure("gave up", Unit.SHARE, _of_calls(lambda tally: tally.gave_up), -1)
SENT_ON = Figure("sent on", Unit.SHARE, _of_calls(lambda tally: tally.diverted))
OCCUPANCY = Figure("occupancy", Unit.SHARE, lambda _, hours: hours.occupancy)
FIGURES = (CALLS, SERVICE_LEVEL, SPEED_OF_ANSWER, LONGEST, GAVE_UP, SENT_ON, OCCUPANCY)


class Kind(StrEnum):
    """Of what a group is."""

    ALL = "all"
    QUEUE = "queue"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class Group:
    """Some calls, and the agents who could take them."""

    kind: Kind
    name: str
    queues: tuple[QueueName, ...]
    agents: tuple[AgentName, ...]


def groups_of(plan: Plan, queues: Sequence[QueueName]) -> tuple[Group, ...]:
    """Give all calls, each queue, and each skill that a queue asks for at first.

    A queue's agents are those whom one of its steps reaches, a skill's are those who have it.
    """
    everybody = tuple(plan.agents)
    groups = [Group(Kind.ALL, "all", tuple(queues), everybody)]
    for name in queues:
        steps = plan.queues[name].steps
        able = (a.name for a in plan.agents.values() if any(s.requirement.met_by(a.skills) for s in steps))
        groups.append(Group(Kind.QUEUE, name, (name,), tuple(able)))
    asked = {name: {skill for skill, _ in plan.queues[name].steps[0].requirement.least} for name in queues}
    for skill in sorted({skill for skills in asked.values() for skill in skills}):
        having = tuple(agent.name for agent in plan.agents.values() if skill in agent.skills)
        groups.append(Group(Kind.SKILL, skill, tuple(name for name in queues if skill in asked[name]), having))
    return tuple(groups)


class Figures:
    """The figures of several runs of one rule set."""

    def __init__(self, plan: Plan, results: Sequence[Result]) -> None:
        self.results = results
        self.slots = results[0].slots
        self.groups = groups_of(plan, [name for name in plan.queues if any(name in r.tallies for r in results)])
        self._counted: dict[tuple[Group, int | None], list[tuple[Tally, Hours]]] = {}

    def values(self, figure: Figure, group: Group, slot: int | None = None) -> list[float | None]:
        """Give a figure run by run, in one slot or in all; None for a run that does not say."""
        return [figure.of(tally, hours) for tally, hours in self._of(group, slot)]

    def likely(self, figure: Figure, group: Group, slot: int | None = None) -> Likely | None:
        """Give what the runs say together; None when none does."""
        found = [value for value in self.values(figure, group, slot) if value is not None]
        return likely(found) if found else None

    def rows(self) -> Iterator[tuple[Group, Mapping[str, Likely | None]]]:
        """Give each group with all its figures."""
        for group in self.groups:
            yield group, {figure.name: self.likely(figure, group) for figure in FIGURES}

    def _of(self, group: Group, slot: int | None) -> list[tuple[Tally, Hours]]:
        key = (group, slot)
        if key not in self._counted:
            self._counted[key] = [
                (_tally(result, group, slot), result.timesheet.of(group.agents, slot)) for result in self.results
            ]
        return self._counted[key]


def _tally(result: Result, group: Group, slot: int | None) -> Tally:
    tally = result.queues(group.queues, slot)
    return as_calls(tally) if group.kind is Kind.ALL else tally
