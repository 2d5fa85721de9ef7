"""Whether what a test expects is so; and if not, what is instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from telekit.acd.verdict import Verdict
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName
from telekit.domain.origin import Origin
from telekit.ruletests.caller import RehearsedCall
from telekit.ruletests.case import Places
from telekit.ruletests.document import NOBODY, ExpectDocument
from telekit.ruletests.stage import Stage

OFFERED = "is offered it"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected."""

    what: str
    expected: str
    happened: str
    origin: Origin
    """Where it is expected."""


def differences(stage: Stage, expect: ExpectDocument, heard_before: int, places: Places) -> Iterator[Difference]:
    """Give all that is not as expected now; `heard_before` is how much of the call's story an earlier look has seen."""
    call = stage.call_named(expect.call)
    for what, expected, happened in _pairs(stage, call, expect, heard_before):
        if expected != happened:
            yield Difference(what, expected, happened, places.of("expect", *what.split(": ")))


def _pairs(
    stage: Stage, call: RehearsedCall, expect: ExpectDocument, heard_before: int
) -> Iterator[tuple[str, str, str]]:
    facts = stage.facts(call)
    distributor = stage.exchange.distributor
    waits = distributor.call(call.id)
    if expect.route is not None:
        routed = next(
            (
                str(fact.details["label"] or fact.details["route"])
                for fact in facts
                if fact.kind is FactKind.CALL_ROUTED
            ),
            "none",
        )
        yield "route", expect.route, routed
    if expect.queue is not None:
        yield "queue", expect.queue, stage.queue_of(call) or "none"
    if expect.offer is not None:
        ringing = [offer.agent for offer in waits.offers] if waits is not None else []
        yield "offer", _names(expect.offer), _names(ringing)
    if expect.talks_with is not None:
        talking = [talk.agent for talk in distributor.conversations() if talk.call == call.id]
        yield "talks_with", _names(expect.talks_with), _names(talking)
    if expect.reason:
        verdicts = {verdict.agent: verdict for verdict in stage.verdicts(call)}
        ringing = [offer.agent for offer in waits.offers] if waits is not None else []
        for name, reason in expect.reason.items():
            yield f"reason: {name}", reason, _reason(reason, name, verdicts.get(AgentName(name)), ringing)
    if expect.announcement:
        yield "announcement", *_announced(expect.announcement, call.heard(heard_before))
    if expect.outcome is not None:
        yield "outcome", expect.outcome, call.outcome(facts)
    if expect.number is not None:
        sent = [str(fact.details["number"]) for fact in facts if fact.kind is FactKind.SENT_OUT]
        yield "number", expect.number, sent[-1] if sent else "none"
    if expect.position is not None:
        place = "none"
        if waits is not None:
            line = [each.call for each in distributor.queue(waits.queue).calls]
            place = str(line.index(call.id) + 1)
        yield "position", str(expect.position), place
    for name, presence in expect.presence.items():
        yield f"presence: {name}", presence, distributor.agent(AgentName(name)).presence.presence


def _reason(expected: str, name: str, verdict: Verdict | None, ringing: list[AgentName]) -> str:
    """Tell why an agent is not offered a call: in the words expected, where they are among those that tell it."""
    if name in ringing:
        return OFFERED
    if verdict is None:
        return "none: the call came to no queue"
    if verdict.obstacle is None:
        return "none: may be offered it"
    words = (verdict.obstacle.value, verdict.detail)
    return expected if expected in words else ", ".join(filter(None, words))


def _announced(expected: tuple[str, ...], played: list[str]) -> tuple[str, str]:
    """Tell what was to be heard and what was: the same, where the one stands within the other in this order."""
    told = ", ".join(expected)
    left = iter(played)
    if all(any(_is(prompt, each) for each in left) for prompt in expected):
        return told, told
    return told, ", ".join(prompt.removeprefix("telekit/") for prompt in played) or "nothing"


def _is(prompt: str, played: str) -> bool:
    return played in (prompt, f"telekit/{prompt}")


def _names(names: "tuple[str | None, ...] | list[AgentName]") -> str:
    return ", ".join(sorted(name for name in names if name is not None)) or NOBODY
