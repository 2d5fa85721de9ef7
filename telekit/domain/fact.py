"""Facts: the lines of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telekit.domain.names import AgentName, CallId, OfferId, QueueName


class FactKind(StrEnum):
    """What happened. The words are kept for good: reports and replays read them."""

    STARTED = "started"
    STOPPED = "stopped"
    PLAN_LOADED = "plan-loaded"
    PLAN_REFUSED = "plan-refused"
    LINK_UP = "link-up"
    LINK_DOWN = "link-down"
    CALL_ARRIVED = "call-arrived"
    LOOKED_UP = "looked-up"
    CALL_ROUTED = "call-routed"
    ENTERED = "entered"
    QUEUED = "queued"
    ANNOUNCED = "announced"
    RELEASED = "released"
    OFFERED = "offered"
    OFFER_ENDED = "offer-ended"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    LINE_DROPPED = "line-dropped"
    HELD = "held"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    TAKEN_OVER = "taken-over"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    DIVERTED = "diverted"
    CALLBACK_OFFERED = "callback-offered"
    CALLBACK_DECLINED = "callback-declined"
    CALLBACK_PROMISED = "callback-promised"
    CALLBACK_TRIED = "callback-tried"
    CALLBACK_ENDED = "callback-ended"
    SENT_OUT = "sent-out"
    BACK_FROM_OUTSIDE = "back-from-outside"
    MESSAGE_LEFT = "message-left"
    CALL_ENDED = "call-ended"
    SCRIPT_FAILED = "script-failed"
    PRESENCE = "presence"
    PHONE = "phone"
    SAID = "said"
    LINE_CHECKED = "line-checked"
    REMINDED = "reminded"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the journal."""

    at: datetime
    kind: FactKind
    call: CallId | None = None
    queue: QueueName | None = None
    agent: AgentName | None = None
    offer: OfferId | None = None
    details: Mapping[str, str | int | float | None] = field(default_factory=dict)
    """Whatever else the kind tells; spans are seconds."""
