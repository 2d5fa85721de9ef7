"""What is written on a fallback, so that nobody relies on an old one."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.pbx.asterisk.render.fallback import render_fallback
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.render.stamp import CONTEXT, Stamp, sum_of
from tests.pbx.asterisk.render.test_render import NOW, RULES, plan_of, section

LATER = NOW + timedelta(days=1)


def test_a_fallback_carries_its_moment_and_the_sum_of_its_rules(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    written = section(render_fallback(plan, NOW, Options()), CONTEXT)
    stamp = Stamp.parse(written.partition("NoOp(")[2].partition(")")[0])
    assert stamp == Stamp.of(plan, NOW)


@pytest.mark.parametrize("text", ["", "soon abc", "1795424400", "99999999999999999999 abc"])
def test_what_is_no_stamp_is_not_read_as_one(text: str) -> None:
    assert Stamp.parse(text) is None


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("luc: {name: Luc,", "luc: {name: Luke,"),
        ("late: mon-fri 13:00-20:00", "late: mon-fri 13:00-19:30"),
        ("late: mon-fri 13:00-20:00", "late: mon-thu 13:00-20:00"),
        ("billing: 2}", "billing: 3}"),
        ("ring: 25s", "ring: 26s"),
        ("timezone: Europe/Paris", "timezone: Europe/Paris\nholidays: FR"),
        ("timezone: Europe/Paris", "timezone: Europe/Paris\nlists: {vip: [+33199005566]}"),
        ("timezone: Europe/Paris", "timezone: Europe/Paris\nexceptions: [{agent: luc, on: 2026-12-24, off: leave}]"),
    ],
)
def test_rules_that_lead_calls_otherwise_have_another_sum(tmp_path: Path, then: str, now: str) -> None:
    assert then in RULES
    assert sum_of(plan_of(tmp_path)) != sum_of(plan_of(tmp_path, RULES.replace(then, now)))


def test_rules_that_only_stand_elsewhere_have_the_same_sum(tmp_path: Path) -> None:
    assert sum_of(plan_of(tmp_path)) == sum_of(plan_of(tmp_path, f"# a comment\n\n{RULES}"))


def test_another_process_finds_the_same_sum(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, RULES + "lists: {vip: [+33199005566, +33199005567, +33199005568, +33199005569]}\n")
    program = (
        "import sys; from telekit.rules import load; from telekit.pbx.render.stamp import sum_of; "
        "print(sum_of(load([sys.argv[1]])))"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "rules.yaml")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert sums == {sum_of(plan)}


def test_a_fallback_of_these_rules_is_fine_for_as_long_as_it_knows_every_day(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    stamp = Stamp.of(plan, NOW)
    assert stamp.complaint(plan, NOW + timedelta(days=14)) is None


def test_one_that_is_older_than_what_it_knows_is_told_with_what_to_do(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    complaint = Stamp.of(plan, NOW).complaint(plan, NOW + timedelta(days=14, seconds=1))
    assert complaint is not None
    assert "2026-11-23 10:00" in complaint, "in the rules' own zone"
    assert "14 days" in complaint
    assert "`telekit render asterisk`" in complaint


def test_one_of_other_rules_is_told_with_what_to_do(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    complaint = Stamp.of(replace(plan, routes=()), NOW).complaint(replace(plan, queues={}), LATER)
    assert complaint is not None
    assert "other rules" in complaint
    assert "`telekit render asterisk`" in complaint
