"""An instant as a person writes it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telekit.roster.wall import first_at
from telekit.rules.mistake import Mistake
from telekit.rules.zone import parse_zone

INSTANT_FORM = "2026-11-24 21:15"
SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 1970, 2999

_IN_ZONE = re.compile(r"(?P<clock>.*\d)\s+(?P<zone>[A-Za-z][\w+/-]*)")


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an instant, told in this zone unless it names another or an offset; of two that read alike, the first.

    Raises `Mistake` for what is none, and for a time that the clocks skip.
    """
    clock = text.strip()
    if named := _IN_ZONE.fullmatch(clock):
        clock, zone = named["clock"], parse_zone(named["zone"])
    try:
        told = datetime.fromisoformat(clock)
    except ValueError as error:
        because = "" if "isoformat" in str(error) else f" ({error})"
        raise Mistake(f"{text!r} is no instant{because}", f"write it as {INSTANT_FORM}") from error
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise Mistake(f"the year {told.year} is out of reach", f"ask for one from {FIRST_YEAR} to {LAST_YEAR}")
    if told.tzinfo is not None:
        return told.astimezone(UTC)
    at = first_at(zone, told.date(), told.time())
    if at.astimezone(zone).replace(tzinfo=None) != told:
        after = at.astimezone(zone).replace(tzinfo=None)
        before = (at - SECOND).astimezone(zone).replace(tzinfo=None) + SECOND
        form = "%H:%M" if before.date() == after.date() else "%Y-%m-%d %H:%M"
        jump = f"{before.strftime(form)} to {after.strftime(form)}"
        raise Mistake(f"there is no {told:%H:%M} on {told:%Y-%m-%d} in {zone}: the clocks go from {jump}")
    return at
