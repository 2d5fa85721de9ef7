"""An instant as a person writes it, and as one is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from telekit.cli.reading import sentence
from telekit.rules.instant import parse_instant
from telekit.rules.mistake import Mistake


def read_instant(text: str, zone: ZoneInfo, option: str = "--at") -> datetime:
    """Read an instant as the rules do; raises `click.BadParameter`, which names the option, for what is none."""
    try:
        return parse_instant(text, zone)
    except Mistake as mistake:
        raise click.BadParameter(sentence(mistake), param_hint=option) from mistake


def tell_instant(at: datetime, zone: ZoneInfo, *, year: bool) -> str:
    """Write an instant in a zone; with seconds where there are any, with its offset where the clocks show it twice."""
    local = at.astimezone(zone)
    twin = second_reading(at, zone)
    told = local.strftime(f"%a %d %b{' %Y' if year else ''} %H:%M{':%S' if local.second else ''}")
    return f"{told}{_offset(local)}" if twin is not None else told


def clock(at: datetime, beside: datetime, zone: ZoneInfo) -> str:
    """Tell a moment, with its day where the moment beside which it is told is of another."""
    same_day = at.astimezone(zone).date() == beside.astimezone(zone).date()
    return f"{at.astimezone(zone):%H:%M:%S}" if same_day else tell_instant(at, zone, year=False)


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
