"""The table of scenarios that stay with Asterisk names no other than there are."""

from pathlib import Path

from tests.scenarios.either import ASTERISK_ALONE

SCENARIOS = sorted(Path(__file__).parent.glob("test_*.py"))


def test_every_scenario_that_stays_with_asterisk_is_there() -> None:
    tests = "".join(file.read_text() for file in SCENARIOS)
    files = {file.stem for file in SCENARIOS}
    assert [name for name in ASTERISK_ALONE if name not in files and f"def {name}(" not in tests] == []
