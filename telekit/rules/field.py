"""The types of the documents' fields."""

import re
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from telekit.domain.hours import Hours, Span
from telekit.domain.names import AgentName, ListName, LookupName, MenuName, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone
from telekit.rules import duration, name, number, weekly
from telekit.rules.closest import did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.form import OneOrMany, Resolved, Written, refers
from telekit.rules.mistake import Mistake
from telekit.rules.zone import ZONE_FORM, parse_zone

_LONGEST_LINE = 120
_RATIO = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)

_DURATION = {"type": "string", "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"}


def lasting(least: str, most: str) -> Written:
    """Make the form of a duration within bounds, both included."""
    low, high = duration.parse_duration(least), duration.parse_duration(most)

    def parse(text: str) -> timedelta:
        span = duration.parse_duration(text)
        if not low <= span <= high:
            raise Mistake(f"must be {least} to {most}, not {text}")
        return span

    return Written(duration.FORM, _DURATION, parse)


def whole(least: int, most: int, form: str) -> Written:
    """Make the form of a whole number within bounds, both included."""

    def parse(text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()):
            raise Mistake(f"expected {form}, {least} to {most}, not '{text}'")
        if len(digits) > len(str(max(abs(least), most))) or not least <= int(text) <= most:
            raise Mistake(f"must be {least} to {most}, not {text}")
        return int(text)

    return Written(f"{form}, {least} to {most}", {"type": "integer", "minimum": least, "maximum": most}, parse)


def ratio(least: str, most: str) -> Written:
    """Make the form of a number within bounds, both included, with two places after the point at most."""
    form = "a number such as 3 or 0.5"

    def parse(text: str) -> Decimal:
        if not _RATIO.fullmatch(text):
            raise Mistake(f"expected {form}, not '{text}'")
        if not Decimal(least) <= Decimal(text) <= Decimal(most):
            raise Mistake(f"must be {least} to {most}, not {text}")
        return Decimal(text)

    return Written(form, {"type": "number", "minimum": float(least), "maximum": float(most)}, parse)


def word(kind: str, words: type[StrEnum]) -> Written:
    """Make the form of one of a few words."""
    known = {item.value: item for item in words}

    def parse(text: str) -> StrEnum:
        if text in known:
            return known[text]
        raise Mistake(f"unknown {kind} '{text}'", did_you_mean(text, known))

    return Written(", ".join(known), {"type": "string", "enum": list(known)}, parse)


def _line(text: str) -> str:
    if len(text) > _LONGEST_LINE or "\n" in text:
        raise Mistake(f"expected one line of at most {_LONGEST_LINE} characters, not {len(text)}")
    return str(text)


def _switch(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    yes = text.casefold() in ("yes", "on", "true", "y")
    no = text.casefold() in ("no", "off", "false", "n")
    raise Mistake(f"expected true or false, not '{text}'", f"did you mean '{str(yes).lower()}'?" if yes or no else "")


def _script(text: str, declared: Declared) -> str:
    return declared.resolve_script(name.parse_name(text))


_NAME = f"^{name.NAME_PATTERN}$"

# What is text here may be a number or a truth value to an editor's YAML parser.
_TEXT = {"type": ["string", "number", "boolean"]}
_DIGITS = {"type": ["string", "integer"], "pattern": number.NUMBER_PATTERN}
_WORD = {"type": ["string", "integer"], "pattern": _NAME}

Name = Annotated[str, Written(name.NAME_FORM, {"type": "string", "pattern": _NAME}, name.parse_name)]
ScriptRef = Annotated[str, Resolved(name.NAME_FORM, {"type": "string", "pattern": _NAME}, _script)]
SkillItem = Annotated[str, Written(name.NAME_FORM, _WORD, name.parse_name)]
Line = Annotated[str, Written("a line of text", _TEXT, _line)]
Prompt = Annotated[
    str,
    Written(
        name.PROMPT_FORM, {"type": ["string", "integer"], "pattern": f"^{name.PROMPT_PATTERN}$"}, name.parse_prompt
    ),
]
Prompts = Annotated[tuple[Prompt, ...], OneOrMany(name.PROMPT_FORM)]
Music = Annotated[str, Written(name.MUSIC_FORM, _WORD, name.parse_name)]
Switch = Annotated[bool, Written("true or false", {"type": "boolean"}, _switch)]
Zone = Annotated[ZoneInfo, Written(ZONE_FORM, {"type": "string"}, parse_zone)]
Day = Annotated[date, Written(weekly.DATE_FORM, {"type": "string", "format": "date"}, weekly.parse_date)]
WeeklyHours = Annotated[
    Hours, Written(weekly.HOURS_FORM, {"type": "string", "pattern": weekly.HOURS_PATTERN}, weekly.parse_hours)
]
TimeSpan = Annotated[
    Span, Written(weekly.SPAN_FORM, {"type": "string", "pattern": f"^{weekly.SPAN_PATTERN}$"}, weekly.parse_span)
]
PhoneText = Annotated[
    Phone, Written(number.PHONE_FORM, {"type": "string", "pattern": number.PHONE_PATTERN}, number.parse_phone)
]
Number = Annotated[str, Written(number.NUMBER_FORM, _DIGITS, number.parse_number)]
OutsideNumber = Annotated[
    str,
    Written(number.OUTSIDE_FORM, {"type": ["string", "integer"], "pattern": number.E164_PATTERN}, number.parse_e164),
]
Prefix = Annotated[
    str, Written(number.PREFIX_FORM, {"type": ["string", "integer"], "pattern": r"^\+?[0-9]*$"}, number.parse_prefix)
]
OutsidePrefix = Annotated[
    str,
    Written(
        number.OUTSIDE_PREFIX_FORM,
        {"type": ["string", "integer"], "pattern": number.OUTSIDE_PREFIX_PATTERN},
        number.parse_outside_prefix,
    ),
]
Proficiency = Annotated[int, whole(1, 10, "a proficiency")]
Priority = Annotated[int, whole(-1000, 1000, "a priority")]

SkillRef = Annotated[SkillName, refers(Kind.SKILL)]
AgentRef = Annotated[AgentName, refers(Kind.AGENT)]
ShiftRef = Annotated[ShiftName, refers(Kind.SHIFT)]
QueueRef = Annotated[QueueName, refers(Kind.QUEUE)]
ListRef = Annotated[ListName, refers(Kind.LIST)]
MenuRef = Annotated[MenuName, refers(Kind.MENU)]
LookupRef = Annotated[LookupName, refers(Kind.LOOKUP)]
