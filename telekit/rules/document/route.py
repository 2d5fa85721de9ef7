"""Routes, the tests they make on numbers, and lists of numbers, as written."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag, ValidationInfo, model_validator

from telekit.rules.closest import closest, did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.document.destination import DestinationDocument, DestinationText
from telekit.rules.document.preference import PreferenceDocument
from telekit.rules.document.shape import Document, exactly_one, mark_shape, one_of
from telekit.rules.field import (
    Line,
    ListRef,
    LookupRef,
    MenuRef,
    Number,
    Prefix,
    Priority,
    QueueRef,
    ScriptRef,
)
from telekit.rules.form import OneOrMany, Resolved
from telekit.rules.form_path import KEY
from telekit.rules.mistake import Mistake, Mistakes
from telekit.rules.number import NUMBER_FORM, NUMBER_PATTERN, PREFIX_FORM, parse_number


class Withheld(StrEnum):
    """A caller without a number."""

    ANONYMOUS = "anonymous"


def _dialed(text: str, declared: Declared) -> str:
    if text == Withheld.ANONYMOUS:
        raise Mistake("only a caller can be anonymous")
    return _number(text, declared)


def _caller(text: str, declared: Declared) -> str | Withheld:
    if text == Withheld.ANONYMOUS:
        return Withheld.ANONYMOUS
    try:
        return _number(text, declared)
    except Mistake:
        if not closest(text, list(Withheld)):
            raise
        raise Mistake(f"expected {_CALLER_FORM}, not '{text}'", f"did you mean '{Withheld.ANONYMOUS}'?") from None


def _number(text: str, declared: Declared) -> str:
    """Read a number; know what to say of the bare name of a list."""
    if text in declared.names[Kind.LIST] and not text.isdigit():
        raise Mistake(f"'{text}' is a list", f"write {{in: {text}}}")
    return parse_number(text)


_CALLER_FORM = f"{NUMBER_FORM}, or anonymous"
_TYPE = ["string", "integer"]
DialedNumber = Annotated[str, Resolved(NUMBER_FORM, {"type": _TYPE, "pattern": NUMBER_PATTERN}, _dialed)]
CallerNumber = Annotated[
    str | Withheld, Resolved(_CALLER_FORM, {"type": _TYPE, "pattern": f"{NUMBER_PATTERN}|^anonymous$"}, _caller)
]


class NumbersDocument(Document, json_schema_extra=one_of("in", "starts")):
    """A test on a number: one of in and starts."""

    form: ClassVar = "a number, a list of numbers, {in: vip} or {starts: +331}"

    in_: Annotated[tuple[ListRef, ...], OneOrMany("the name of a list")] | None = Field(
        None, alias="in", description="The number is in this list, or in one of these.", examples=["vip"]
    )
    starts: Annotated[tuple[Prefix, ...], OneOrMany(PREFIX_FORM)] | None = Field(
        None, description="The number starts so, or in one of these ways.", examples=["+331", "[+331, +332]"]
    )

    @model_validator(mode="after")
    def _one(self) -> "NumbersDocument":
        exactly_one(self, "in", "starts")
        return self


DialedText = Annotated[
    Annotated[tuple[DialedNumber, ...], OneOrMany(NUMBER_FORM), Tag("<text>")]
    | Annotated[NumbersDocument, Tag("<mapping>")],
    Discriminator(mark_shape),
]
CallerText = Annotated[
    Annotated[tuple[CallerNumber, ...], OneOrMany(_CALLER_FORM), Tag("<text>")]
    | Annotated[NumbersDocument, Tag("<mapping>")],
    Discriminator(mark_shape),
]


GivenText = Annotated[tuple[Line, ...], OneOrMany("a text such as gold")]


class WhenDocument(Document, json_schema_extra={"minProperties": 1}, extra="allow"):
    """Which calls a route takes; all that is written must hold.

    Beside these keys, each that a lookup gives may stand here, with the text, or texts, that it must be.
    """

    form: ClassVar = "a condition such as {dialed: +33199001234}"

    __pydantic_extra__: dict[str, GivenText] = Field(init=False)

    dialed: DialedText | None = Field(
        None,
        description="The number that the caller dialled: a number, a list of numbers, `{in: …}` or `{starts: …}`.",
        examples=["+33199001234", "[+33199001234, 100]"],
    )
    caller: CallerText | None = Field(
        None,
        description="The caller's number: a number, a list of numbers, `{in: …}`, `{starts: …}` or `anonymous`.",
        examples=["{in: vip}", "{starts: +331}", "anonymous"],
    )

    @property
    def given(self) -> dict[str, tuple[str, ...]]:
        """Tell what lookups must have given."""
        return self.__pydantic_extra__ or {}

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, node: Any, info: ValidationInfo) -> Any:
        """Refuse a key that neither the switch nor a lookup tells."""
        declared = info.context
        if not isinstance(node, dict) or not isinstance(declared, Declared) or not declared.complete:
            return node
        known = ["dialed", "caller", *declared.names[Kind.VARIABLE]]
        wrong = [key for key in node if key not in known]
        if wrong:
            raise Mistakes([Mistake(f"unknown key '{key}'", _hint(key, known), at=(key, KEY)) for key in wrong])
        return node

    @model_validator(mode="after")
    def _something(self) -> "WhenDocument":
        if not self.model_fields_set:
            raise Mistake("neither dialed nor caller is written", "leave when out to take every call")
        return self


def _hint(key: str, known: Sequence[str]) -> str:
    return did_you_mean(key, known) or f"known are {', '.join(known)}"


_WITH_A_QUEUE = {"priority": "a priority", "prefer": "a preference"}


class RouteDocument(
    Document,
    json_schema_extra=one_of("queue", "menu", "script", "go", "lookup", needs=dict.fromkeys(_WITH_A_QUEUE, "queue")),
):
    """Where matching calls go: one of queue, menu, script and go; or what is looked up before later routes."""

    form: ClassVar = "a route such as {when: {dialed: +33199001234}, queue: billing}"

    name: Line | None = Field(
        None, description="What people call this route.", examples=["VIP callers keep their adviser"]
    )
    when: WhenDocument | None = Field(
        None, description="Which calls it takes; every call if left out.", examples=["{dialed: +33199001234}"]
    )
    queue: QueueRef | None = Field(None, description="Wait for an agent of this queue.", examples=["billing"])
    priority: Priority | None = Field(
        None, description="With a queue: the higher, the sooner. -1000 to 1000; 0 if left out.", examples=["50"]
    )
    prefer: PreferenceDocument | None = Field(
        None,
        description="With a queue: the agent for whom the call is held at first.",
        examples=["{agent: last, for: 20s}"],
    )
    menu: MenuRef | None = Field(None, description="Let the caller choose by key.", examples=["main"])
    script: ScriptRef | None = Field(None, description="Run this call script of your own.", examples=["survey"])
    go: DestinationText | None = Field(None, description="Go to any destination.", examples=["voicemail"])
    lookup: LookupRef | None = Field(
        None,
        description="Look this up, and go on to the routes after this one, which may ask for what it gives.",
        examples=["crm"],
    )

    @model_validator(mode="after")
    def _one_place(self) -> "RouteDocument":
        exactly_one(self, "queue", "menu", "script", "go", "lookup")
        for key, what in _WITH_A_QUEUE.items():
            if getattr(self, key) is not None and self.queue is None:
                raise Mistake(f"{what} goes with a queue", at=(key,))
        if isinstance(self.go, DestinationDocument) and "keeps_age" in self.go.model_fields_set:
            raise Mistake("a call that has just come has no age to keep", at=("go", "keeps_age"))
        return self


class NumbersFile(Document):
    """Numbers in a file of their own, one a line."""

    form: ClassVar = "a list of numbers, or {file: vip.csv}"

    file: Line = Field(
        description="A text or CSV file, relative to this one; the number is the first thing on each line.",
        examples=["vip.csv"],
    )


ListText = Annotated[
    Annotated[tuple[Number, ...], OneOrMany(NUMBER_FORM), Tag("<text>")] | Annotated[NumbersFile, Tag("<mapping>")],
    Discriminator(mark_shape),
]
