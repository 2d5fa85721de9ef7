"""What may stand in a file of rule tests."""

from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo, model_validator

from telekit.domain.presence import Presence
from telekit.rules.closest import did_you_mean
from telekit.rules.declared import Declared, Kind
from telekit.rules.document.shape import Document
from telekit.rules.field import AgentRef, Line, Name, Number, OutsideNumber, Prompts, QueueRef, lasting, whole, word
from telekit.rules.form import OneOrMany, Resolved, Written
from telekit.rules.form_path import KEY
from telekit.rules.instant import INSTANT_FORM
from telekit.rules.mistake import Mistake, Mistakes
from telekit.rules.number import parse_number
from telekit.ruletests.words import (
    CALLER_FORM,
    CONDITION_FORM,
    CallerDeed,
    Condition,
    Deed,
    Outcome,
    parse_caller_deed,
    parse_condition,
)

KEYS = "0123456789*#"
NOBODY = "nobody"
SOMEBODY = "+33199000000"
"""Who calls where a test does not say."""


def _key(text: str) -> str:
    if len(text) == 1 and text in KEYS:
        return str(text)
    raise Mistake(f"'{text}' is no key", "keys are 0 to 9, * and #")


def _caller(text: str) -> str | None:
    return None if text == "anonymous" else parse_number(text)


def _agent_or_nobody(text: str, declared: Declared) -> str | None:
    return None if text == NOBODY else declared.resolve(Kind.AGENT, text)


_WORD_OR_NUMBER = {"type": ["string", "integer"]}
Keys = Annotated[
    tuple[Annotated[str, Written("a key such as 1", _WORD_OR_NUMBER, _key)], ...], OneOrMany("a key such as 1")
]
CallerNumber = Annotated[str | None, Written("a number, or anonymous", _WORD_OR_NUMBER, _caller)]
Somebody = Annotated[
    tuple[Annotated[str | None, Resolved("an agent, or nobody", {"type": "string"}, _agent_or_nobody)], ...],
    OneOrMany("an agent, or nobody", unique=True),
]
ConditionText = Annotated[Condition, Written(CONDITION_FORM, {"type": "string"}, parse_condition)]
DeedWord = Annotated[Deed, word("deed", Deed)]
CallerText = Annotated[tuple[CallerDeed, str], Written(CALLER_FORM, {"type": "string"}, parse_caller_deed)]
Instant = Annotated[str, Written(f"an instant such as {INSTANT_FORM}", {"type": "string"}, str)]
"""Read once the zone of the rules is known."""


class CallDocument(Document):
    """A call that comes."""

    form: ClassVar = "a call such as {dialed: +33199001234, menu: 1}"

    dialed: Number = Field(description="The number that is called.", examples=["+33199001234"])
    caller: CallerNumber = Field(
        SOMEBODY, description="The number that calls, or `anonymous`.", examples=["+33199007788", "anonymous"]
    )
    menu: Keys = Field((), description="The keys that the caller presses, one for each menu.", examples=["1", "[2, 1]"])
    last: AgentRef | None = Field(
        None, description="The agent with whom the caller's number last talked, for `prefer`.", examples=["amina"]
    )
    lookup: dict[Name, Line] = Field({}, description="What lookups give.", examples=["{segment: gold}"])
    as_: Name = Field(
        "first", alias="as", description="What later steps call it, where a test has several.", examples=["second"]
    )


class ExpectDocument(Document, json_schema_extra={"minProperties": 1}):
    """What must be so at this moment; what is not written may be as it likes."""

    form: ClassVar = "an expectation such as {queue: billing, offer: amina}"

    call: Name | None = Field(
        None, description="Which call, by its `as`; the one that came last if left out.", examples=["second"]
    )
    route: Line | None = Field(None, description="The `name` of the route that took it.", examples=["VIP callers"])
    queue: QueueRef | None = Field(None, description="The queue it came to last.", examples=["billing"])
    offer: Somebody | None = Field(
        None,
        description="Whose phones ring for it, all of them; or `nobody`.",
        examples=["amina", "[amina, luc]", "nobody"],
    )
    talks_with: Somebody | None = Field(
        None, description="The agent whom the caller talks with; or `nobody`.", examples=["amina"]
    )
    reason: dict[AgentRef, Line] = Field(
        {},
        description="Why agents are not offered it, in the words of `telekit explain`: the reason, or the detail.",
        examples=["{luc: off shift}", "{luc: lacks billing}"],
    )
    announcement: Prompts = Field(
        (), description="What the caller heard, in this order, since the last expectation.", examples=["closed"]
    )
    outcome: Annotated[Outcome, word("outcome", Outcome)] | None = Field(
        None, description="What has become of it.", examples=["answered", "voicemail"]
    )
    number: OutsideNumber | None = Field(
        None, description="The number outside that it was sent to.", examples=["+33199005512"]
    )
    position: Annotated[int, whole(1, 10_000, "a position")] | None = Field(
        None, description="Its place in the line of its queue; the next to be served is 1.", examples=["2"]
    )
    presence: dict[AgentRef, Annotated[Presence, word("presence", Presence)]] = Field(
        {}, description="How agents are.", examples=["{amina: paused}"]
    )

    @model_validator(mode="after")
    def _something(self) -> "ExpectDocument":
        if not self.model_fields_set - {"call"}:
            raise Mistake("nothing is expected", "write what must be so, such as {offer: amina}")
        return self


