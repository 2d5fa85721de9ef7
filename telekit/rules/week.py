"""The minutes of a week as the bits of one int, from Monday 00:00 on."""

from collections.abc import Iterator
from datetime import time

from telekit.domain.hours import Hours
from telekit.rules.weekly import DAYS

DAY = 24 * 60
WEEK = 7 * DAY
WHOLE_WEEK = (1 << WEEK) - 1

_MOST_TOLD = 3


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


def told(minutes: int) -> str:
    """Say in words which minutes these are: `mon-fri 18:00-20:00 and sat 09:00-13:00`; at most three of such."""
    if minutes == WHOLE_WEEK:
        return "at any hour"
    days: dict[str, list[int]] = {}
    long: list[str] = []
    for start, end in spans(minutes):
        if end - start > DAY:
            last = (end - 1) // DAY % 7
            long.append(f"{DAYS[start // DAY]} {_clock(start % DAY)} to {DAYS[last]} {_clock((end - 1) % DAY + 1)}")
            continue
        clock = f"{_clock(start % DAY)}-{_clock((end - 1) % DAY + 1)}"
        days.setdefault(clock, []).append(start // DAY)
    parts = [*(f"{_days(which)} {clock}" for clock, which in days.items()), *long]
    others = len(parts) - _MOST_TOLD
    more = [f"{others} other time{'s' if others > 1 else ''}"] if others > 0 else []
    parts = parts[:_MOST_TOLD] + more
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def spans(minutes: int) -> Iterator[tuple[int, int]]:
    """Give the first and the last minute, the latter not included, of each run, in order; one may end next week."""
    text = f"{minutes:0{WEEK}b}"[::-1]
    turn = 0
    if text[0] == text[-1] == "1" and "0" in text:
        turn = text.index("0")
    text = text[turn:] + text[:turn]
    start = text.find("1")
    while start >= 0:
        end = text.find("0", start)
        end = WEEK if end < 0 else end
        yield (start + turn) % WEEK, (start + turn) % WEEK + end - start
        start = text.find("1", end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(which: list[int]) -> str:
    """Write weekdays: runs of three and more as `mon-fri`, others one by one."""
    runs: list[list[int]] = []
    for day in sorted(which):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{DAYS[run[0]]}-{DAYS[run[-1]]}" if len(run) > 2 else ",".join(DAYS[day] for day in run) for run in runs
    )


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
