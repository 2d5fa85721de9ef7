"""Lookups as written."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field, field_validator, model_validator

from telekit.rules.address import ADDRESS_FORM, is_open, parse_address
from telekit.rules.document.shape import Document
from telekit.rules.field import Name, Switch, lasting
from telekit.rules.form import OneOrMany, Written
from telekit.rules.mistake import Mistake

_MOMENT = re.compile(r"([0-9]{1,5})ms|([0-9]{1,2})s")
_MOMENT_FORM = "a short time such as 300ms or 1s"
_LEAST, _MOST = timedelta(milliseconds=10), timedelta(seconds=5)


def _moment(text: str) -> timedelta:
    match = _MOMENT.fullmatch(text)
    if not match:
        raise Mistake(f"expected {_MOMENT_FORM}, not '{text}'")
    span = timedelta(milliseconds=int(match[1] or 0), seconds=int(match[2] or 0))
    if not _LEAST <= span <= _MOST:
        raise Mistake(f"must be 10ms to 5s, not {text}")
    return span


TAKEN = ("dialed", "caller")
"""What `when` asks for already."""


class LookupDocument(Document):
    """A question about a call to a service of yours: an HTTP GET, answered by a JSON object of texts."""

    form: ClassVar = 'a lookup such as {get: "https://crm.example/api?number={caller}", gives: [segment]}'

    get: Annotated[
        str, Written(ADDRESS_FORM, {"type": "string", "pattern": "^https?://[!-~]+$", "maxLength": 1000}, parse_address)
    ] = Field(
        description=(
            "The address, in quotes, with `{caller}` and `{dialed}` where the call's numbers are put in. It is https, "
            "or on this machine."
        ),
        examples=['"https://crm.example/api?number={caller}"'],
    )
    gives: Annotated[tuple[Name, ...], OneOrMany("a name such as segment", unique=True)] = Field(
        description="The keys of the answer that routes may ask for, in `when` or as `$name`; others are left aside.",
        examples=["[segment, agent]"],
    )
    within: Annotated[timedelta, Written(_MOMENT_FORM, {"type": "string", "pattern": "^[0-9]+(ms|s)$"}, _moment)] = (
        Field(
            timedelta(seconds=1),
            description="How long the caller waits for the answer before the rules go on without it. 10ms to 5s.",
            examples=["300ms"],
        )
    )
    keep: Annotated[timedelta, lasting("0s", "24h")] = Field(
        timedelta(0), description="How long an answer holds for the same numbers. 0s to 24h.", examples=["10m"]
    )
    plain: Switch = Field(
        False,
        description="Whether the address may be http to another machine, where everybody on the way reads the numbers.",
        examples=["true"],
    )

    @field_validator("gives", mode="after")
    @classmethod
    def _not_taken(cls, gives: tuple[str, ...]) -> tuple[str, ...]:
        for number, name in enumerate(gives):
            if name in TAKEN:
                raise Mistake(f"'{name}' is told by the switch", "give it another name", at=(number,))
        return gives

    @model_validator(mode="after")
    def _not_for_all_to_read(self) -> "LookupDocument":
        if is_open(self.get) and not self.plain:
            hint = "use https, or write plain: true if you mean it"
            raise Mistake("callers' numbers would cross the network for all to read", hint, at=("get",))
        return self
