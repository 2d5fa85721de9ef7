"""A gate's lines run as Asterisk runs them, for any instant; `test_gate_on_asterisk` shows that it is so."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from telekit.pbx.asterisk.render.gate import DAYS, MONTHS

MINUTES_A_DAY = 1440


def run(lines: Sequence[str], at: datetime) -> bool:
    """Say whether the subroutine returns 1."""
    steps = [line for line in lines if not line.startswith("; ")]
    labels = {match[1]: place for place, step in enumerate(steps) if (match := re.match(r"\((\w+)\)", step))}
    place = 0
    while True:
        step = steps[place].partition(")")[2] if steps[place].startswith("(") else steps[place]
        if returned := re.fullmatch(r"Return\(([01])\)", step):
            return returned[1] == "1"
        condition, _, label = step.removesuffix(")").rpartition("?")
        place = labels[label] if _holds(condition, at) else place + 1


def _holds(condition: str, at: datetime) -> bool:
    epoch = int(at.timestamp())
    if bounds := re.fullmatch(r"GotoIf\(\$\[\$\{EPOCH\} >= (-?\d+)(?: & \$\{EPOCH\} < (-?\d+))?\]", condition):
        return epoch >= int(bounds[1]) and (bounds[2] is None or epoch < int(bounds[2]))
    if known := re.fullmatch(r'GotoIf\(\$\["\$\{STRFTIME\((-?\d+),([^,]+),%H:%M\)\}" != "([\d:]+)"\]', condition):
        shown = datetime.fromtimestamp(int(known[1]), ZoneInfo(known[2]))
        return f"{shown:%H:%M}" != known[3]
    assert condition.startswith("GotoIfTime("), condition
    times, weekdays, days, months, zone = condition.removeprefix("GotoIfTime(").split(",")
    local = at.astimezone(ZoneInfo(zone))
    return (
        _minute_in(times, local.hour * 60 + local.minute)
        and _in(weekdays, local.weekday(), DAYS)
        and (days == "*" or str(local.day) in days.split("&"))
        and _in(months, local.month - 1, MONTHS)
    )


def _minute_in(times: str, minute: int) -> bool:
    if times == "*":
        return True
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in times.split("-"))
    assert first <= last < MINUTES_A_DAY
    return first <= minute <= last


def _in(ranges: str, number: int, names: Sequence[str]) -> bool:
    if ranges == "*":
        return True
    for each in ranges.split("&"):
        first, _, last = each.partition("-")
        if names.index(first) <= number <= names.index(last or first):
            return True
    return False
