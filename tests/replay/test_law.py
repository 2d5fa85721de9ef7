"""A day led once more by the rules that held then comes out as it was, decision by decision; by others it does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from telekit.acd.eligibility import Obstacle
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, ShiftName
from telekit.domain.plan import Plan
from telekit.replay.comparison import Compared, Comparison
from telekit.replay.from_journal import DECISIONS, from_journal
from tests.replay.day import RandomDay, a_plan


def compared(facts: list[Fact], plan: Plan, *, reroutes: bool = False) -> Compared:
    recording = from_journal(facts)
    assert recording is not None
    comparison = Comparison(plan, recording, reroutes=reroutes)
    comparison.replay.run()
    return comparison.compared()


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("seed", [6, 15, 19])
def test_a_random_day_comes_out_as_it_was(tmp_path: Path, seed: int, restarts: bool) -> None:
    day = RandomDay(seed, tmp_path, restarts=restarts)
    facts = day.facts()
    found = compared(facts, day.plan)
    assert found.differences[:1] == ()
    assert found.same == found.decisions == sum(fact.kind in DECISIONS for fact in facts) > 400
    happened = {fact.kind for fact in facts}
    assert happened >= DECISIONS - {FactKind.RELEASED, FactKind.CALLBACK_OFFERED}
    assert happened >= {FactKind.JOINED, FactKind.ABANDONED, FactKind.PHONE, FactKind.SAID}


def test_it_does_so_too_where_calls_are_routed_again(tmp_path: Path) -> None:
    day = RandomDay(1, tmp_path)
    assert compared(day.facts(), day.plan, reroutes=True).is_same


def test_an_agent_whose_shift_ends_earlier_is_not_asked_after_that_and_the_shift_is_told_as_the_reason(
    tmp_path: Path,
) -> None:
    facts = RandomDay(0, tmp_path).facts()
    plan = a_plan()
    paul = plan.agents[AgentName("paul")]
    shorter = replace(paul, shifts=(ShiftName("08:00-13:20"),))
    found = compared(facts, replace(plan, agents={**plan.agents, paul.name: shorter}))
    assert 0 < found.same < found.decisions
    assert all(f"{each.at:%H:%M}" >= "12:20" for each in found.differences)
    told = [each.verdict for each in found.differences if each.verdict is not None and each.verdict.agent == "paul"]
    assert Obstacle.OFF_SHIFT in {verdict.obstacle for verdict in told}


def test_what_is_decided_no_more_is_a_difference(tmp_path: Path) -> None:
    day = RandomDay(2, tmp_path)
    plan = replace(day.plan, queues={name: replace(each, exits=()) for name, each in day.plan.queues.items()})
    found = compared(day.facts(), plan)
    missing = [each for each in found.differences if each.now is None]
    assert any(each.was is not None and each.was.kind is FactKind.DIVERTED for each in missing)
