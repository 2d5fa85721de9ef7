"""Two rule sets, the same calls."""

import pytest

from telekit.domain.plan import Plan
from telekit.simulate.figures import CALLS, GAVE_UP, Figures, Kind
from telekit.simulate.likely import difference
from telekit.simulate.run import Setting
from telekit.simulate.slots import Slots
from telekit.simulate.spread import Exponential
from telekit.simulate.versus import Versus, compare
from telekit.simulate.workers import go_all, tasks_of
from tests.acd.day import ZONE
from tests.simulate.test_run import AN_HOUR, OPEN_AT, centre, traffic

RUNS = 6
BUSY = [traffic(100, 1, Exponential(120), Exponential(60))]


def led(plan: Plan, seed: str = "monday") -> Figures:
    end_at = OPEN_AT + AN_HOUR
    setting = Setting(plan, OPEN_AT, OPEN_AT, end_at=end_at, slots=Slots(OPEN_AT, end_at, ZONE))
    return Figures(plan, go_all(tasks_of(setting, BUSY, RUNS, seed), 1, [].append))


def named(versus: Versus) -> set[str]:
    return {change.figure.name for change in versus.changes if change.group.kind is Kind.ALL}


def test_the_same_rules_do_not_differ() -> None:
    assert not compare(led(centre(3)), led(centre(3))).changes


def test_more_agents_differ_in_what_they_change_and_not_in_what_they_do_not() -> None:
    before, after = led(centre(3)), led(centre(4))
    versus = compare(before, after)
    assert "gave up" in named(versus)
    assert "calls" not in named(versus)
    (change,) = [each for each in versus.changes if each.figure is GAVE_UP and each.group.kind is Kind.ALL]
    assert change.after < change.before
    assert change.by.mean == pytest.approx(change.after - change.before)
    assert change.is_better


def test_what_is_compared_often_has_to_be_surer() -> None:
    before, after = led(centre(3)), led(centre(4))
    (change,) = (c for c in compare(before, after).changes if c.figure is GAVE_UP and c.group.kind is Kind.ALL)
    early, late = ([v or 0.0 for v in side.values(GAVE_UP, side.groups[0])] for side in (before, after))
    assert change.by.margin > difference(early, late).margin


def test_calls_are_the_same_run_by_run() -> None:
    before, after = led(centre(3)), led(centre(9))
    assert before.values(CALLS, before.groups[0]) == after.values(CALLS, after.groups[0])
