"""Dated exceptions as written."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from telekit.domain.hours import Span
from telekit.domain.names import ShiftName
from telekit.rules.declared import Declared, Kind
from telekit.rules.document.shape import Document, exactly_one, one_of
from telekit.rules.field import AgentRef, Day, Line, QueueRef, TimeSpan
from telekit.rules.form import OneOrMany, Resolved
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import SPAN_FORM, parse_span


def _span_or_shift(text: str, declared: Declared) -> Span | ShiftName:
    return parse_span(text) if ":" in text else ShiftName(declared.resolve(Kind.SHIFT, text))


_WORKED_FORM = f"{SPAN_FORM}, or the name of a shift"
Worked = Annotated[Span | ShiftName, Resolved(_WORKED_FORM, {"type": ["string", "integer"]}, _span_or_shift)]


class AgentExceptionDocument(Document, json_schema_extra=one_of("off", "shift", needs={"instead_of": "shift"})):
    """What one agent does on one day instead of the shifts that start on it."""

    form: ClassVar = "an exception such as {agent: amina, on: 2026-12-24, off: leave}"

    agent: AgentRef = Field(description="Whose day it is.", examples=["amina"])
    on: Day = Field(
        description="The day, in the agent's zone; shifts that start on it are replaced.", examples=["2026-12-24"]
    )
    off: Line | None = Field(None, description="The agent does not work that day, and why.", examples=["leave"])
    shift: Annotated[tuple[Worked, ...], OneOrMany(_WORKED_FORM)] | None = Field(
        None,
        description="The agent works these hours that day: a span, a list of spans, or the name of a shift.",
        examples=["13:00-21:00", "early"],
    )
    instead_of: AgentRef | None = Field(
        None, description="With a shift: the agent who does not work that day in exchange.", examples=["amina"]
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> "AgentExceptionDocument":
        exactly_one(self, "off", "shift")
        if self.instead_of is not None and self.shift is None:
            raise Mistake("who is off works instead of nobody", "instead_of goes with shift", at=("instead_of",))
        if self.instead_of == self.agent:
            raise Mistake("nobody works instead of themselves", at=("instead_of",))
        return self


class QueueExceptionDocument(Document, json_schema_extra=one_of("open", "closed")):
    """When one queue is open on one day instead of its opening hours."""

    form: ClassVar = "an exception such as {queue: billing, on: 2026-12-24, open: 09:00-12:00}"

    queue: QueueRef = Field(description="Which queue.", examples=["billing"])
    on: Day = Field(
        description="The day, in the zone of the rules; opening hours that start on it are replaced.",
        examples=["2026-12-24"],
    )
    open: Annotated[tuple[TimeSpan, ...], OneOrMany(SPAN_FORM)] | None = Field(
        None,
        description="The queue is open for this span, or these, also on a public holiday.",
        examples=["09:00-12:00"],
    )
    closed: Line | None = Field(None, description="The queue is closed that day, and why.", examples=["stock-taking"])

    @model_validator(mode="after")
    def _makes_sense(self) -> "QueueExceptionDocument":
        exactly_one(self, "open", "closed")
        return self


def _of_one(node: object) -> object:
    """Complain of an exception that is of nobody, or of an agent and a queue."""
    if isinstance(node, dict):
        if "agent" in node and "queue" in node:
            raise Mistake("agent and queue exclude each other", "write two exceptions", at=("queue",))
        if "agent" not in node and "queue" not in node:
            raise Mistake("one of agent or queue is missing")
    return node


def _whose(node: object) -> str:
    """Tell an agent's exception from a queue's."""
    return "<queue>" if isinstance(node, dict) and "queue" in node else "<agent>"


ExceptionText = Annotated[
    Annotated[AgentExceptionDocument, Tag("<agent>")] | Annotated[QueueExceptionDocument, Tag("<queue>")],
    Discriminator(_whose),
    BeforeValidator(_of_one),
]
