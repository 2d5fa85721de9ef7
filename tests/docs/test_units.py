"""systemd's units that telekit ships: what they run exists, and a page says how each comes to run."""

import re
from pathlib import Path

import pytest

from tests.docs.page import DOCS, OWN
from tests.docs.test_commands import verb_of

UNITS = sorted((DOCS / "samples/systemd").iterdir())
STARTING = [unit for unit in UNITS if unit.suffix in (".timer", ".path")]
SWITCHES = ("asterisk", "freeswitch")


def lines_of(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


@pytest.mark.parametrize("unit", STARTING, ids=lambda unit: unit.name)
def test_a_unit_that_starts_another_has_it_beside_it_and_a_page_enables_it(unit: Path) -> None:
    assert unit.with_suffix(".service") in UNITS
    enabling = [line for page in OWN for line in page.commands() if line.startswith("systemctl enable")]
    assert any(unit.name in line.split() for line in enabling)


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_what_a_service_runs_of_telekit_exists(unit: Path) -> None:
    commands = [line.split()[1:] for line in lines_of(unit, "Exec(?:Start|Reload)") if "/telekit " in line]
    assert commands
    for words in commands:
        verb_of(words)


def test_the_fallback_of_either_switch_is_written_anew_each_night_and_when_the_rules_change() -> None:
    for unit in STARTING:
        assert lines_of(unit, {".timer": "OnCalendar", ".path": "PathChanged"}[unit.suffix])
    written = {
        (line.split()[-1], unit.suffix)
        for unit in STARTING
        for line in lines_of(unit.with_suffix(".service"), "ExecStart")
        if "telekit render" in line
    }
    assert written == {(switch, suffix) for switch in SWITCHES for suffix in (".timer", ".path")}


def test_telekit_starts_after_either_switch() -> None:
    (after,) = lines_of(DOCS / "samples/systemd/telekit.service", "After")
    assert {f"{switch}.service" for switch in SWITCHES} <= set(after.split())
