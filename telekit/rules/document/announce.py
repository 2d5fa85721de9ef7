"""What waiting callers are told, as written."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from telekit.rules.document.shape import Document
from telekit.rules.duration import parse_duration
from telekit.rules.field import Prompts, lasting
from telekit.rules.form import Written
from telekit.rules.mistake import Mistake

_LEAST, _MOST = "15s", "30m"
_EVERY = re.compile(r"every (?P<span>\S+)")
_EVERY_FORM = "how often, such as every 45s"
_EVERY_SCHEMA = {"type": "string", "pattern": r"^every \S+$"}


def _parse_every(text: str) -> timedelta:
    match = _EVERY.fullmatch(text)
    if not match:
        raise Mistake(f"expected {_EVERY_FORM}, not '{text}'", _guess(text))
    try:
        span = parse_duration(match["span"])
    except Mistake as mistake:
        raise mistake.moved(match.start("span")) from None
    if not parse_duration(_LEAST) <= span <= parse_duration(_MOST):
        raise Mistake(f"must be every {_LEAST} to every {_MOST}, not {text}")
    return span


def _guess(text: str) -> str:
    try:
        parse_duration(text)
    except Mistake:
        return ""
    return f"did you mean 'every {text}'?"


_WITH_POSITION = timedelta(0)
"""Stands for `true`: as often as the position."""


def _parse_wait(text: str) -> timedelta | None:
    if text in ("true", "false"):
        return _WITH_POSITION if text == "true" else None
    if text.startswith("every "):
        return _parse_every(text)
    raise Mistake(f"expected true, false or {_EVERY_FORM}, not '{text}'", _guess(text))


_WAIT_FORM = f"true, false or {_EVERY_FORM}"
_WAIT_SCHEMA = {"anyOf": [{"type": "boolean"}, _EVERY_SCHEMA]}


class AnnounceDocument(Document, json_schema_extra={"minProperties": 1}):
    """What callers who wait are told of the line: first when they begin to wait, then again and again."""

    form: ClassVar = "announcements such as {position: every 45s, expected_wait: true}"

    position: Annotated[timedelta, Written(_EVERY_FORM, _EVERY_SCHEMA, _parse_every)] | None = Field(
        None,
        description=(
            "How often the place in the line is told. It counts the calls before this one that the same agents could "
            "serve; a place further back than was told before is not told. Every 15s to every 30m."
        ),
        examples=["every 45s"],
    )
    expected_wait: Annotated[timedelta | None, Written(_WAIT_FORM, _WAIT_SCHEMA, _parse_wait)] = Field(
        None,
        description=(
            "Whether the expected wait is told with the position, or how often without one. Nothing is told while it "
            "is not known well enough, nor a longer wait than was told before."
        ),
        examples=["true", "every 90s"],
    )

    @model_validator(mode="after")
    def _something(self) -> "AnnounceDocument":
        if not self.model_fields_set:
            raise Mistake(
                "neither position nor expected_wait is written", "leave the whole key out to announce nothing"
            )
        if self.expected_wait == _WITH_POSITION and self.position is None:
            message = "true tells the wait with the position, and none is told"
            raise Mistake(message, "write how often, such as every 90s", at=("expected_wait",))
        return self

    @property
    def wait_every(self) -> timedelta | None:
        """Give how often the expected wait is told."""
        return self.position if self.expected_wait == _WITH_POSITION else self.expected_wait


class ComfortDocument(Document):
    """What callers who wait hear again and again besides."""

    form: ClassVar = "comfort such as {play: comfort, every: 60s}"

    play: Prompts = Field(
        description="The prompt, or prompts one after the other, that the caller hears.",
        examples=["comfort", "[custom/did-you-know, comfort]"],
    )
    every: Annotated[timedelta, lasting(_LEAST, _MOST)] = Field(
        description="How often, and after how much waiting first. 15s to 30m.", examples=["60s"]
    )
