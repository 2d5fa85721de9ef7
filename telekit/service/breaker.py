"""A breaker: a service that keeps failing is left alone for a while, so that no caller waits for it."""

from collections.abc import Callable

FAILURES = 5
"""In a row; then it opens."""
REST = 30.0
"""Seconds before one question is let through again."""


class Breaker:
    """Closed while questions are answered; open after too many failures; then one question at a time tries again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds that never go back."""
        self._clock = clock
        self._failures = 0
        self._opens_at: float | None = None
        """When the next question may be let through; None while closed."""

    @property
    def is_open(self) -> bool:
        """Say whether the service counts as down."""
        return self._opens_at is not None

    def lets_through(self) -> bool:
        """Say whether to ask; whoever is let through while it is open tries for all, until that is over or `REST`."""
        if self._opens_at is None:
            return True
        if self._clock() < self._opens_at:
            return False
        self._opens_at = self._clock() + REST
        return True

    def succeeded(self) -> None:
        """Note an answer."""
        self._failures, self._opens_at = 0, None

    def failed(self) -> None:
        """Note a failure."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._opens_at = self._clock() + REST
