"""Queues and their steps as written."""

import re
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from telekit.domain.callback import Keep
from telekit.domain.queue import Strategy
from telekit.rules.document.announce import AnnounceDocument, ComfortDocument
from telekit.rules.document.callback import CallbackDocument, OfferedText
from telekit.rules.document.destination import DestinationDocument, DestinationText, End, TreatmentDocument
from telekit.rules.document.shape import Document, exactly_one, mark_shape, one_of
from telekit.rules.document.whisper import WhisperDocument
from telekit.rules.duration import parse_duration, write_duration
from telekit.rules.field import (
    Music,
    Proficiency,
    SkillRef,
    Switch,
    WeeklyHours,
    lasting,
    ratio,
    whole,
    word,
)
from telekit.rules.form import OneOrMany, Written
from telekit.rules.mistake import Mistake, Mistakes
from telekit.rules.weekly import HOURS_FORM

Requires = dict[SkillRef, Proficiency]
Opening = Annotated[tuple[WeeklyHours, ...], OneOrMany(HOURS_FORM)]


class OnHolidays(StrEnum):
    """What a queue does on a public holiday."""

    CLOSED = "closed"
    OPEN = "open"


class Return(StrEnum):
    """A way back that ends by itself."""

    UNTIL_REGISTERED = "until-registered"


class ConsequenceDocument(Document, json_schema_extra=one_of("pause_after", "skip", needs={"for": "pause_after"})):
    """What a missed offer does to the agent: one of pause_after and skip."""

    form: ClassVar = "a consequence such as {skip: 30s}, {pause_after: 2} or {pause_after: 2, for: 10m}"

    pause_after: Annotated[int, whole(1, 100, "a number of misses")] | None = Field(
        None, description="Pause the agent after so many misses in a row for this cause.", examples=["2"]
    )
    for_: Annotated[timedelta, lasting("1s", "24h")] | None = Field(
        None,
        alias="for",
        description=(
            "How long that pause lasts; left out, it ends when the agent resumes by code, with the next shift, or when "
            "the phone shows that the cause is gone: busy and free again, unreachable and registered again."
        ),
        examples=["10m"],
    )
    skip: Annotated[timedelta, lasting("1s", "24h")] | None = Field(
        None, description="Offer the agent no call for so long, or until the cause is gone.", examples=["30s"]
    )

    @model_validator(mode="after")
    def _one(self) -> "ConsequenceDocument":
        exactly_one(self, "pause_after", "skip")
        if self.skip is not None and self.for_ is not None:
            raise Mistake("for says how long a pause lasts, and skip has its own time", "leave it out", at=("for",))
        return self


ConsequenceText = Annotated[
    Annotated[Return, word("consequence", Return), Tag("<text>")] | Annotated[ConsequenceDocument, Tag("<mapping>")],
    Discriminator(mark_shape),
]


_SKIP_30S = ConsequenceDocument.written({"skip": "30s"})


class MissedDocument(Document):
    """What a missed offer does to the agent, by the cause of the miss."""

    form: ClassVar = "consequences such as {no-answer: {pause_after: 2}, rejected: {skip: 30s}}"

    no_answer: ConsequenceDocument = Field(
        ConsequenceDocument.written({"pause_after": "2"}),
        alias="no-answer",
        description="The phone rang and nobody answered.",
        examples=["{pause_after: 2}"],
    )
    rejected: ConsequenceDocument = Field(
        _SKIP_30S, description="The agent refused the call.", examples=["{skip: 30s}"]
    )
    busy: ConsequenceDocument = Field(_SKIP_30S, description="The phone was busy.", examples=["{skip: 30s}"])
    unreachable: ConsequenceText = Field(
        Return.UNTIL_REGISTERED,
        description=(
            "The phone is not registered, or nothing answers at its address. "
            "`until-registered` ends by itself when the phone registers again."
        ),
        examples=["until-registered", "{skip: 5m}"],
    )
    voicemail: ConsequenceDocument = Field(
        ConsequenceDocument.written({"skip": "5m"}),
        description="Something answered but nobody confirmed by key.",
        examples=["{skip: 5m}"],
    )


