"""When an agent may be rung or a queue is open, as a context of the dialplan that sets a variable.

What is known exactly is written in UTC, so that no change of clocks is asked of FreeSWITCH, whose own offset may be a
quarter of an hour or a change of clocks off. Source: FreeSWITCH src/switch_xml.c, switch_xml_std_datetime_check;
src/switch_utils.c, switch_tod_cmp (seconds, the last included), switch_dow_cmp.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.domain.hours import Hours
from telekit.pbx.freeswitch.render.element import action, element, extension
from telekit.pbx.render import word
from telekit.pbx.render.stretches import DAY, Horizon, Stretches

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ON = "telekit_on"
"""The variable that is `on` where the gate is open, and stays as it was where not."""
SECOND = timedelta(seconds=1)
LAST = 24 * 3600 - 1


@dataclass(frozen=True, slots=True)
class Gate:
    """The extensions of a context; equal ones are written once."""

    extensions: tuple[str, ...]


def gate(stretches: Stretches, horizon: Horizon, margin: timedelta) -> Gate:
    """Make a gate; `margin` is kept before the end of each span of the week, as it is in the known ones."""
    zone = stretches.zone
    parts = [_known(stretches, horizon)]
    if stretches.weekly:
        parts += [
            extension(
                "after that, in the zone of the hours",
                element(
                    "condition",
                    action("unset", "tod_tz_offset", inline=True),
                    action("set", f"timezone={word.zone(zone.key)}", inline=True),
                ),
                goes_on=True,
            ),
            _week(stretches, horizon, margin),
        ]
    return Gate((_utc(), *parts))


def _utc() -> str:
    return extension("in UTC", element("condition", action("set", "tod_tz_offset=0", inline=True)), goes_on=True)


def _known(stretches: Stretches, horizon: Horizon) -> str:
    tests = dict.fromkeys(test for start_at, end_at in stretches.known for test in _days(start_at, end_at))
    off = element("anti-action", application="log", data="DEBUG off")
    on = element("condition", *tests, action("set", f"{ON}=on"), off, regex="any")
    soon = element(
        "condition",
        # What is matched but leads nowhere leaves the rest of the context alone.
        *([] if tests else [action("log", "DEBUG off")]),
        field=f"${{cond(${{strepoch()}} < {int(horizon.end_at.timestamp())} ? known : later)}}",
        expression="^known$",
    )
    return extension("known exactly", soon, *([on] if tests else []))


def _days(start_at: datetime, end_at: datetime) -> Iterator[str]:
    """Write a stretch, each day of UTC by itself."""
    at, last = start_at.astimezone(UTC), end_at.astimezone(UTC) - SECOND
    while at <= last:
        until = min(last, datetime.combine(at.date(), datetime.min.time(), UTC) + DAY - SECOND)
        day = {"year": str(at.year), "mon": str(at.month), "mday": str(at.day)}
        yield element("regex", **day, time_of_day=f"{at:%H:%M:%S}-{until:%H:%M:%S}")
        at = until + SECOND


def _week(stretches: Stretches, horizon: Horizon, margin: timedelta) -> str:
    conditions = [_zone_known(stretches.zone, horizon.end_at)]
    if stretches.off:
        off = [_off(day) for day in stretches.off]
        log = action("log", "DEBUG off")
        conditions.append(element("condition", *dict.fromkeys(off), log, regex="any", **{"break": "on-true"}))
    tests = dict.fromkeys(test for hours in stretches.weekly for test in _weekly(hours, margin))
    if tests:
        conditions.append(element("condition", *tests, action("set", f"{ON}=on"), regex="any"))
    return extension("as the week goes", *conditions)


def _zone_known(zone: ZoneInfo, at: datetime) -> str:
    """Stay off where FreeSWITCH does not know the zone."""
    halves = [datetime(at.year, month, 1, tzinfo=UTC) for month in (1, 7)]
    told = max(halves, key=lambda half: abs(half.astimezone(zone).utcoffset() or timedelta(0)))
    local = told.astimezone(zone)
    asked = f"${{strftime_tz({word.zone(zone.key)} {int(told.timestamp())}|%H:%M)}}"
    return element("condition", field=asked, expression=f"^{local:%H:%M}$")


def _off(day: date) -> str:
    return element("regex", year=str(day.year), mon=str(day.month), mday=str(day.day))


def _weekly(hours: Hours, margin: timedelta) -> Iterator[str]:
    """Write a span on weekdays; what crosses midnight is two, the second on the days after."""
    span = hours.span
    start = span.start.hour * 3600 + span.start.minute * 60 + span.start.second
    end = span.end.hour * 3600 + span.end.minute * 60 + span.end.second
    end += 24 * 3600 if span.crosses_midnight else 0
    last = end - int(margin.total_seconds()) - 1
    if start <= last:
        yield _on(start, min(last, LAST), hours.days)
    if last > LAST:
        yield _on(0, last - LAST - 1, {(day + 1) % 7 for day in hours.days})


def _on(first: int, last: int, days: frozenset[int] | set[int]) -> str:
    return element(
        "regex", wday=",".join(DAYS[day] for day in sorted(days)), time_of_day=f"{_clock(first)}-{_clock(last)}"
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