_STEP_KEYS = ("after", "at", "call", "caller", "which", "expect")


class StepDocument(Document, extra="allow"):
    """What happens next, and what must be so then. Beside these keys each agent may stand, with what they do."""

    form: ClassVar = "a step such as {after: 20s, amina: no-answer, expect: {offer: luc}}"

    __pydantic_extra__: dict[str, DeedWord] = Field(init=False)

    after: Annotated[timedelta, lasting("0s", "24h")] = Field(
        timedelta(0), description="How long after what came before. 0s to 24h.", examples=["20s"]
    )
    at: Instant | None = Field(
        None, description="When, instead of `after`; in the zone of the rules.", examples=["2026-11-24 21:15"]
    )
    call: CallDocument | None = Field(
        None, description="Another call comes.", examples=["{dialed: +33199001234, as: second}"]
    )
    caller: CallerText | None = Field(
        None, description="What a caller does: `hangs-up`, or `presses` and keys.", examples=["hangs-up", "presses 1"]
    )
    which: Name | None = Field(
        None,
        description="With caller: which call, by its `as`; the one that came last if left out.",
        examples=["first"],
    )
    expect: ExpectDocument | None = Field(None, description="What must be so then.", examples=["{offer: luc}"])

    @property
    def deeds(self) -> dict[str, Deed]:
        """Tell what agents do."""
        return self.__pydantic_extra__ or {}

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, node: Any, info: ValidationInfo) -> Any:
        """Refuse a key that is neither known nor an agent."""
        declared = info.context
        if not isinstance(node, dict) or not isinstance(declared, Declared):
            return node
        known = [*_STEP_KEYS, *declared.names[Kind.AGENT]]
        wrong = [key for key in node if key not in known]
        if wrong:
            raise Mistakes(
                [Mistake(f"unknown key or agent '{key}'", _hint(key, known), at=(key, KEY)) for key in wrong]
            )
        return node

    @model_validator(mode="after")
    def _makes_sense(self) -> "StepDocument":
        if self.at is not None and "after" in self.model_fields_set:
            raise Mistake("after and at exclude each other", "write one of them", at=("at",))
        if self.which is not None and self.caller is None:
            raise Mistake("which goes with caller", at=("which",))
        return self


def _hint(key: str, known: list[str]) -> str:
    return did_you_mean(key, known) or f"a step has {', '.join(_STEP_KEYS)}, or an agent of the rules"


class TestDocument(Document):
    """One test: a call, and what must come of it."""

    form: ClassVar = "a test such as {name: it rings, call: {dialed: +33199001234}, expect: {offer: amina}}"

    name: Line = Field(
        description="What must be so, in a sentence.", examples=["nobody answers, so the next agent rings"]
    )
    at: Instant | None = Field(
        None, description="When the call comes; the file's `at` if left out.", examples=["2026-11-24 21:15"]
    )
    agents: dict[AgentRef, ConditionText] = Field(
        {}, description="How agents are then, where it differs from the file's `agents`.", examples=["{amina: paused}"]
    )
    call: CallDocument = Field(description="The call that comes.", examples=["{dialed: +33199001234, menu: 1}"])
    expect: ExpectDocument | None = Field(
        None, description="What must be so when it has come.", examples=["{queue: billing, offer: amina}"]
    )
    then: tuple[StepDocument, ...] = Field(
        (), description="What happens next, step by step.", examples=["[{after: 20s, amina: no-answer}]"]
    )


class TestsDocument(Document):
    """A file of rule tests."""

    form: ClassVar = "rule tests: at, agents and tests"

    at: Instant | None = Field(
        None,
        description="When calls come, in the zone of the rules unless it names one.",
        examples=["2026-03-29 01:30"],
    )
    agents: dict[AgentRef, ConditionText] = Field(
        {},
        description="How agents are then. Who is not named is as the shift says, free, with a phone that can be rung.",
        examples=["{amina: available for 4m, luc: wrap-up for 20s more}"],
    )
    tests: tuple[TestDocument, ...] = Field(description="The tests.", examples=["[{name: it rings, call: {…}}]"])