class StepDocument(
    Document,
    json_schema_extra=one_of(
        *("requires", "go", "offer"), needs={"strategy": "requires", "replace": "requires", "withdraw": "replace"}
    ),
):
    """What changes once a call has waited so long: whom it may be offered to, where it goes, or what it is offered."""

    form: ClassVar = "a step such as {after: 30s, requires: {french: 3}} or {after: 8m, go: voicemail}"

    after: Annotated[timedelta, lasting("1s", "24h")] = Field(
        description="How long the call has waited in this queue, also while phones rang. 1s to 24h.", examples=["30s"]
    )
    requires: Requires | None = Field(
        None,
        description=(
            "The skills, with least proficiencies, that the call requires from now on: the whole of them, "
            "not only what changes. `{}` lets any agent take it."
        ),
        examples=["{french: 5, billing: 3}"],
    )
    strategy: Annotated[Strategy, word("strategy", Strategy)] | None = Field(
        None,
        description="The order among the agents that this step adds; the queue's if left out.",
        examples=["most-skilled"],
    )
    replace: Switch = Field(
        False,
        description="Whether agents of earlier steps are no longer eligible; otherwise they stay, and come first.",
        examples=["true"],
    )
    withdraw: Switch = Field(
        False,
        description=(
            "With replace: whether a phone that rings when this step comes stops ringing, if its agent is no longer "
            "eligible; otherwise it rings on."
        ),
        examples=["true"],
    )
    go: DestinationText | None = Field(
        None,
        description="Where the call goes. Only after a menu, from which it may come back, another step has a meaning.",
        examples=["voicemail", "{menu: stay}", "{queue: general, keeps_age: true}"],
    )
    offer: OfferedText | None = Field(
        None,
        description=(
            "Ask the caller whether to be called back. Who does not want it waits on, at the same place; nobody is "
            "asked who cannot be called, or for whom nobody would be there in time."
        ),
        examples=["callback"],
    )

    @model_validator(mode="after")
    def _widens_or_goes(self) -> "StepDocument":
        exactly_one(self, "requires", "go", "offer")
        for key in ("strategy", "replace", "withdraw"):
            if self.requires is None and key in self.model_fields_set:
                elsewhere = "the call goes away" if self.go is not None else "only a callback is offered"
                raise Mistake(f"{key} means nothing where {elsewhere}", at=(key,))
        if self.withdraw and not self.replace:
            raise Mistake("without replace: true every agent stays eligible", at=("withdraw",))
        return self


def _in_order(steps: tuple[StepDocument, ...]) -> tuple[StepDocument, ...]:
    mistakes: list[Mistake] = []
    for index in range(1, len(steps)):
        before, step = steps[index - 1], steps[index]
        if before.go is not None and not _leads_to_a_menu(before.go):
            mistakes.append(Mistake("no step is reached after one that goes away", at=(index,)))
        elif step.after <= before.after:
            earlier = write_duration(before.after)
            mistakes.append(Mistake(f"must be later than the step before it, at {earlier}", at=(index, "after")))
    if mistakes:
        raise Mistakes(mistakes)
    return steps


def _leads_to_a_menu(go: End | DestinationDocument) -> bool:
    return isinstance(go, DestinationDocument) and go.menu is not None


class OverflowDocument(Document, json_schema_extra=one_of("waiting", "per_agent", and_of=("go", "offer"))):
    """When a call that comes is one too many, and what then: one of waiting and per_agent, and one of go and offer."""

    form: ClassVar = "an overflow such as {waiting: 20, go: {queue: general}}"

    waiting: Annotated[int, whole(1, 10_000, "a number of calls")] | None = Field(
        None, description="So many calls wait in the queue already. 1 to 10000.", examples=["20"]
    )
    per_agent: Annotated[Decimal, ratio("0.01", "1000")] | None = Field(
        None,
        description=(
            "So many calls wait in the queue already for each agent on shift who could serve this one, now or at a "
            "later step. 0.01 to 1000."
        ),
        examples=["3", "0.5"],
    )
    go: DestinationText | None = Field(
        None, description="Where the call goes.", examples=["{queue: general}", "voicemail"]
    )
    offer: OfferedText | None = Field(
        None,
        description="Ask the caller whether to be called back. Who does not want it waits.",
        examples=["callback"],
    )

    @model_validator(mode="after")
    def _one(self) -> "OverflowDocument":
        exactly_one(self, "waiting", "per_agent")
        exactly_one(self, "go", "offer")
        return self


_AGES = re.compile(r"(?P<points>[0-9]{1,4}) per (?P<span>\S+)")
_AGES_FORM = "how priority grows, such as 1 per 10s"


def _parse_ages(text: str) -> timedelta:
    match = _AGES.fullmatch(text)
    if not match:
        raise Mistake(f"expected {_AGES_FORM}, not '{text}'")
    points = int(match["points"])
    try:
        span = parse_duration(match["span"])
    except Mistake as mistake:
        raise mistake.moved(match.start("span")) from None
    if not (1 <= points <= 1000 and timedelta(seconds=1) <= span <= timedelta(hours=24)):
        raise Mistake(f"must be 1 to 1000 points per 1s to 24h, not '{text}'")
    return span / points


class NoAgentDocument(TreatmentDocument, json_schema_extra={"minProperties": 1}):
    """Say something, then send the call on, unless the caller wants to be called back."""

    form: ClassVar = "what to play and what then, such as {play: no-agent, offer: callback, then: voicemail}"

    offer: OfferedText | None = Field(
        None,
        description=(
            "Ask the caller first whether to be called back when somebody is there again; only who does not want it, "
            "or cannot be promised one, is sent on. It goes with `callback: {keep: next-shift}`."
        ),
        examples=["callback"],
    )


