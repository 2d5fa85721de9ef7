"""A recording from the facts of telekit's own journal."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from telekit.acd.actions import WithdrawReason
from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    CallArrived,
    CallbackAgreed,
    CallbackCancelled,
    CallbackDeclined,
    CallHeld,
    CallPassedOn,
    CallResumed,
    Event,
    PhoneRegistered,
    PhoneSeen,
    WrapUpEnded,
    WrapUpExtended,
)
from telekit.domain.callback import CallbackOutcome
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, QueueName, VariableName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.preference import Preferred
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause
from telekit.replay.recording import Moment, PlanHeld, RecordedCall, RecordedOffer, Recording, Talk, Visit

DECISIONS = {
    *(FactKind.QUEUED, FactKind.OFFERED, FactKind.OFFER_ENDED, FactKind.WITHDRAWN, FactKind.RELEASED),
    *(FactKind.DIVERTED, FactKind.CALLBACK_OFFERED),
}
"""What the distributor decides for a call; all else happens to it."""
LATE = timedelta(milliseconds=10)
LOST = "lost"
FROM_OUTSIDE = (CallbackOutcome.CANCELLED.value, CallbackOutcome.NOT_ALLOWED.value)
"""Callbacks end so by what the deciding code is told, not by itself."""
OVERDUE = WithdrawReason.OVERDUE.value


def from_journal(facts: Iterable[Fact], before: Iterable[Fact] = ()) -> Recording | None:
    """Sort facts that stand in order; None when there are none.

    `before` are facts from before the first of them: the last of each phone and of each agent's presence.
    """
    reader = _Reader()
    for order, fact in enumerate(facts):
        reader.take(fact, Moment(fact.at, order))
    recording = reader.recording
    if recording is not None:
        reader.begin_with(before)
    return recording


class _Reader:
    def __init__(self) -> None:
        self.recording: Recording | None = None

    def take(self, fact: Fact, at: Moment) -> None:
        if self.recording is None:
            self.recording = Recording(fact.at, fact.at)
        recording = self.recording
        recording.ended_at = max(recording.ended_at, fact.at)
        match fact.kind:
            case FactKind.STARTED:
                recording.plans.append(PlanHeld(at, None, is_start=True))
            case FactKind.PLAN_LOADED:
                _note_plan(recording.plans, fact, at)
            case FactKind.LINK_UP:
                recording.links.append(at)
            case FactKind.PHONE:
                recording.told.append((at, _of_phone(fact.details)))
            case FactKind.PRESENCE:
                self._stood(fact, at)
            case FactKind.SAID if fact.agent is not None:
                recording.of_agents.append((at, fact))
                if (said := _said(fact.agent, fact.details)) is not None:
                    recording.told.append((at, said))
            case _ if fact.call is not None:
                call = recording.calls.get(fact.call)
                if call is None:
                    call = recording.calls[fact.call] = RecordedCall(fact.call, at, None)
                _of_call(call, fact, at)

    def begin_with(self, before: Iterable[Fact]) -> None:
        """Put what held before the first fact in front of all."""
        recording = self.recording
        if recording is None:
            return
        at, told, of_agents = Moment(recording.began_at, -1), recording.told, recording.of_agents
        recording.told, recording.of_agents = [], []
        for fact in before:
            if fact.kind is FactKind.PHONE:
                recording.told.append((at, _of_phone(fact.details)))
            elif fact.kind is FactKind.PRESENCE:
                self._stood(fact, at)
        recording.told += told
        recording.of_agents += of_agents

    def _stood(self, fact: Fact, at: Moment) -> None:
        if self.recording is not None and fact.agent is not None:
            self.recording.of_agents.append((at, fact))
            if fact.details.get("now") != Presence.LOGGED_OUT.value:
                self.recording.worked.add(fact.agent)


def _note_plan(plans: list[PlanHeld], fact: Fact, at: Moment) -> None:
    """Take in the rules that hold: those of a start, or of a reload."""
    fingerprint = fact.details.get("fingerprint")
    told = str(fingerprint) if fingerprint is not None else None
    if plans and plans[-1].is_start and not plans[-1].is_told:
        plans[-1].fingerprint, plans[-1].is_told = told, True
    else:
        plans.append(PlanHeld(at, told, is_start=False, is_told=True))


def _of_call(call: RecordedCall, fact: Fact, at: Moment) -> None:
    told, visit = fact.details, call.visits[-1] if call.visits else None
    if fact.kind in DECISIONS:
        if fact.kind is FactKind.QUEUED and (visit is None or visit.is_over):
            call.noted = fact  # just after a start callers are told to wait before it is decided that they do
            return
        if visit is not None and visit.presumed in call.decisions[-1:] and fact.at - visit.at.at <= LATE:
            call.decisions.pop()
        call.decisions.append(fact)
    if fact.kind is FactKind.CALL_ENDED:
        call.noted = None
    match fact.kind:
        case FactKind.CALL_ARRIVED:
            call.dialed, caller = str(told.get("dialed")), told.get("caller")
            call.caller = str(caller) if caller is not None else None
        case FactKind.LOOKED_UP:
            call.known = {**call.known, **_given(str(told.get("given") or ""))}
        case FactKind.ENTERED if fact.queue is not None:
            visit = Visit(at, _entered(call.call, fact.queue, told))
            call.visits.append(visit)
            if call.noted is not None:
                visit.presumed, call.noted = replace(call.noted, at=fact.at), None
                call.decisions.append(visit.presumed)
        case FactKind.TRANSFERRED | FactKind.TAKEN_OVER | FactKind.HELD | FactKind.RESUMED | FactKind.FINISHED:
            talk = next((each.talk for each in reversed(call.visits) if each.talk is not None), None)
            if talk is not None:
                _of_talk(call.call, talk, fact, at)
        case FactKind.CALL_ENDED if visit is not None and told.get("by") == LOST and not visit.is_over:
            if all(offer.end is not None for offer in visit.offers.values()):  # else nobody decides any more
                visit.gone, visit.is_lost = at, True
        case _ if visit is not None:
            _of_visit(visit, fact, at)


def _of_visit(visit: Visit, fact: Fact, at: Moment) -> None:
    told, call = fact.details, visit.event.call
    offer = visit.offers.get(fact.offer) if fact.offer is not None else None
    match fact.kind:
        case FactKind.OFFERED if fact.offer is not None and fact.agent is not None:
            visit.offers[fact.offer] = RecordedOffer(fact.agent, fact.at)
        case FactKind.WITHDRAWN if offer is not None:
            offer.taken_back, offer.end = True, at if told.get("reason") != OVERDUE else None
            if told.get("reason") == WithdrawReason.CALL_GONE.value and visit.gone is None:
                visit.gone, visit.is_lost = at, True
        case FactKind.OFFER_ENDED if offer is not None and not offer.taken_back:
            offer.end = at
            offer.cause = MissCause(str(told["cause"])) if told.get("cause") else None
        case FactKind.CALLBACK_TRIED if offer is not None:
            offer.end, offer.failed = at, MissCause(str(told["cause"]))
        case FactKind.JOINED if fact.agent is not None:
            if offer is not None:
                offer.end, offer.joined = at, True
                offer.late = max(offer.rang - _span(told.get("rang")), timedelta(0))
                offer.late = offer.late if offer.late > LATE else timedelta(0)
            visit.talk, visit.gone = Talk(fact.agent, at), None
        case FactKind.ABANDONED:
            visit.gone, visit.is_lost = visit.gone or at, False
        case FactKind.DIVERTED:
            visit.sent = str(told.get("reason")), fact.at
        case FactKind.CALLBACK_PROMISED:
            visit.during.append((at, CallbackAgreed(call, str(told.get("number")))))
        case FactKind.CALLBACK_DECLINED:
            visit.during.append((at, CallbackDeclined(call)))
        case FactKind.CALLBACK_ENDED if (outcome := told.get("outcome")) in FROM_OUTSIDE:
            visit.during.append((at, CallbackCancelled(call, CallbackOutcome(str(outcome)))))
        case _:
            pass


def _of_talk(call: CallId, talk: Talk, fact: Fact, at: Moment) -> None:
    match fact.kind:
        case FactKind.HELD:
            talk.during.append((at, CallHeld(call)))
        case FactKind.RESUMED:
            talk.during.append((at, CallResumed(call)))
        case FactKind.TRANSFERRED if fact.agent is not None:
            talk.during.append((at, CallPassedOn(call, fact.agent, None, None, fact.queue)))
        case FactKind.TAKEN_OVER if fact.agent is not None:
            by = AgentName(str(fact.details.get("by")))
            before, event = talk.during[-1:], CallPassedOn(call, by, fact.agent, None, fact.queue)
            if before and before[0][0].at == fact.at and isinstance(before[0][1], CallPassedOn):
                talk.during[-1] = (before[0][0], event)  # told together: whom the caller was passed on to is known
            else:
                talk.during.append((at, event))
            talk.end = None
        case FactKind.FINISHED:
            talk.end = at
            if fact.agent == talk.agent and talk.lasted is None:
                talk.lasted = _span(fact.details.get("talked")) + _span(fact.details.get("held"))
        case _:
            pass


def _entered(call: CallId, queue: QueueName, told: Mapping[str, Any]) -> CallArrived:
    preferred = told.get("preferred")
    return CallArrived(
        call,
        queue,
        int(told.get("priority") or 0),
        _moment(told.get("entered_at")),
        int(told.get("offers") or 0),
        _moment(told.get("came_at")),
        _span(told.get("exited")),
        Preferred(AgentName(preferred), _span(told.get("preferred_for"))) if preferred is not None else None,
        instead_of=CallId(told["instead_of"]) if told.get("instead_of") is not None else None,
    )


def _of_phone(told: Mapping[str, Any]) -> PhoneSeen | PhoneRegistered:
    kind, _, address = str(told.get("phone")).partition(":")
    phone = Phone(PhoneKind(kind), address)
    if told.get("registers"):
        return PhoneRegistered(phone)
    return PhoneSeen(phone, bool(told.get("reachable")), bool(told.get("engaged")))


def _said(agent: AgentName, told: Mapping[str, Any]) -> Event | None:
    match told.get("word"):
        case "login":
            return AgentLoggedIn(agent)
        case "logout":
            return AgentLoggedOut(agent)
        case "pause":
            return AgentPaused(agent, str(told.get("reason") or ""))
        case "resume":
            return AgentResumed(agent)
        case "end-wrap-up":
            return WrapUpEnded(agent)
        case "extend-wrap-up" if (until_at := _moment(told.get("until"))) is not None:
            return WrapUpExtended(agent, until_at)
        case _:
            return None


def _given(text: str) -> dict[VariableName, str]:
    pairs = (part.partition("=") for part in text.split(", ") if "=" in part)
    return {VariableName(name): value for name, _, value in pairs}


def _moment(told: object) -> datetime | None:
    return datetime.fromtimestamp(told, UTC) if isinstance(told, int | float) else None


def _span(told: object) -> timedelta:
    return timedelta(seconds=told) if isinstance(told, int | float) else timedelta(0)
