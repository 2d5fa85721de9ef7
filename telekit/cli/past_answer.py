"""What `telekit explain --call` prints: what the journal holds of a call, and at each decision everybody's case."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from telekit.acd.verdict import Verdict, detail_in
from telekit.cli.answer_json import verdict_as_json
from telekit.cli.instant import clock, tell_instant
from telekit.cli.replay_table import tell_decision
from telekit.cli.span import span
from telekit.cli.verdicts import Case, cases
from telekit.domain.fact import Fact, FactKind
from telekit.domain.plan import Plan
from telekit.replay.past import Look, Past

UNTOLD = {FactKind.PRESENCE, FactKind.PHONE}


def tell_past(past: Past, plan: Plan, rules: str, *, everybody: bool) -> Iterator[str]:
    """Tell a person; `rules` says whether they are those of then."""
    yield from _head(past, plan, rules)
    first_at = past.facts[0].at
    looks = {look.at: look for look in past.looks}
    facts = [fact for fact in past.facts if fact.kind not in UNTOLD]
    for number, fact in enumerate(facts):
        yield f"{clock(fact.at, first_at, plan.zone)}  {_tell(fact)}"
        is_last = number + 1 == len(facts) or facts[number + 1].at != fact.at
        if is_last and (look := looks.get(fact.at)) is not None:
            yield from _cases(look, plan, everybody)
    yield from _otherwise(past, plan)


def tell_moment(past: Past, plan: Plan, rules: str, at: datetime, *, everybody: bool) -> Iterator[str]:
    """Tell a person how it stood at one moment."""
    yield from _head(past, plan, rules)
    first_at = past.facts[0].at
    last = next((fact for fact in reversed(past.facts) if fact.at <= at and fact.kind not in UNTOLD), None)
    if last is None:
        yield f"at {clock(at, first_at, plan.zone)} the call had not come yet"
        return
    yield f"last, {clock(last.at, first_at, plan.zone)}  {_tell(last)}"
    for look in past.looks:
        another = "would find" if look.open else "would find it closed"
        where = f"waits in {look.queue}" if look.waits else f"waits no more; another call of {look.queue} {another}"
        yield f"{clock(at, first_at, plan.zone)}  {where}"
        yield from _cases(look, plan, everybody)
    if past.change is not None:
        names = ", ".join(past.change.rings or past.change.eligible) or "nobody"
        rings = "rings" if past.change.rings else "may be asked"
        then = f"{names} {rings}" if past.change.waits else "it waits no more"
        yield f"this changes {clock(past.change.at, at, plan.zone)}: then {then}"
    yield from _otherwise(past, plan)


def _head(past: Past, plan: Plan, rules: str) -> Iterator[str]:
    first = past.facts[0]
    yield f"call {first.call}  {tell_instant(first.at, plan.zone, year=True)}, {plan.zone}"
    yield f"rules  {rules}"


def _otherwise(past: Past, plan: Plan) -> Iterator[str]:
    difference = past.difference
    if difference is not None:
        at = clock(difference.at, past.facts[0].at, plan.zone)
        yield f"these rules decide otherwise at {at}: {tell_decision(difference.now)}"
        yield f"  instead of: {tell_decision(difference.was)}; what is told after that would have been so"


def _cases(look: Look, plan: Plan, everybody: bool) -> Iterator[str]:
    if not (look.waits or look.open):
        return
    told = cases(look.verdicts, lambda verdict: _case(verdict, look, plan), everybody=everybody)
    yield from (f"          {line}" for line in told)


def _case(verdict: Verdict, look: Look, plan: Plan) -> Case:
    origin = str(verdict.origin) if verdict.origin.file else ""
    if verdict.agent in look.rings:
        return verdict.agent, "yes", "rings" if look.waits else "rings first", "", ""
    if verdict.eligible:
        step = plan.queues[look.queue].steps[verdict.step or 0]
        later = f"after {span(step.after)}" if step.after and not look.waits else "comes later"
        return verdict.agent, "yes", later, "", str(step.origin)
    until = f"until {clock(verdict.until_at, look.at, plan.zone)}" if verdict.until_at is not None else ""
    detail = ", ".join(filter(None, (detail_in(verdict, plan), until)))
    return verdict.agent, "no", verdict.obstacle.value if verdict.obstacle else "", detail, origin


def _tell(fact: Fact) -> str:
    told = fact.details
    match fact.kind:
        case FactKind.CALL_ARRIVED:
            back = "is back in its place" if told.get("returning") else f"calls {told.get('dialed')}"
            return f"{told.get('caller') or 'a hidden number'} {back}"
        case FactKind.CALL_ROUTED:
            named = f"{told['label']}  " if told.get("label") else ""
            return f"route {named}{told['route']}" if told.get("route") else "no route takes it"
        case FactKind.ENTERED:
            priority = f" with priority {told['priority']}" if told.get("priority") else ""
            held = f", held for {told['preferred']}" if told.get("preferred") else ""
            return f"comes to {fact.queue}{priority}{held}"
        case FactKind.JOINED:
            return f"talks with {fact.agent}, after {told.get('waited')} s"
        case FactKind.FINISHED:
            return f"has talked with {fact.agent} for {told.get('talked')} s"
        case FactKind.ABANDONED:
            return f"gives up after {told.get('waited')} s"
        case FactKind.CALL_ENDED:
            return f"ends, by {told.get('by')}"
        case kind if kind in (
            *(FactKind.OFFERED, FactKind.QUEUED, FactKind.DIVERTED, FactKind.WITHDRAWN),
            *(FactKind.RELEASED, FactKind.OFFER_ENDED),
        ):
            return tell_decision(fact)
        case _:
            more = ", ".join(f"{name} {value}" for name, value in told.items() if value not in (None, ""))
            return f"{fact.kind.value.replace('-', ' ')}{f' ({more})' if more else ''}"


def past_as_json(past: Past, rules: str) -> dict[str, Any]:
    """Give all for a program."""
    difference = past.difference
    return {
        "call": past.facts[0].call,
        "rules": rules,
        "facts": [
            {
                "at": fact.at.isoformat(),
                "kind": fact.kind.value,
                "queue": fact.queue,
                "agent": fact.agent,
                "offer": fact.offer,
                "details": dict(fact.details),
            }
            for fact in past.facts
        ],
        "looks": [_look_as_json(look) for look in past.looks],
        "change": _look_as_json(past.change) if past.change is not None else None,
        "otherwise": None
        if difference is None
        else {
            "at": difference.at.isoformat(),
            "then": tell_decision(difference.was) if difference.was is not None else None,
            "now": tell_decision(difference.now) if difference.now is not None else None,
        },
    }


def _look_as_json(look: Look) -> dict[str, Any]:
    return {
        "at": look.at.isoformat(),
        "queue": look.queue,
        "waits": look.waits,
        "open": look.open,
        "rings": list(look.rings),
        "agents": [verdict_as_json(verdict) for verdict in look.verdicts],
    }
