"""The reasons for a pause."""

from pathlib import Path

from telekit.rules import load


def test_a_reason_has_its_key_and_stays_the_text_that_was_written(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("pauses: {1: lunch, 2: team meeting, 0: no}\n")
    assert load(file).pauses == {"1": "lunch", "2": "team meeting", "0": "no"}


def test_rules_without_reasons_have_none(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("skills: [french]\n")
    assert load(file).pauses == {}