class QueueDocument(Document):
    """Calls that wait for the same kind of help."""

    form: ClassVar = "a queue such as {open: mon-fri 08:00-20:00, requires: {french: 5}}"

    open: Opening = Field(
        (),
        description="When the queue is open, in the zone of the rules; always if left out.",
        examples=["mon-fri 08:00-20:00", "[mon-fri 08:00-20:00, sat 09:00-13:00]"],
    )
    holidays: Annotated[OnHolidays, word("word for holidays", OnHolidays)] = Field(
        OnHolidays.CLOSED, description="Whether the queue is `open` or `closed` on public holidays.", examples=["open"]
    )
    requires: Requires = Field(
        {},
        description="The skills that a call needs, all of them, each with the least proficiency, 1 to 10.",
        examples=["{french: 5, billing: 5}"],
    )
    strategy: Annotated[Strategy, word("strategy", Strategy)] = Field(
        Strategy.LONGEST_IDLE,
        description=(
            "The order among eligible agents: `longest-idle`, `fewest-calls`, `most-skilled`, `least-skilled`, "
            "`round-robin` or `fixed` (as they stand in the rules); or `ring-all`, all at once."
        ),
        examples=["most-skilled"],
    )
    ring: Annotated[timedelta, lasting("1s", "10m")] = Field(
        timedelta(seconds=20), description="How long one agent's phone rings. 1s to 10m.", examples=["20s"]
    )
    wrap_up: Annotated[timedelta, lasting("0s", "8h")] = Field(
        timedelta(0), description="How long an agent is left in peace after a call. 0s to 8h.", examples=["30s"]
    )
    last_offer: Annotated[timedelta, lasting("0s", "8h")] = Field(
        timedelta(0),
        description="How long before the end of a shift the last offer to its agent may start. 0s to 8h.",
        examples=["5m"],
    )
    ages: (
        Annotated[timedelta, Written(_AGES_FORM, {"type": "string", "pattern": r"^[0-9]{1,4} per \S+$"}, _parse_ages)]
        | None
    ) = Field(
        None,
        description="How a call's priority grows while it waits, so that none starves; it does not if left out.",
        examples=["1 per 10s"],
    )
    missed: MissedDocument = Field(
        MissedDocument(),
        description="What a missed offer does to the agent, by cause.",
        examples=["{no-answer: {pause_after: 2}, rejected: {skip: 30s}, unreachable: until-registered}"],
    )
    music: Music = Field(
        "default", description="The class of music on hold that callers hear while they wait.", examples=["calm"]
    )
    announce: AnnounceDocument | None = Field(
        None,
        description="What callers who wait are told of the line; nothing if left out.",
        examples=["{position: every 45s, expected_wait: true}"],
    )
    whisper: WhisperDocument | None = Field(
        None,
        description="What the agent hears after answering and before the caller is joined.",
        examples=["{say: custom/billing, wait: true}"],
    )
    comfort: ComfortDocument | None = Field(
        None,
        description="What callers who wait hear again and again besides; nothing if left out.",
        examples=["{play: comfort, every: 60s}"],
    )
    callback: CallbackDocument | None = Field(
        None,
        description=(
            "How callers are called back who do not want to wait. If left out they are not, unless a step or an "
            "overflow offers it: then its defaults hold."
        ),
        examples=["{key: 5, allow: +33}"],
    )
    steps: Annotated[tuple[StepDocument, ...], AfterValidator(_in_order)] = Field(
        (),
        description="What changes as a call waits, in order of time.",
        examples=["[{after: 30s, requires: {french: 3}}, {after: 8m, go: voicemail}]"],
    )
    overflow: tuple[OverflowDocument, ...] = Field(
        (),
        description=(
            "When too many wait for one more. Asked once, when a call comes for which nobody is free at once; "
            "the first that holds counts."
        ),
        examples=["[{waiting: 20, go: {queue: general}}, {per_agent: 3, go: voicemail}]"],
    )
    closed: TreatmentDocument = Field(
        TreatmentDocument.written({"play": "closed", "then": "hangup"}),
        description="What a caller meets while the queue is closed.",
        examples=["{play: closed, then: voicemail}"],
    )
    no_agent: NoAgentDocument = Field(
        NoAgentDocument.written({"play": "no-agent", "then": "hangup"}),
        description="What a caller meets when no agent who could ever serve the call is on shift.",
        examples=["{play: no-agent, then: voicemail}", "{play: no-agent, offer: callback, then: voicemail}"],
    )

    @property
    def offers_callback(self) -> bool:
        """Say whether a step, an overflow or `no_agent` offers a callback."""
        offers = (*(step.offer for step in self.steps), *(each.offer for each in self.overflow), self.no_agent.offer)
        return any(offer is not None for offer in offers)

    @model_validator(mode="after")
    def _callback_is_offered(self) -> "QueueDocument":
        if self.callback is not None and self.callback.key is None and not self.offers_callback:
            hint = "write key: 5 here, or a step such as {after: 4m, offer: callback}"
            raise Mistake("no caller is ever offered it", hint, at=("callback",))
        if self.no_agent.offer is not None and (self.callback is None or self.callback.keep is not Keep.NEXT_SHIFT):
            hint = "write callback: {keep: next-shift} at the queue"
            raise Mistake(
                "with nobody there, a callback has to wait for the next shift", hint, at=("no_agent", "offer")
            )
        return self
