"""What `telekit lines` prints of the lines that agents have tried out."""

from typing import Any

from telekit.cli.lines import ADVICE, table
from telekit.domain.line_check import Finding

FINE: dict[str, Any] = {
    "at": "2026-11-23T12:00:00+00:00",
    "ago": 90.0,
    "registered": True,
    "round_trip": 0.034,
    "of": "sound",
    "loss_in": 0.001,
    "loss_out": 0.0,
    "spoke": True,
    "hears": True,
    "signals_encrypted": True,
    "sound_encrypted": True,
    "findings": [],
}


def line(check: dict[str, Any] | None) -> str:
    _, told = table([{"agent": "amina", "check": check}])
    return " ".join(told.split())


def test_each_agent_has_a_line_in_the_order_of_the_rules() -> None:
    told = list(table([{"agent": "nora", "check": None}, {"agent": "amina", "check": FINE}]))
    assert [row.split()[0] for row in told] == ["agent", "nora", "amina"]
    assert told[1].split() == ["nora", "never"]


def test_a_good_line_is_told_in_figures() -> None:
    assert line(FINE) == "amina 1m30s ago 34 ms 0.1% 0.0% yes all is fine"


def test_each_finding_has_its_advice() -> None:
    assert set(ADVICE) == set(Finding)
    told = line(FINE | {"findings": ["loss", "not-encrypted"], "loss_in": 0.05, "sound_encrypted": False})
    assert told.endswith(f"5.0% 0.0% no {ADVICE[Finding.LOSS]}; {ADVICE[Finding.NOT_ENCRYPTED]}")


def test_what_is_not_known_is_a_question_mark() -> None:
    unknown = dict.fromkeys(("round_trip", "loss_in", "loss_out", "signals_encrypted"))
    assert line(FINE | unknown | {"findings": ["unmeasured"]}).startswith("amina 1m30s ago ? ? ? ? not everything")
