"""What `telekit status` prints of a living service, however large."""

import io
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from rich.console import Console

from telekit.cli import status as verb
from telekit.cli.board import agent_line, show
from telekit.cli.status import status

ANSWER: dict[str, Any] = {
    "version": "0.1.0",
    "up": 90.0,
    "link": "up, Asterisk 22.10.1",
    "rules": "rules",
    "zone": "Europe/Paris",
    "warnings": [],
    "queues": [{"queue": "help", "open": True, "waiting": 1, "longest": 20.0, "talking": 1}],
    "calls": [
        {
            "call": "17.1",
            "queue": "help",
            "state": "waits",
            "waited": 20.0,
            "step": 0,
            "agents": [],
            "held_for": None,
            "callback": None,
            "position": 2,
            "expected_wait": 240.0,
            "known_well": True,
        }
    ],
    "agents": [],
    "free": 0,
}


def agent(number: int, presence: str = "logged-out") -> dict[str, Any]:
    told = {"agent": f"agent-{number:05}", "name": "", "presence": presence, "for": 60.0}
    return told | {"reason": "", "until": None, "zone": "Europe/Paris", "calls": 0, "back": None, "afterwards": None}


def printed(answer: dict[str, Any], *, most: int | None = 30, colour: bool = False) -> str:
    told = io.StringIO()
    system: Literal["standard"] | None = "standard" if colour else None
    console = Console(file=told, width=120, markup=False, highlight=False, force_terminal=colour, color_system=system)
    show(ANSWER | answer, console, most=most)
    return told.getvalue()


def test_it_shows_queues_calls_and_agents_in_the_order_of_the_rules() -> None:
    text = printed({"agents": [agent(2), agent(1, "on-call")]})
    assert text.startswith("telekit 0.1.0, up 1m30s; link up, Asterisk 22.10.1; times of Europe/Paris\n")
    assert text.index("help") < text.index("17.1") < text.index("agent-00002") < text.index("agent-00001")
    assert "more" not in text


def test_of_who_is_away_it_tells_how_they_come_back() -> None:
    ways = [
        {"how": "by-itself", "in": 90.0, "missed": "rejected"},
        {"how": "resuming", "in": None, "missed": "no-answer"},
        {"how": "registering", "in": None, "missed": None},
    ]
    agents = [agent(n, "paused") | {"reason": f"why {n}", "back": way} for n, way in enumerate(ways)]
    text = printed({"agents": agents})
    assert "why 0; back in 1m30s" in text
    assert "why 1; back by resuming" in text
    assert "why 2; back when the phone registers" in text


def test_the_end_of_a_shift_that_is_told_in_another_zone_has_its_name() -> None:
    here = agent(1, "available") | {"until": "2026-11-23T18:00+01:00"}
    away = agent(2, "available") | {"until": "2026-11-23T22:00+04:00", "zone": "Indian/Reunion"}
    text = printed({"agents": [here, away]})
    assert " 18:00 " in text
    assert " 22:00 Indian/Reunion " in text
    assert "; shift until 18:00 Europe/Paris; " in agent_line(here)


def test_of_fifteen_thousand_agents_it_shows_those_with_whom_something_happens_and_counts_the_rest() -> None:
    agents = [agent(number) for number in range(15_000)]
    agents[14_000]["presence"], agents[9_000]["presence"], agents[500]["presence"] = "on-call", "offered", "paused"
    text = printed({"agents": agents})
    assert len(text.splitlines()) < 70
    assert "Agents: 1 offered, 1 on-call, 1 paused, 14,997 logged-out" in text
    assert text.index("agent-09000") < text.index("agent-14000") < text.index("agent-00500") < text.index("agent-00000")
    assert "and 14,970 more: telekit status --all" in text


def test_with_all_every_row_is_shown_in_the_order_of_the_rules() -> None:
    agents = [agent(number, "on-call" if number == 99 else "logged-out") for number in range(100)]
    text = printed({"agents": agents}, most=None)
    assert text.index("agent-00000") < text.index("agent-00050") < text.index("agent-00099")
    assert "more" not in text


def test_with_all_fifteen_thousand_agents_stand_one_a_line_in_columns() -> None:
    agents = [agent(number, "on-call" if number == 99 else "logged-out") for number in range(15_000)]
    lines = printed({"agents": agents}, most=None).splitlines()[-15_002:]
    assert lines[0] == "Agents: 1 on-call, 14,999 logged-out"
    assert lines[1].split() == ["agent", "presence", "for", "shift", "until", "calls", "why"]
    assert [line.split()[0] for line in lines[2:]] == [each["agent"] for each in agents]
    assert lines[101].index("1m00s") == lines[15_001].index("1m00s") == lines[1].index("for")


def test_of_many_queues_and_calls_those_that_wait_longest_come_first() -> None:
    queues = [ANSWER["queues"][0] | {"queue": f"queue-{n}", "waiting": n, "longest": n * 1.0} for n in range(40)]
    calls = [ANSWER["calls"][0] | {"call": f"17.{n}", "waited": n * 1.0} for n in range(40)]
    text = printed({"queues": queues, "calls": calls})
    assert text.index("queue-39") < text.index("queue-10") < text.index("17.39") < text.index("17.10")
    assert text.count("and 10 more") == 2
    assert "queue-9 " not in text


def test_it_shows_what_a_waiting_call_has_to_expect() -> None:
    (call,) = ANSWER["calls"]
    calls = [
        call | {"call": "17.1"},
        call | {"call": "17.2", "known_well": False},
        call | {"call": "17.3", "expected_wait": None, "known_well": False},
        call | {"call": "17.4", "state": "rings", "agents": ["amina"]},
    ]
    rows = {line.split()[1]: line for line in printed({"calls": calls}).splitlines() if " 17." in line}
    assert " 4m00s " in rows["17.1"]
    assert " 4m00s? " in rows["17.2"]
    assert " ? " in rows["17.3"]
    assert "4m00s" not in rows["17.4"]


def test_a_warning_is_a_whole_sentence_in_yellow_and_without_colour_where_there_is_none() -> None:
    warning = "The fallback is of 2026-11-01 03:30; " + "it is long " * 20 + "[dim]."
    assert f"\x1b[33mWarning: {warning}\x1b[0m" in printed({"warnings": [warning]}, colour=True)
    assert f"\nWarning: {warning}\n" in printed({"warnings": [warning]})


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def answer(*_: object) -> dict[str, Any]:
        return ANSWER | {"agents": [agent(number) for number in range(50)]}

    monkeypatch.setattr(verb, "ask", answer)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("options", "agents"), [((), 30), (("--all",), 50)])
def test_the_command_shows_what_fits_a_screen_unless_told_otherwise(
    served: None, options: tuple[str, ...], agents: int
) -> None:
    result = CliRunner().invoke(status, options)
    assert result.exit_code == 0
    assert result.output.count("agent-") == agents


def test_a_program_is_told_everything(served: None) -> None:
    told = json.loads(CliRunner().invoke(status, ["--json"]).output)
    assert len(told["agents"]) == 50
    assert told["warnings"] == []
