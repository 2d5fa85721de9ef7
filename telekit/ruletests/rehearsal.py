"""Rehearse one test of the rules: step by step, until something is not as expected."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from telekit.acd.imagine import Choice
from telekit.acd.verdict import Verdict
from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, QueueName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.domain.route import Route
from telekit.pbx.loopback import run
from telekit.rules.mistake import Mistake
from telekit.ruletests.case import Case, Places, Step
from telekit.ruletests.document import ExpectDocument
from telekit.ruletests.judge import Difference, differences
from telekit.ruletests.reach import Part
from telekit.ruletests.stage import A_MOMENT, Stage

LEAD = timedelta(seconds=5)
"""How long before anything else the stage opens."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What `telekit explain` would tell of the call at the moment at which it failed."""

    at: datetime
    route: Route | None
    near_misses: tuple[Route, ...]
    """The routes before it that ask for the dialled number, but not for this caller."""
    way: tuple[Choice, ...]
    """What the caller did in menus."""
    queue: QueueName | None
    rings: tuple[AgentName, ...]
    verdicts: tuple[Verdict, ...]
    story: tuple[str, ...]
    """What the caller went through."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test fails."""

    origin: Origin
    """Of the first that is not so, or of what could not be done."""
    differences: tuple[Difference, ...]
    impossible: str
    """What the test wanted somebody to do, and could not be done; else empty."""
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class Result:
    """How one test went."""

    case: Case
    failure: Failure | None
    reach: frozenset[Part]
    """The parts of the rules that it came by."""


def rehearse(plan: Plan, case: Case) -> Result:
    """Rehearse one test on a plan, in virtual time."""
    return run(_rehearse(plan, case))


async def _rehearse(plan: Plan, case: Case) -> Result:
    earliest = max((each.since or timedelta(0) for each in case.agents.values()), default=timedelta(0))
    stage = Stage(plan, case.at - earliest - A_MOMENT - LEAD)
    try:
        failure = await _play(stage, case)
    finally:
        await stage.close()
    return Result(case, failure, frozenset(stage.reach.parts))


async def _play(stage: Stage, case: Case) -> Failure | None:
    """Play a test up to the first step at which something is not as expected."""
    seen: dict[str, int] = {}
    places = case.places
    try:
        await stage.open()
        await stage.prepare(case.agents, case.at)
        await stage.call(case.call)
        if failure := _judge(stage, case.expect, places, seen):
            return failure
        for step in case.steps:
            places = step.places
            await stage.until(step.at)
            await _act(stage, step)
            if failure := _judge(stage, step.told.expect, places, seen):
                return failure
    except Mistake as mistake:
        return Failure(places.of(*map(str, mistake.at)), (), mistake.message, _trace(stage, None))
    return None


async def _act(stage: Stage, step: Step) -> None:
    """Let everybody do what a step says: callers first, then agents, in the order written; then another call comes."""
    if step.told.caller is not None:
        await stage.caller_does(step.told.which, *step.told.caller)
    for name, deed in step.told.deeds.items():
        await stage.does(AgentName(name), deed)
    if step.told.call is not None:
        await stage.call(step.told.call)


def _judge(stage: Stage, expect: ExpectDocument | None, places: Places, seen: dict[str, int]) -> Failure | None:
    stage.look()
    if expect is None:
        return None
    call = stage.call_named(expect.call)
    found = tuple(differences(stage, expect, seen.get(call.id, 0), places))
    seen[call.id] = len(call.story)
    return Failure(found[0].origin, found, "", _trace(stage, expect.call)) if found else None


def _trace(stage: Stage, name: str | None) -> Trace | None:
    if not stage.calls:
        return None
    call = stage.call_named(name)
    waits = stage.exchange.distributor.call(call.id)
    routed = next((fact for fact in stage.facts(call) if fact.kind is FactKind.CALL_ROUTED), None)
    route = next(
        (r for r in stage.plan.routes if routed is not None and str(r.origin) == routed.details["route"]), None
    )
    return Trace(
        stage.now(),
        route,
        stage.near_misses(call, route),
        stage.way(call),
        stage.queue_of(call),
        tuple(offer.agent for offer in waits.offers) if waits is not None else (),
        stage.verdicts(call),
        tuple(call.story),
    )
