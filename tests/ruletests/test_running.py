"""Many tests go the same on several cores as on one, and come back in their order."""

from pathlib import Path

import pytest

from telekit.ruletests.coverage import coverage_of
from telekit.ruletests.running import run_files
from telekit.ruletests.workers import MANY
from tests.ruletests.rules import HEAD, plan_in

PASSES = "call: {dialed: 100, menu: 1}, expect: {offer: amina}"
FAILS = "call: {dialed: 100, menu: 1}, expect: {offer: luc}"


@pytest.mark.parametrize("count", [3, MANY + 10])
def test_on_two_cores_tests_go_as_on_one(tmp_path: Path, count: int) -> None:
    plan = plan_in(tmp_path)
    lines = [f"  - {{name: t{number}, {FAILS if number == 2 else PASSES}}}" for number in range(count)]
    file = tmp_path / "all.test.yaml"
    file.write_text("\n".join([f"{HEAD}tests:", *lines, ""]))
    told: list[tuple[int, int]] = []
    one, two = run_files(plan, [file], cores=1), run_files(plan, [file], ran=lambda *at: told.append(at), cores=2)
    assert [result.case.name for result in two.results] == [f"t{number}" for number in range(count)]
    assert [result.case.name for result in two.failed] == ["t2"]
    assert [each.reach for each in two.results] == [each.reach for each in one.results]
    assert [each.failure and each.failure.differences for each in two.failed] == [
        each.failure and each.failure.differences for each in one.failed
    ]
    assert coverage_of(plan, two.results) == coverage_of(plan, one.results)
    assert told == [(number, count) for number in range(1, count + 1)]
