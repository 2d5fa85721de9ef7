"""The forms of values in the rules: how pydantic reads each from text, and what the JSON Schema says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema
from pydantic_core.core_schema import ValidationInfo

from telekit.domain.hours import Hours, Span
from telekit.domain.names import AgentName, ListName, MenuName, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone
from telekit.rules import duration, name, number, weekly
from telekit.rules.closest import did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.mistake import Mistake
from telekit.rules.zone import ZONE_FORM, parse_zone

Json = dict[str, Any]

_LONGEST_LINE = 120


def kind_of(node: object) -> str:
    """Name the shape of a node in a complaint."""
    return "a mapping" if isinstance(node, dict) else "a list" if isinstance(node, list) else f"'{node}'"


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A value that is written as one scalar."""

    parse: Callable[[str], Any]
    form: str
    """What is expected, with an example: `a duration such as 20s`."""
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})

    def read(self, node: object) -> Any:
        """Read a node; raise `Mistake` when it is not of this form."""
        if not isinstance(node, str):
            raise Mistake(f"expected {self.form}, not {kind_of(node)}")
        if not node:
            raise Mistake(f"a value is missing: {self.form}")
        return self.parse(node)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return dict(self.schema)


@dataclass(frozen=True, slots=True, eq=False)
class Refers:
    """A name that something in the rules declares."""

    kind: Kind

    def read(self, node: object, info: ValidationInfo) -> str:
        """Resolve the name; raise `Mistake` when nothing declares it."""
        if not isinstance(node, str):
            raise Mistake(f"expected the name of {_a(self.kind)}, not {kind_of(node)}")
        if not node:
            raise Mistake(f"the name of {_a(self.kind)} is missing")
        return declared_in(info).resolve(self.kind, node)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        return {"type": ["string", "integer"], "pattern": f"^{name.NAME_PATTERN}$"}


def declared_in(info: ValidationInfo) -> Declared:
    """Give the names that hold while something is read."""
    declared = info.context
    assert isinstance(declared, Declared)  # noqa: S101  (whoever reads a document gives its context)
    return declared


@dataclass(frozen=True, slots=True, eq=False)
class OneOrMany:
    """A list of values, of which one alone may stand without brackets."""

    form: str
    unique: bool = False

    def read(self, node: object) -> object:
        """Make a list of a node."""
        if isinstance(node, str):
            if not node:
                raise Mistake(f"a value is missing: {self.form}")
            return [node]
        if not isinstance(node, list):
            raise Mistake(f"expected {self.form}, or a list of such, not {kind_of(node)}")
        if not node:
            raise Mistake(f"the list is empty: {self.form}")
        if self.unique:
            for index, item in enumerate(node):
                if isinstance(item, str) and item in node[:index]:
                    raise Mistake(f"'{item}' is in this list twice", at=(index,))
        return node

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Json:
        many = handler(schema)
        return {"anyOf": [many["items"], {"type": "array", "items": many["items"], "minItems": 1}]}


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def lasting(least: str, most: str) -> Written:
    """Make the form of a duration within bounds, both included."""
    low, high = duration.parse_duration(least), duration.parse_duration(most)

    def parse(text: str) -> timedelta:
        span = duration.parse_duration(text)
        if not low <= span <= high:
            raise Mistake(f"must be {least} to {most}, not {text}")
        return span

    return Written(parse, duration.FORM, {"type": "string", "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$"})


def whole(least: int, most: int, form: str) -> Written:
    """Make the form of a whole number within bounds, both included."""

    def parse(text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()):
            raise Mistake(f"expected {form}, {least} to {most}, not '{text}'")
        if len(digits) > len(str(max(abs(least), most))) or not least <= int(text) <= most:
            raise Mistake(f"must be {least} to {most}, not {text}")
        return int(text)

    return Written(parse, f"{form}, {least} to {most}", {"type": "integer", "minimum": least, "maximum": most})


def word(kind: str, words: type[StrEnum]) -> Written:
    """Make the form of one of a few words."""
    known = {item.value: item for item in words}

    def parse(text: str) -> StrEnum:
        if text in known:
            return known[text]
        raise Mistake(f"unknown {kind} '{text}'", did_you_mean(text, known))

    return Written(parse, f"{_a(kind)} such as {next(iter(known))}", {"type": "string", "enum": list(known)})


def _line(text: str) -> str:
    if len(text) > _LONGEST_LINE or "\n" in text:
        raise Mistake(f"expected one line of at most {_LONGEST_LINE} characters")
    return str(text)


def _switch(text: str) -> bool:
    if text in ("true", "false"):
        return text == "true"
    yes = text.casefold() in ("yes", "on", "true", "y")
    no = text.casefold() in ("no", "off", "false", "n")
    raise Mistake(f"expected true or false, not '{text}'", f"did you mean '{str(yes).lower()}'?" if yes or no else "")


_TEXT: Json = {"type": ["string", "number", "boolean"]}
"""What is text here may be a number or a truth value to an editor's YAML parser."""
_NUMBER: Json = {"type": ["string", "integer"], "pattern": r"^\+?[0-9]+$"}

Name = Annotated[str, Written(name.parse_name, name.NAME_FORM, {"type": "string", "pattern": f"^{name.NAME_PATTERN}$"})]
SkillItem = Annotated[
    str, Written(name.parse_name, name.NAME_FORM, {"type": ["string", "integer"], "pattern": f"^{name.NAME_PATTERN}$"})
]
Line = Annotated[str, Written(_line, "a line of text", _TEXT)]
Prompt = Annotated[
    str,
    Written(
        name.parse_prompt,
        name.PROMPT_FORM,
        {"type": ["string", "integer"], "pattern": f"^{name.PROMPT_PATTERN}$"},
    ),
]
Prompts = Annotated[tuple[Prompt, ...], OneOrMany(name.PROMPT_FORM)]
Switch = Annotated[bool, Written(_switch, "true or false", {"type": "boolean"})]
Zone = Annotated[ZoneInfo, Written(parse_zone, ZONE_FORM)]
Day = Annotated[date, Written(weekly.parse_date, weekly.DATE_FORM, {"type": "string", "format": "date"})]
WeeklyHours = Annotated[Hours, Written(weekly.parse_hours, weekly.HOURS_FORM)]
TimeSpan = Annotated[Span, Written(weekly.parse_span, weekly.SPAN_FORM)]
PhoneText = Annotated[
    Phone, Written(number.parse_phone, number.PHONE_FORM, {"type": "string", "pattern": "^(sip|tel):"})
]
Number = Annotated[str, Written(number.parse_number, number.NUMBER_FORM, _NUMBER)]
Prefix = Annotated[str, Written(number.parse_prefix, number.PREFIX_FORM, _NUMBER)]
Proficiency = Annotated[int, whole(1, 10, "a proficiency")]
Priority = Annotated[int, whole(-1000, 1000, "a priority")]

SkillRef = Annotated[SkillName, Refers(Kind.SKILL)]
AgentRef = Annotated[AgentName, Refers(Kind.AGENT)]
ShiftRef = Annotated[ShiftName, Refers(Kind.SHIFT)]
QueueRef = Annotated[QueueName, Refers(Kind.QUEUE)]
ListRef = Annotated[ListName, Refers(Kind.LIST)]
MenuRef = Annotated[MenuName, Refers(Kind.MENU)]
