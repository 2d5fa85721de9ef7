"""The one place where the time of day is read."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives now, aware, in UTC."""

TOLERATED = timedelta(seconds=1)
"""What a machine's clock may be corrected by without being called stepped."""
HELD = 30.0
"""Seconds for which a step is not followed: perhaps it is taken back."""
NOTHING = timedelta(0)


def utc_now() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)


def since_boot() -> float:
    """Give seconds that nobody can step, those among them in which the machine slept."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """The time of day, which runs on though somebody steps the machine's clock: time never runs backwards in telekit.

    A step is not followed at first. One that lasts is approached by going half as fast again, or at half speed, so that
    nobody who waits has waited an hour in a moment, and nobody waits an hour for the end of a minute. One forward is
    followed at once where nothing is going on.
    """

    def __init__(self, wall: Clock = utc_now, steady: Callable[[], float] = since_boot) -> None:
        """`steady` gives seconds that nobody can step."""
        self._wall = wall
        self._steady = steady
        self.is_idle: Callable[[], bool] = lambda: True
        """Whether nothing goes on that a leap would make longer than it was."""
        self._now, self._read_at = wall(), steady()
        self._stepped_at: float | None = None
        self.offset = NOTHING
        """By how much the machine's clock is ahead of this one."""

    def __call__(self) -> datetime:
        """Give now."""
        read_at, wall = self._steady(), self._wall()
        went = timedelta(seconds=read_at - self._read_at)
        ahead = wall - (self._now + went)
        if abs(ahead) <= TOLERATED:
            self._stepped_at = None
        elif self._stepped_at is None:
            self._stepped_at = read_at
        if self._stepped_at is None or read_at - self._stepped_at >= HELD:
            leaps = ahead > NOTHING and self.is_idle()
            went += ahead if leaps else max(min(ahead, went / 2), -went / 2)
        self._now, self._read_at = self._now + went, read_at
        self.offset = wall - self._now
        return self._now
