"""Runs side by side, one to a core."""

import gc
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from telekit.simulate.parcel import Parcel, pack, unpack
from telekit.simulate.result import Result
from telekit.simulate.run import Run, Setting
from telekit.simulate.traffic import Traffic

LOOK_EVERY = 0.1
"""Seconds between two looks at how far the runs are."""


@dataclass(frozen=True, slots=True)
class Task:
    """One run that is to be made."""

    setting: Setting
    traffic: Sequence[Traffic]
    seed: object

    def go(self, told: Callable[[int], None]) -> Result:
        return Run(self.setting, self.traffic, self.seed, told).go()


def tasks_of(setting: Setting, traffic: Sequence[Traffic], count: int, seed: object) -> list[Task]:
    """Give so many independent runs.

    The n-th run of one seed has the same calls whatever the rules, so that runs of two rule sets are compared in pairs.
    """
    return [Task(setting, traffic, f"{seed}/{number}") for number in range(count)]


def go_all(tasks: Sequence[Task], cores: int, told: Callable[[int], None]) -> list[Result]:
    """Make all runs, on so many cores; `told` is called now and then with how many more calls have come."""
    if cores <= 1 or len(tasks) <= 1:
        return [task.go(told) for task in tasks]
    context = multiprocessing.get_context("fork")
    came = context.Value("Q", 0)
    with ProcessPoolExecutor(min(cores, len(tasks)), context, _prepare, (tasks, came)) as pool:
        futures = [pool.submit(_go, number) for number in range(len(tasks))]
        left, seen = set(futures), 0
        while left:
            _, left = wait(left, LOOK_EVERY, FIRST_COMPLETED)
            if came.value > seen:
                told(came.value - seen)
                seen = came.value
        made = zip(tasks, futures, strict=True)
        return [unpack(future.result(), task.setting.nothing_yet()) for task, future in made]


_tasks: Sequence[Task] = ()
_came: Any = None


def _prepare(tasks: Sequence[Task], came: Any) -> None:
    """Let a new process know the runs; none of it is sent, since it was there when the process was forked."""
    global _tasks, _came
    _tasks, _came = tasks, came
    gc.disable()


def _go(number: int) -> Parcel:
    return pack(_tasks[number].go(_add))


def _add(calls: int) -> None:
    with _came.get_lock():
        _came.value += calls
