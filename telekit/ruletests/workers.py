"""Many tests side by side, a parcel of them to a core at a time."""

import gc
import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from telekit.domain.plan import Plan
from telekit.ruletests.case import Case
from telekit.ruletests.cast import Casting
from telekit.ruletests.reach import Part
from telekit.ruletests.rehearsal import Failure, Result, rehearse

PARCEL = 25
"""So many tests go to a process at once. Then what each left behind in circles is freed: a thousand hold 600 MB."""
MANY = 200
"""Fewer tests than these are done before other processes have begun."""

Told = list[tuple[Failure | None, frozenset[Part], float]]
"""How each test of a parcel went, what it reached, and how many seconds it took."""


@dataclass(frozen=True, slots=True)
class _Work:
    plan: Plan
    cases: Sequence[Case]
    casting: Casting

    def parcel(self, first: int) -> Told:
        """Rehearse the tests of one parcel."""
        told = []
        for case in self.cases[first : first + PARCEL]:
            began = time.perf_counter()
            result = rehearse(self.casting.plan(case), case)
            if result.failure is not None:  # told with everybody's case
                result = rehearse(self.plan, case)
            told.append((result.failure, result.reach, time.perf_counter() - began))
        gc.collect()
        return told


def rehearse_all(plan: Plan, cases: Sequence[Case], cores: int) -> Iterator[tuple[Result, float]]:
    """Rehearse tests on so many cores; give each result, in the order of the tests, with the seconds it took."""
    work = _Work(plan, cases, Casting(plan))
    firsts = range(0, len(cases), PARCEL)
    gc.freeze()  # the plan stays: it need not be looked through
    try:
        if cores <= 1 or len(cases) < MANY:
            yield from _results(cases, map(work.parcel, firsts))
        else:
            context = multiprocessing.get_context("fork")
            with ProcessPoolExecutor(cores, context, _prepare, (work,)) as pool:
                yield from _results(cases, pool.map(_parcel, firsts))
    finally:
        gc.unfreeze()


def _results(cases: Sequence[Case], parcels: Iterator[Told]) -> Iterator[tuple[Result, float]]:
    told = (each for parcel in parcels for each in parcel)
    for case, (failure, reach, seconds) in zip(cases, told, strict=True):
        yield Result(case, failure, reach), seconds


_work: _Work


def _prepare(work: _Work) -> None:
    """Let a new process know the tests; nothing is sent, since all was there when the process was forked."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits


def _parcel(first: int) -> Told:
    return _work.parcel(first)
