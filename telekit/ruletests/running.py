"""Run files of rule tests, and keep what came of each."""

import gc
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.rules.diagnostic import Diagnostic, Severity
from telekit.ruletests.cast import Casting
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import Result, rehearse

SWEEP = 50
"""After so many tests what each left behind in circles is freed: a thousand would hold 600 MB, and slow one another."""


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
) -> Outcomes:
    """Run tests in files, those whose names hold the pattern; `ran` hears how many are done, and of how many."""
    outcomes = Outcomes()
    cases = []
    for file in files:
        found, complaints = read_cases(file, plan)
        outcomes.diagnostics += complaints
        cases += [(str(file), case) for case in found if wanted is None or wanted.search(case.name)]
    casting = Casting(plan)
    gc.freeze()  # the plan stays: it need not be looked through
    for number, (name, case) in enumerate(cases, 1):
        began = time.perf_counter()
        result = rehearse(casting.plan(case), case)
        if result.failure is not None:  # told with everybody's case
            result = rehearse(plan, case)
        outcomes.files.setdefault(name, []).append(Ran(result, time.perf_counter() - began))
        ran(number, len(cases))
        if not number % SWEEP:
            gc.collect()
    gc.unfreeze()
    return outcomes
