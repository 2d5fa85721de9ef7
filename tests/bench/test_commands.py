"""The commands that are timed on large rules run, on small ones of the same kind; their page says what was found."""

from pathlib import Path

from telekit.rules import load
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import rehearse
from tests.bench.commands import COMMANDS, measure, page, write_rules
from tests.bench.figures import Spread


def test_each_command_is_timed_on_rules_without_a_mistake() -> None:
    measured = measure(1, (60, 8, 10))
    assert measured.keys() == COMMANDS.keys()
    assert all(wall.middle > 0 < processor.middle for wall, processor in measured.values())


def test_each_test_takes_another_queue_and_passes(tmp_path: Path) -> None:
    write_rules(tmp_path, 60, 8, 10)
    plan = load(tmp_path / "rules.yaml")
    cases, complaints = read_cases(tmp_path / "rules.test.yaml", plan)
    assert complaints == []
    assert [case.expect.queue for case in cases if case.expect] == [f"q{number % 8}" for number in range(10)]
    assert all(rehearse(plan, case).failure is None for case in cases)


def test_the_page_says_whether_an_aim_is_met() -> None:
    slow, quick = Spread(2.0, 1.0, 3.0), Spread(0.5, 0.4, 0.6)
    told = page({"check": (quick, quick), "explain": (slow, quick), "test": (quick, quick)}, 3, [("processor", "one")])
    assert "| `telekit check` | at most 1 s | 0.50 (0.40 to 0.60) s | 0.50 (0.40 to 0.60) s | met |" in told
    assert "| at most 1 s | 2.00 (1.00 to 3.00) s | 0.50 (0.40 to 0.60) s | **not met** |" in told
    assert "- processor: one" in told
