"""How much of the rules the tests reach."""

from collections.abc import Iterable
from dataclasses import dataclass

from telekit.domain.plan import Plan
from telekit.ruletests.reach import Part, parts_of
from telekit.ruletests.rehearsal import Result


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every part of the rules that a test may reach, and how many tests did."""

    tests: dict[Part, int]
    """In the order of the rules."""

    @property
    def missed(self) -> list[Part]:
        """Give the parts that no test reached."""
        return [part for part, count in self.tests.items() if not count]

    @property
    def share(self) -> float:
        """Give the share of parts that tests reached, 0 to 1; 1 where there is nothing to reach."""
        return 1 - len(self.missed) / len(self.tests) if self.tests else 1.0


def coverage_of(plan: Plan, results: Iterable[Result]) -> Coverage:
    """Count which parts of a plan the tests reached."""
    tests = dict.fromkeys(parts_of(plan), 0)
    for result in results:
        for part in result.reach:
            tests[part] += 1
    return Coverage(tests)
