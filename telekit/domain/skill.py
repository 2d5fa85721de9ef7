"""Skills, and what a call requires of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from telekit.domain.names import SkillName

Skills = Mapping[SkillName, int]
"""What an agent can do, and how well: proficiencies 1 to 10. A skill that is not there is lacking, not 0."""

LOWEST, HIGHEST = 1, 10


@dataclass(frozen=True, slots=True)
class Requirement:
    """Skills with the least proficiency that a call needs, all of them; sorted by skill, so equal ones are equal."""

    least: tuple[tuple[SkillName, int], ...] = ()

    @classmethod
    def of(cls, least: Mapping[SkillName, int]) -> "Requirement":
        """Make a requirement from skill to least proficiency."""
        return cls(tuple(sorted(least.items())))

    def unmet_by(self, skills: Skills) -> tuple[SkillName, int] | None:
        """Give the first skill that is lacking or too weak, with the least proficiency asked; None when all are met."""
        for skill, least in self.least:
            if skills.get(skill, 0) < least:
                return skill, least
        return None

    def met_by(self, skills: Skills) -> bool:
        """Say whether every skill is there and good enough."""
        return self.unmet_by(skills) is None

    def proficiency_of(self, skills: Skills) -> int:
        """Add up the proficiencies in the required skills: the higher, the better suited."""
        return sum(skills.get(skill, 0) for skill, _ in self.least)
