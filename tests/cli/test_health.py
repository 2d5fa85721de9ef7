"""What `telekit health` prints, and its exit status."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from telekit.cli import health as verb
from telekit.cli.health import health

PARTS = [
    {"part": "link", "fine": True, "says": "the link is up since 2026-11-23 09:00:00, Asterisk 22.10.1", "losses": 0},
    {"part": "journal", "fine": True, "says": "written, 0 facts wait", "waiting": 0},
]


def ask_of(answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    async def ask(path: Path, errand: str, *, within: float) -> dict[str, Any]:
        assert errand == "health"
        return answer

    monkeypatch.setattr(verb, "ask", ask)
    result = CliRunner().invoke(health, arguments)
    return result.exit_code, result.output


def test_each_part_has_a_line_and_the_exit_status_is_0_where_all_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    code, printed = ask_of({"healthy": True, "parts": PARTS}, monkeypatch)
    assert code == 0
    assert printed == (
        "link     fine      the link is up since 2026-11-23 09:00:00, Asterisk 22.10.1\n"
        "journal  fine      written, 0 facts wait\n"
    )


def test_the_exit_status_is_1_where_a_part_is_degraded(monkeypatch: pytest.MonkeyPatch) -> None:
    down = {"part": "link", "fine": False, "says": "down"}
    code, printed = ask_of({"healthy": False, "parts": [down, *PARTS[1:]]}, monkeypatch)
    assert code == 1
    assert printed.startswith("link     degraded  down\n")


def test_a_program_is_told_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"healthy": False, "parts": PARTS}
    code, printed = ask_of(answer, monkeypatch, "--json")
    assert (code, json.loads(printed)) == (1, answer)
