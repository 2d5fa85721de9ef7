"""The minutes of a week as the bits of one int, from Monday 00:00 on."""

from datetime import time

from telekit.domain.hours import Hours

DAY = 24 * 60
WEEK = 7 * DAY
WHOLE_WEEK = (1 << WEEK) - 1


def minutes_of(hours: Hours, *, every_week: bool) -> int:
    """Give the minutes that hours hold; with `every_week` none for hours that skip weeks."""
    if every_week and hours.since is not None:
        return 0
    start, end = _minute(hours.span.start), _minute(hours.span.end)
    length = end - start if end > start else end - start + DAY
    bits = 0
    for day in hours.days:
        bits |= ((1 << length) - 1) << day * DAY + start
    return (bits & WHOLE_WEEK) | bits >> WEEK


def moved(minutes: int, by: int) -> int:
    """Give the same minutes so much later in the week; what runs over its end begins it."""
    by %= WEEK
    return (minutes << by & WHOLE_WEEK) | minutes >> WEEK - by


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
