"""When the clocks on the wall of a zone show a time of day, for clocks that jump ahead and clocks that repeat."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1 << 14)
def first_at(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """Give the first instant at which the clocks show this moment or a later one.

    Where clocks repeat, that is its first occurrence; where they skip it, the instant of their jump.
    """
    return _instant(zone, day, clock, fold=0)


@lru_cache(maxsize=1 << 14)
def last_at(zone: ZoneInfo, day: date, clock: time) -> datetime:
    """Give the instant from which on the clocks never again show an earlier moment.

    Where clocks repeat, that is its last occurrence; where they skip it, the instant of their jump.
    """
    return _instant(zone, day, clock, fold=1)


def _instant(zone: ZoneInfo, day: date, clock: time, *, fold: int) -> datetime:
    """Read the wall as before (fold 0) or after (fold 1) a change of the clocks; the two differ near one only.

    Source: PEP 495, a skipped time reads with the offset before the jump at fold 0 and after it at fold 1.
    """
    local = datetime.combine(day, clock, zone)
    before_at, after_at = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if after_at < before_at:
        return _jump(local, after_at, before_at)
    return after_at if fold else before_at


def _jump(skipped: datetime, low: datetime, high: datetime) -> datetime:
    """Find the instant after `low` and up to `high` at which the clocks jump over the skipped moment."""
    zone, skipped = skipped.tzinfo, skipped.replace(tzinfo=None)
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    while (seconds := (high - low) // SECOND) > 1:
        middle = low + seconds // 2 * SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < skipped:
            low = middle
        else:
            high = middle
    return high
