"""Callbacks in tests of the rules: what offers them is covered, and what becomes of the caller is told."""

from pathlib import Path

import pytest

from telekit.rules import load
from telekit.ruletests.coverage import coverage_of
from telekit.ruletests.reading import read_cases
from telekit.ruletests.rehearsal import Result, rehearse

RULES = """\
timezone: Europe/Paris
agents: {amina: {phone: sip:amina, shifts: days}}
shifts: {days: mon-fri 09:00-18:00}
queues:
  billing:
    callback: {key: 5, keep: next-shift}
    no_agent: {play: no-agent, offer: callback, then: voicemail}
    steps: [{after: 4m, offer: callback}, {after: 6m, offer: callback}]
    overflow: [{waiting: 1, offer: callback}]
routes: [{when: {dialed: 100}, queue: billing}]
"""
WAITS = "agents: {amina: paused}"


def rehearsed(folder: Path, test: str, at: str = "10:00") -> tuple[Result, set[str]]:
    """Give how a test went, and what it left out."""
    (folder / "rules.yaml").write_text(RULES)
    plan = load([folder / "rules.yaml"])
    file = folder / "all.test.yaml"
    agents = WAITS if at == "10:00" else "agents: {}"
    file.write_text(f"at: 2026-11-24 {at}\n{agents}\ntests:\n  - {{name: one, {test}}}\n")
    (case,), _ = read_cases(file, plan)
    result = rehearse(plan, case)
    return result, {f"{part.kind} {part.name}" for part in coverage_of(plan, [result]).missed}


@pytest.mark.parametrize(
    ("keys", "after", "outcome"),
    [("[5, 1]", "1m", "callback"), ("[5, '*']", "1m", "waiting"), ("1", "1m", "waiting"), ("", "5m", "waiting")],
)
def test_a_caller_who_agrees_has_become_a_callback(tmp_path: Path, keys: str, after: str, outcome: str) -> None:
    menu = f", menu: {keys}" if keys else ""
    result, _ = rehearsed(
        tmp_path, f"call: {{dialed: 100{menu}}}, then: [{{after: {after}, expect: {{outcome: {outcome}}}}}]"
    )
    assert result.failure is None


def test_a_step_that_offers_it_is_covered_by_a_call_that_waits_so_long(tmp_path: Path) -> None:
    _, missed = rehearsed(tmp_path, "call: {dialed: 100}, then: [{after: 5m}]")
    assert "offer billing after 4m" not in missed
    assert {"offer billing after 6m", "overflow billing from 1 wait"} <= missed


def test_an_overflow_that_offers_it_is_covered_by_one_caller_too_many(tmp_path: Path) -> None:
    _, missed = rehearsed(tmp_path, "call: {dialed: 100}, then: [{call: {dialed: 100, as: second}}]")
    assert "overflow billing from 1 wait" not in missed
    assert "offer billing after 4m" in missed


@pytest.mark.parametrize(("keys", "outcome", "left_out"), [("[1, 1]", "callback", "no agent"), ("", "voicemail", "")])
def test_at_night_a_caller_says_yes_or_is_sent_on(tmp_path: Path, keys: str, outcome: str, left_out: str) -> None:
    menu = f", menu: {keys}" if keys else ""
    test = f"call: {{dialed: 100{menu}}}, then: [{{after: 1m, expect: {{outcome: {outcome}}}}}]"
    result, missed = rehearsed(tmp_path, test, at="22:00")
    assert result.failure is None
    assert "offer billing with no agent" not in missed
    assert ("no agent billing" in missed) == (left_out == "no agent")
