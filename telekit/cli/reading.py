"""Values that several verbs are told: spans of time, shares."""

import re
from datetime import timedelta
from fractions import Fraction

import click

from telekit.rules.duration import parse_duration
from telekit.rules.mistake import Mistake


def sentence(mistake: Mistake) -> str:
    """Tell a mistake with its hint."""
    return "; ".join(filter(None, (mistake.message, mistake.hint)))


def to_duration(text: str) -> timedelta:
    """Read a span of time; raises ValueError for what is none."""
    try:
        return parse_duration(text)
    except Mistake as mistake:
        raise ValueError(sentence(mistake)) from mistake


def to_share(text: str) -> float:
    """Read a share as it is written: 30% is three tenths and nothing less; raises ValueError for what is none."""
    number = text.removesuffix("%").strip()
    if not re.fullmatch(r"\d+(\.\d+)?", number):
        raise ValueError(f"{text!r} is no share; write it as 80%.")
    if not text.endswith("%"):
        meant = Fraction(number) * (100 if Fraction(number) < 1 else 1)
        raise ValueError(f"{text!r} is no share; did you mean {float(meant):g}%?")
    if Fraction(number) > 100:
        raise ValueError(f"{text!r} is more than all; a share is 100% at most.")
    return float(Fraction(number) / 100)


def read_duration(_: click.Context, __: click.Parameter, text: str | None) -> timedelta | None:
    """Read what an option tells as a span of time."""
    try:
        return to_duration(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def read_share(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """Read what an option tells as a share."""
    try:
        return to_share(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
