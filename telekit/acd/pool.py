"""The agents who meet one requirement, and the calls in line for them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from telekit.acd.crowd import NOBODY, Crowd, gather, numbers_in
from telekit.acd.line import Line, line_among
from telekit.acd.ranking import Ranking
from telekit.domain.agent import Agent
from telekit.domain.names import SkillName
from telekit.domain.skill import Requirement

if TYPE_CHECKING:
    from telekit.acd.hall import Hall


class Pool:
    """Everybody in the plan who meets one requirement, whatever they are doing."""

    __slots__ = ("_agents", "_most_skilled", "able", "awaited", "halls", "lines", "requirement")

    def __init__(self, requirement: Requirement, able: Crowd, agents: Sequence[Agent]) -> None:
        self.requirement = requirement
        self.able = able
        self.lines: list[Line] = []
        self.halls: list[Hall] = []
        """Whose calls may sooner or later be offered to these agents."""
        self.awaited = 0
        """How many calls these halls hold."""
        self._agents = agents
        self._most_skilled: Ranking | None = None

    def line(self, ages: timedelta | None, last_offer: timedelta) -> Line:
        """Give the line for calls on these terms."""
        return line_among(self.lines, ages, last_offer)

    def most_skilled(self) -> Ranking:
        """Give these agents ranked by the sum of their proficiencies in the required skills, highest first."""
        if self._most_skilled is None:
            proficiency_of = self.requirement.proficiency_of
            ranks = {number: -proficiency_of(self._agents[number].skills) for number in numbers_in(self.able)}
            self._most_skilled = Ranking.of(ranks)
        return self._most_skilled


class Pools:
    """Every pool that a plan needs, one for each distinct requirement."""

    def __init__(self, agents: Sequence[Agent]) -> None:
        self._agents = agents
        self._pools: dict[Requirement, Pool] = {}
        self._levels = _levels(agents)
        self._for_all: list[Pool] = []
        self._by_skill: defaultdict[SkillName, list[tuple[int, Pool]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._pools)

    def pool(self, requirement: Requirement) -> Pool:
        """Give the pool for a requirement."""
        pool = self._pools.get(requirement)
        if pool is None:
            pool = self._pools[requirement] = Pool(requirement, self._able(requirement), self._agents)
            if requirement.least:
                skill, least = min(requirement.least, key=lambda each: self._count(each[0]))
                self._by_skill[skill].append((least, pool))
            else:
                self._for_all.append(pool)
        return pool

    def part(self) -> None:
        """Part pools and halls, which know each other: a plan that no longer holds then goes at once, and by itself."""
        for pool in self._pools.values():
            pool.halls.clear()

    def of(self, agent: Agent) -> tuple[Pool, ...]:
        """Give the pools that an agent is in."""
        found = list(self._for_all)
        for skill, proficiency in agent.skills.items():
            for least, pool in self._by_skill.get(skill, ()):
                if least <= proficiency and pool.requirement.met_by(agent.skills):
                    found.append(pool)
        return tuple(found)

    def _able(self, requirement: Requirement) -> Crowd:
        able = (1 << len(self._agents)) - 1
        for skill, least in requirement.least:
            levels = self._levels.get(skill, ())
            able &= levels[max(least, 0)] if least < len(levels) else NOBODY
        return able

    def _count(self, skill: SkillName) -> int:
        """Count who has a skill: a pool is looked for under the required skill that fewest agents have."""
        return self._levels[skill][0].bit_count() if skill in self._levels else 0


def _levels(agents: Sequence[Agent]) -> dict[SkillName, list[Crowd]]:
    """Tell for each skill who has at least which proficiency, from 0 up."""
    having: defaultdict[SkillName, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, agent in enumerate(agents):
        for skill, proficiency in agent.skills.items():
            having[skill][proficiency].append(number)
    levels = {}
    for skill, numbers in having.items():
        crowd, crowds = NOBODY, []
        for proficiency in range(max(numbers), -1, -1):
            crowd |= gather(numbers.get(proficiency, ()))
            crowds.append(crowd)
        levels[skill] = crowds[::-1]
    return levels
