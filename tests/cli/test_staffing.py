"""What `telekit staffing` tells, and what it refuses to be asked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from telekit.cli.main import telekit
from telekit.errors import PlanningError


def staffing(*arguments: object) -> tuple[int, str, str]:
    asked = CliRunner().invoke(telekit, ["staffing", *map(str, arguments)])
    assert asked.exception is None or isinstance(asked.exception, SystemExit)
    return asked.exit_code, asked.stdout, " ".join(asked.stderr.partition("Error: ")[2].split())


def told(*arguments: object) -> list[str]:
    status, printed, complaint = staffing(*arguments)
    assert (status, complaint) == (0, "")
    return printed.splitlines()


def refused(*arguments: object) -> str:
    status, printed, complaint = staffing(*arguments)
    assert (status, printed) == (2, "")
    return complaint


def test_the_least_number_is_marked_among_its_neighbours() -> None:
    first, head, *rows, last = told("--calls", 120, "--per", "30m", "--aht", "4m")
    assert first == "120 calls in 30m of 4m each: 16 erlangs (Erlang C, nobody gives up)"
    assert head.split() == ["agents", "in", "20s", "ASA", "wait", "give", "up", "occupancy"]
    assert [row.split()[-6] for row in rows] == ["18", "19", "20", "21", "22", "23"]
    assert [row for row in rows if row.startswith(">")] == [">      20   81.7%  15.4s  25.6%     0.0%      80.0%"]
    assert last == "20 agents"


def test_near_all_calls_each_agent_more_is_still_told_apart() -> None:
    _, _, *rows, _ = told("--calls", 20, "--aht", "4m", "--target", "99.99% in 0s")
    assert [row.split()[-5] for row in rows[:3]] == ["99.953%", "99.989%", "99.9976%"]
    assert rows[2].startswith(">")


def test_too_few_agents_are_told_as_such() -> None:
    rows = told("--calls", 120, "--aht", "4m", "--target", "1% in 20s")
    assert rows[2].split() == ["15", "-", "endless", "100.0%", "-", "100.0%"]
    assert rows[-1] == "17 agents"


@pytest.mark.parametrize(
    ("options", "agents"),
    [
        (("--patience", "2m"), "18 agents"),
        (("--patience", "2m", "--max-abandoned", "5%"), "19 agents"),
        (("--max-wait", "10s"), "21 agents"),
        (("--max-occupancy", "75%"), "22 agents"),
        (("--target", "90/15"), "22 agents"),
        (("--target", "90% in 15s"), "22 agents"),
        (("--shrinkage", "30%"), "20 agents, 29 on the roster"),
        (("--shrinkage", "20%"), "20 agents, 25 on the roster"),
    ],
)
def test_bounds_and_shrinkage_count(options: tuple[str, ...], agents: str) -> None:
    assert told("--calls", 120, "--aht", "4m", *options)[-1] == agents


def test_a_day_has_a_line_for_each_interval(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text("interval;calls;aht\n09:00;120;\n09:30;0;\n10:00;140;5m\n")
    head, *rows, last = told(tmp_path / "day.csv", "--aht", "4m", "--shrinkage", "30%")
    assert head.split()[:6] == ["interval", "calls", "erlangs", "agents", "on", "roster"]
    assert [row.split()[:5] for row in rows] == [
        ["09:00", "120", "16.00", "20", "29"],
        ["09:30", "0", "0.00", "0", "0"],
        ["10:00", "140", "23.33", "28", "40"],
    ]
    assert last == "34.5 hours of work"


def test_a_program_is_told_the_same(tmp_path: Path) -> None:
    answer = json.loads("\n".join(told("--calls", 120, "--aht", "4m", "--json")))
    assert (answer["erlangs"], answer["agents"], answer["on_roster"]) == (16.0, 20, 20)
    assert [each["agents"] for each in answer["around"]] == [18, 19, 20, 21, 22, 23]
    assert answer["around"][2]["speed_of_answer"] == 15.364668
    (tmp_path / "day.csv").write_text("interval,calls\n09:00,120\n")
    (day,) = json.loads("\n".join(told(tmp_path / "day.csv", "--aht", "4m", "--json")))
    assert day == {"interval": "09:00", **answer}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Say how many calls come: by --calls with --aht, or by a CSV file."),
        (("--calls", 1), "Say how long a call keeps an agent, with wrap-up: --aht 4m."),
        (
            ("--calls", 1, "--aht", 4),
            "Invalid value for '--aht': expected a duration such as 20s, 5m or 1h30m, not '4'",
        ),
        (("--calls", 1, "--aht", "4m", "--shrinkage", 0.3), "'0.3' is no share; did you mean 30%?"),
        (("--calls", 1, "--aht", "4m", "--shrinkage", "100%"), "with all paid time lost nobody is left"),
        (("--calls", -3, "--aht", "4m"), "There cannot be -3 calls in an interval: give 0 or more."),
        (("--calls", "nan", "--aht", "4m"), "There cannot be nan calls in an interval: give 0 or more."),
        (("--calls", 1, "--aht", "0s"), "The handle time must be longer than nothing, not 0s."),
        (("--calls", 1, "--aht", "4m", "--max-occupancy", "0%"), "Agents who are never busy answer nobody"),
        (("--calls", 1, "--aht", "4m", "--target", "soon"), "'soon' is no service level; write it as '80% in 20s'"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[object, ...], complaint: str) -> None:
    assert complaint in refused(*arguments)


@pytest.mark.parametrize("content", [b"interval,calls\n", b"\xff\xfe\x00"])
def test_a_file_without_intervals_fails(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "day.csv").write_bytes(content)
    asked = CliRunner().invoke(telekit, ["staffing", str(tmp_path / "day.csv"), "--aht", "4m"])
    assert isinstance(asked.exception, PlanningError)
