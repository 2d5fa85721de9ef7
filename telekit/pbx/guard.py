"""Calling other people's code without being harmed by it."""

import asyncio
import inspect
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

_MOST_TASKS = 1_000

log = logging.getLogger(__name__)


class Guard:
    """Calls callbacks: what they raise is logged and goes no further, what they await runs as a task that is kept.

    A callback that fails or falls behind at every event is told at the 1st, 10th, 100th … time, not a million times.
    Must be used from the loop that the callbacks belong to.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[Any]] = set()
        self._failures: Counter[str] = Counter()

    def call(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call it now; run what it returns, if that can be awaited."""
        try:
            result = callback(*arguments)
        except (Exception, asyncio.CancelledError) as error:
            self.failed(callback, error)
            return
        if result is not None:
            self.keep(callback, result)

    def keep(self, callback: Callable[..., object], result: object) -> None:
        """Run what a callback returned, if that can be awaited."""
        if asyncio.isfuture(result) or inspect.iscoroutine(result):
            name = _name(callback)
            if len(self._tasks) >= _MOST_TASKS:
                if inspect.iscoroutine(result):
                    result.close()
                self._complain(name, None)
                return
            task = asyncio.ensure_future(result)
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._ended(name, done))

    def failed(self, callback: Callable[..., object], error: BaseException) -> None:
        """Tell what a callback raised."""
        self._complain(_name(callback), error)

    def cancel(self) -> None:
        """Cancel every task that still runs."""
        for task in tuple(self._tasks):
            task.cancel()

    def _ended(self, name: str, task: "asyncio.Future[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._complain(name, error)

    def _complain(self, name: str, error: BaseException | None) -> None:
        key = f"{name} {type(error).__name__}"
        self._failures[key] += 1
        times = self._failures[key]
        if str(times).rstrip("0") != "1":
            return
        if error is None:
            log.error("%s is too slow: %d of its calls wait; an event was not given to it (%d so far)",
                      name, _MOST_TASKS, times)  # fmt: skip
        else:
            log.error("%s raised %r (%d so far); nothing else is harmed", name, error, times, exc_info=error)


def _name(callback: object) -> str:
    module = getattr(callback, "__module__", None)
    name = getattr(callback, "__qualname__", None)
    return f"{module}.{name}" if module and name else repr(callback)
