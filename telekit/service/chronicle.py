"""How what is told to the distributor, and what it decides, reads in the journal."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from telekit.acd.actions import (
    Abandoned,
    Action,
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
    CallbackTried,
    Divert,
    Finished,
    Held,
    Joined,
    Offer,
    OfferEnded,
    PresenceChanged,
    Queued,
    Released,
    Remind,
    Resumed,
    TakenOver,
    Withdraw,
)
from telekit.acd.events import CallArrived, Event, PhoneRegistered, PhoneSeen
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import LegId

Details = dict[str, str | int | float | None]


def facts_before(event: Event, phones: Iterable[PhoneRegistered | PhoneSeen], at: datetime) -> Iterator[Fact]:
    """Tell what was told to the distributor and cannot be read from what it has decided then; it stands before that."""
    for heard in phones:
        registers = isinstance(heard, PhoneRegistered)
        reachable, engaged = (True, None) if isinstance(heard, PhoneRegistered) else (heard.reachable, heard.engaged)
        phone: Details = {"phone": str(heard.phone), "reachable": reachable, "engaged": engaged, "registers": registers}
        yield Fact(at, FactKind.PHONE, details=phone)
    if isinstance(event, CallArrived):
        preferred = event.preferred
        place: Details = {
            "priority": event.priority,
            "entered_at": event.entered_at.timestamp() if event.entered_at is not None else None,
            "came_at": event.came_at.timestamp() if event.came_at is not None else None,
            "exited": _seconds(event.exited),
            "offers": event.offers,
            "preferred": preferred.agent if preferred is not None else None,
            "preferred_for": _seconds(preferred.span) if preferred is not None else None,
            "instead_of": event.instead_of,
        }
        yield Fact(at, FactKind.ENTERED, event.call, event.queue, details=place)


def fact_of(action: Action, at: datetime, leg: LegId | None = None) -> Fact:
    """Tell one action as a fact; `leg` is the agent's, of a conversation that began."""
    match action:
        case Offer():
            return Fact(
                at,
                FactKind.OFFERED,
                action.call,
                action.queue,
                action.agent,
                action.offer,
                {
                    "phone": str(action.phone),
                    "ring": _seconds(action.ring),
                    "step": action.step,
                    "waited": _seconds(action.waited),
                    **({"callback": action.callback} if action.callback is not None else {}),
                },
            )
        case Withdraw():
            details = {"reason": action.reason.value}
            return Fact(at, FactKind.WITHDRAWN, action.call, None, action.agent, action.offer, details)
        case Divert():
            return Fact(
                at,
                FactKind.DIVERTED,
                action.call,
                action.queue,
                details={"reason": action.reason.value, "detail": action.detail, "waited": _seconds(action.waited)},
            )
        case Queued():
            place = {"entered_at": action.entered_at.timestamp(), "held_for": action.held_for}
            return Fact(at, FactKind.QUEUED, action.call, action.queue, details=place)
        case Released():
            reason = {"reason": action.reason}
            return Fact(at, FactKind.RELEASED, action.call, action.queue, action.agent, details=reason)
        case PresenceChanged():
            return Fact(
                at,
                FactKind.PRESENCE,
                agent=action.agent,
                details={
                    "was": action.was.presence.value,
                    "for": _seconds(action.now.since_at - action.was.since_at),
                    "now": action.now.presence.value,
                    "reason": action.now.reason,
                    "until": action.until_at.timestamp() if action.until_at is not None else None,
                    "missed": action.missed.value if action.missed is not None else None,
                },
            )
        case OfferEnded():
            return Fact(
                at,
                FactKind.OFFER_ENDED,
                action.call,
                action.queue,
                action.agent,
                action.offer,
                {"cause": action.cause.value if action.cause else None, "consequence": action.consequence},
            )
        case Joined():
            begun: Details = {"waited": _seconds(action.waited), "rang": _seconds(action.rang), "leg": leg}
            return Fact(at, FactKind.JOINED, action.call, action.queue, action.agent, action.offer, begun)
        case Held():
            return Fact(at, FactKind.HELD, action.call, action.queue, action.agent)
        case Resumed():
            held = {"held": _seconds(action.held)}
            return Fact(at, FactKind.RESUMED, action.call, action.queue, action.agent, details=held)
        case TakenOver():
            return Fact(at, FactKind.TAKEN_OVER, action.call, action.queue, action.agent, details={"by": action.by})
        case Finished():
            spent = {"talked": _seconds(action.talked), "held": _seconds(action.held)}
            return Fact(at, FactKind.FINISHED, action.call, action.queue, action.agent, details=spent)
        case Abandoned():
            waited = {"waited": _seconds(action.waited)}
            return Fact(at, FactKind.ABANDONED, action.call, action.queue, details=waited)
        case CallbackOffered() | CallbackPromised() | CallbackTried() | CallbackEnded():
            return _of_callback(action, at)
        case Remind():
            return Fact(at, FactKind.REMINDED, agent=action.agent, details={"begins_at": action.begins_at.timestamp()})
        case _:
            assert_never(action)


def _of_callback(action: CallbackOffered | CallbackPromised | CallbackTried | CallbackEnded, at: datetime) -> Fact:
    match action:
        case CallbackOffered():
            why = {"reason": action.reason.value, "detail": action.detail}
            return Fact(at, FactKind.CALLBACK_OFFERED, action.call, action.queue, details=why)
        case CallbackPromised():
            return Fact(
                at,
                FactKind.CALLBACK_PROMISED,
                action.call,
                action.queue,
                details={
                    "number": action.number,
                    "entered_at": action.entered_at.timestamp(),
                    "came_at": action.came_at.timestamp(),
                    "priority": action.priority,
                },
            )
        case CallbackTried():
            again_at = action.again_at.timestamp() if action.again_at is not None else None
            tried = {"cause": action.cause.value, "tries": action.tries, "again_at": again_at}
            return Fact(at, FactKind.CALLBACK_TRIED, action.call, action.queue, action.agent, action.offer, tried)
        case CallbackEnded():
            ended = {
                "outcome": action.outcome.value,
                "waited": _seconds(action.waited),
                "back_as": action.back_as,
            }
            return Fact(at, FactKind.CALLBACK_ENDED, action.call, action.queue, details=ended)
        case _:
            assert_never(action)


def fact_of_wait(arrived: CallArrived, at: datetime) -> Fact:
    """Tell that a call waits of which nothing is decided yet."""
    place = {"entered_at": (arrived.entered_at or at).timestamp(), "held_for": None}
    return Fact(at, FactKind.QUEUED, arrived.call, arrived.queue, details=place)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)
