"""What `telekit simulate` tells, and what it refuses to be asked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from telekit.cli.main import telekit
from telekit.errors import PlanningError
from tests.docs.page import DOCS

SAMPLES = DOCS / "samples/simulate"
NOW = SAMPLES / "now.yaml"
A_DAY = ("--from", "2026-11-24", "--runs", 2, "--cores", 1)
FEW = ("--calls", "billing=4", "--talk", "3m", *A_DAY)


def simulate(*arguments: object) -> tuple[int, str, str]:
    asked = CliRunner().invoke(telekit, ["simulate", *map(str, arguments)])
    assert asked.exception is None or isinstance(asked.exception, SystemExit), asked.exception
    return asked.exit_code, asked.stdout, " ".join(asked.stderr.partition("Error: ")[2].split())


def told(*arguments: object) -> list[str]:
    status, printed, complaint = simulate(*arguments, NOW)
    assert (status, complaint) == (0, "")
    return printed.splitlines()


def figures(*arguments: object) -> dict[str, dict[str, dict[str, float]]]:
    answer = json.loads("\n".join(told(*arguments, "--json")))
    return {each["name"]: each for each in answer["figures"]}


def test_a_day_has_a_line_for_all_for_each_queue_and_for_each_skill() -> None:
    first, head, *rows, last = told("--arrivals", SAMPLES / "tuesday.csv", "--patience", "3m", *A_DAY)
    assert first == "Tue 24 Nov 2026, 2 runs"
    assert head.split()[:4] == ["calls", "in", "20s", "ASA"]
    names = ["all", "billing", "technical", "skill billing", "skill french", "skill technical"]
    assert [row[:15].rstrip() for row in rows] == names
    assert "answered" in last


def test_calls_that_are_given_come_while_the_queue_is_open() -> None:
    found = figures(*FEW)
    assert 60 < found["billing"]["calls"]["mean"] < 100  # 20 half-hours
    assert found["all"]["service level"]["mean"] > 0.9


def test_a_weekend_brings_none_to_who_is_closed() -> None:
    *_, row, _ = told("--calls", "billing=4", "--talk", "3m", "--from", "2026-11-28")
    assert row.split()[:2] == ["all", "0"]


def test_one_seed_is_one_day_and_another_is_not() -> None:
    assert told(*FEW) == told(*FEW) != told(*FEW, "--seed", "tuesday")


def test_who_is_away_or_misses_calls_makes_others_wait() -> None:
    busy = ("--calls", "billing=22", "--talk", "4m", "--patience", "2m", *A_DAY)
    at_best = figures(*busy)["billing"]["gave up"]["mean"]
    for worse in (("--missed", "30%"), ("--breaks", "30m every 1h"), ("--losses", "20m every 1h"), ("--pickup", "15s")):
        assert figures(*busy, *worse)["billing"]["gave up"]["mean"] > at_best, worse


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Say how many calls come: by --calls QUEUE=NUMBER, or by --arrivals FILE."),
        (("--calls", "billing=4"), "Say how long conversations last: --talk 4m."),
        (("--calls", "biling=4", "--talk", "4m"), "the rules have no queue 'biling'; did you mean 'billing'?"),
        (("--calls", "billing", "--talk", "4m"), "'billing' has no '='; write it as billing=20"),
        (("--calls", "billing=many", "--talk", "4m"), "'many' is no number of calls"),
        (("--calls", "billing=4", "--talk", "4"), "expected a duration such as 20s, 5m or 1h30m, not '4'"),
        (("--calls", "billing=4", "--talk", "4m", "--breaks", "often"), "expected such as '15m every 2h', not 'often'"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[object, ...], complaint: str) -> None:
    status, printed, told_ = simulate(*arguments, NOW)
    assert (status, printed) == (2, "")
    assert complaint in told_


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("queue,interval\n", ":1: the column 'calls' is missing: begin with a line queue,interval,calls."),
        ("queue,when,calls\n", ":1: there is no column 'when'; there are queue, interval, calls, talk, patience."),
        ("queue,interval,calls\nbilling,9,4\n", ":2: expected an interval such as 09:00, mon-fri 09:00"),
        ("queue,interval,calls\nhelp,09:00,4\n", ":2: the rules have no queue 'help'; known are billing, technical."),
        ("queue,interval,calls\nbilling,09:00,-4\n", ":2: '-4' is no number of calls."),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "day.csv").write_text(content)
    arguments = ["simulate", "--arrivals", str(tmp_path / "day.csv"), "--talk", "4m", str(NOW)]
    asked = CliRunner().invoke(telekit, arguments)
    assert isinstance(asked.exception, PlanningError)
    assert f"day.csv{complaint}" in str(asked.exception)
