"""Run files of rule tests, and keep what came of each."""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.rules.diagnostic import Diagnostic, Severity
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import Result
from telekit.ruletests.workers import rehearse_all


@dataclass(frozen=True, slots=True)
class Ran:
    """One test, and how long it took."""

    result: Result
    seconds: float


@dataclass(slots=True)
class Outcomes:
    """Everything that came of a run."""

    files: dict[str, list[Ran]] = field(default_factory=dict)
    """By the name of the file, in order."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What is wrong with the files, or as lints hardly meant."""

    @property
    def results(self) -> list[Result]:
        """Give the results of all tests, in order."""
        return [ran.result for several in self.files.values() for ran in several]

    @property
    def failed(self) -> list[Result]:
        """Give those that failed."""
        return [result for result in self.results if result.failure is not None]

    @property
    def mistaken(self) -> int:
        """Count the mistakes in files of tests."""
        return sum(each.severity is Severity.ERROR for each in self.diagnostics)


def run_files(
    plan: Plan,
    files: Iterable[Path],
    wanted: re.Pattern[str] | None = None,
    ran: Callable[[int, int], None] = lambda done, of: None,
    *,
    cores: int = 0,
) -> Outcomes:
    """Run tests in files, those whose names hold the pattern; `ran` hears how many are done, and of how many.

    Many tests are spread over so many cores, all of them where that is left out.
    """
    outcomes = Outcomes()
    cases = []
    for file in files:
        found, complaints = read_cases(file, plan)
        outcomes.diagnostics += complaints
        cases += [(str(file), case) for case in found if wanted is None or wanted.search(case.name)]
    results = rehearse_all(plan, [case for _, case in cases], cores or _cores())
    for number, ((name, _), (result, seconds)) in enumerate(zip(cases, results, strict=True), 1):
        outcomes.files.setdefault(name, []).append(Ran(result, seconds))
        ran(number, len(cases))
    return outcomes


def _cores() -> int:
    """Count the cores that there are for this process; one where the system does not tell, as at a Mac."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
