"""An instant as a person writes it, and as one is told."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from telekit.roster.wall import first_at
from telekit.rules.mistake import Mistake
from telekit.rules.zone import parse_zone

FORM = "2026-11-24 21:15"
SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 1970, 2999

_IN_ZONE = re.compile(r"(?P<clock>.*\d)\s+(?P<zone>[A-Za-z][\w+/-]*)")


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an instant, told in this zone unless it names another or an offset; of two that read alike, the first.

    Raises `click.BadParameter` for what is none, and for a time that the clocks skip.
    """
    clock = text.strip()
    if named := _IN_ZONE.fullmatch(clock):
        clock, zone = named["clock"], _zone(named["zone"])
    try:
        told = datetime.fromisoformat(clock)
    except ValueError as error:
        because = "" if "isoformat" in str(error) else f" ({error})"
        raise _refuse(f"{text!r} is no instant{because}; write it as {FORM}") from error
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise _refuse(f"the year {told.year} is out of reach; ask for one from {FIRST_YEAR} to {LAST_YEAR}")
    if told.tzinfo is not None:
        return told.astimezone(UTC)
    at = first_at(zone, told.date(), told.time())
    if at.astimezone(zone).replace(tzinfo=None) != told:
        after = at.astimezone(zone).replace(tzinfo=None)
        before = (at - SECOND).astimezone(zone).replace(tzinfo=None) + SECOND
        form = "%H:%M" if before.date() == after.date() else "%Y-%m-%d %H:%M"
        jump = f"{before.strftime(form)} to {after.strftime(form)}"
        raise _refuse(f"there is no {told:%H:%M} on {told:%Y-%m-%d} in {zone}: the clocks go from {jump}")
    return at


def tell_instant(at: datetime, zone: ZoneInfo, *, year: bool) -> str:
    """Write an instant in a zone; with seconds where there are any, with its offset where the clocks show it twice."""
    local = at.astimezone(zone)
    twin = second_reading(at, zone)
    told = local.strftime(f"%a %d %b{' %Y' if year else ''} %H:%M{':%S' if local.second else ''}")
    return f"{told}{_offset(local)}" if twin is not None else told


def second_reading(at: datetime, zone: ZoneInfo) -> str | None:
    """Give how to write the other instant that reads as this one does; None where clocks do not repeat."""
    local = at.astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    if other.utcoffset() == local.utcoffset():
        return None
    return f"{other:%Y-%m-%d %H:%M}{_offset(other)}"


def _offset(local: datetime) -> str:
    offset = f"{local:%z}"
    return f"{offset[:3]}:{offset[3:]}"


def _zone(name: str) -> ZoneInfo:
    try:
        return parse_zone(name)
    except Mistake as mistake:
        raise _refuse(f"{mistake.message}; {mistake.hint}") from mistake


def _refuse(message: str) -> click.BadParameter:
    return click.BadParameter(f"{message}.", param_hint="--at")
