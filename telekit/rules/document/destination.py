"""Destinations and treatments as written."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag, model_validator

from telekit.rules.closest import closest
from telekit.rules.declared import Declared, Kind
from telekit.rules.document.shape import Document, exactly_one, mark_shape, one_of
from telekit.rules.field import MenuRef, OutsideNumber, Priority, Prompts, QueueRef, ScriptRef, Switch, lasting, word
from telekit.rules.form import Resolved
from telekit.rules.mistake import Mistake


class End(StrEnum):
    """A destination that is one word."""

    VOICEMAIL = "voicemail"
    HANGUP = "hangup"


_ENDS = [end.value for end in End]


def _read_end(text: str, declared: Declared) -> End:
    """Read a one-word destination; know what to say of the bare name of a queue or a menu."""
    if text in _ENDS:
        return End(text)
    for kind in (Kind.QUEUE, Kind.MENU):
        if text in declared.names[kind]:
            raise Mistake(f"'{text}' is a {kind}", f"write {{{kind}: {text}}}")
    if text == "callback":
        raise Mistake(
            "a callback is offered to callers who wait", "in a step, an overflow or no_agent, write offer: callback"
        )
    near = closest(text, _ENDS)
    hint = (
        f"did you mean '{near}'?"
        if near
        else "write voicemail, hangup, {queue: …}, {menu: …}, {script: …} or {number: …}"
    )
    raise Mistake(f"unknown destination '{text}'", hint)


class DestinationDocument(
    Document,
    json_schema_extra=one_of(
        *("queue", "menu", "script", "number"),
        needs={"priority": "queue", "keeps_age": "queue", "ring": "number", "otherwise": "number"},
    ),
):
    """Where a call is sent: the word `voicemail` or `hangup`, or a mapping with one of queue, menu, script, number."""

    form: ClassVar = "a destination such as voicemail, hangup or {queue: billing}"

    queue: QueueRef | None = Field(None, description="Wait for an agent of this queue.", examples=["billing"])
    priority: Priority | None = Field(
        None, description="With a queue: the higher, the sooner. -1000 to 1000; 0 if left out.", examples=["50"]
    )
    keeps_age: Switch = Field(
        False,
        description=(
            "With a queue: the time that the caller has waited already counts in the order of the line. "
            "Steps count anew all the same."
        ),
        examples=["true"],
    )
    menu: MenuRef | None = Field(None, description="Let the caller choose by key.", examples=["main"])
    script: ScriptRef | None = Field(None, description="Run this call script of your own.", examples=["survey"])

    number: OutsideNumber | None = Field(
        None,
        description=(
            "Ring this number of the public network, through the trunk, and join whoever answers. No key is asked "
            "for there, and the caller is shown nothing of it."
        ),
        examples=["+33199005500"],
    )
    ring: Annotated[timedelta, lasting("5s", "5m")] | None = Field(
        None, description="With a number: how long it rings. 5s to 5m; 30s if left out.", examples=["45s"]
    )
    otherwise: Annotated[End, word("destination", End)] | None = Field(
        None,
        description="With a number: where the call goes when nobody answers there. `hangup`, with a word, if left out.",
        examples=["voicemail"],
    )

    @model_validator(mode="after")
    def _one_place(self) -> "DestinationDocument":
        exactly_one(self, "queue", "menu", "script", "number")
        if self.priority is not None and self.queue is None:
            raise Mistake("a priority goes with a queue", at=("priority",))
        for key, place in (("keeps_age", "queue"), ("ring", "number"), ("otherwise", "number")):
            if key in self.model_fields_set and place not in self.model_fields_set:
                raise Mistake(f"{key} goes with a {place}", at=(key,))
        return self


DestinationText = Annotated[
    Annotated[End, Resolved(DestinationDocument.form, {"type": "string", "enum": _ENDS}, _read_end), Tag("<text>")]
    | Annotated[DestinationDocument, Tag("<mapping>")],
    Discriminator(mark_shape),
]


class TreatmentDocument(Document, json_schema_extra={"minProperties": 1}):
    """Say something, then send the call on."""

    form: ClassVar = "what to play and what then, such as {play: closed, then: voicemail}"

    play: Prompts = Field(
        (),
        description="The prompt, or prompts one after the other, that the caller hears.",
        examples=["closed", "[closed, opening-hours]"],
    )
    then: DestinationText = Field(
        End.HANGUP,
        description=(
            "Where the call goes then: `voicemail`, `hangup`, `{queue: …}`, `{menu: …}`, `{script: …}` or "
            "`{number: …}`."
        ),
        examples=["voicemail", "{queue: overflow}"],
    )

    @model_validator(mode="after")
    def _something(self) -> "TreatmentDocument":
        if not self.model_fields_set:
            raise Mistake("neither play nor then is written", "leave the whole key out for the default")
        return self
