"""What the page tells to write for VS Code is what its language server, and its list of problems, take."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run
from tests.editors.editor import Editor
from tests.editors.page import told
from tests.lab.editors import language_server

PROJECT = Path(__file__).parents[2]
SCHEMAS = {
    "rules/rules.schema.json": (),
    "rules/tests.schema.json": ("--tests",),
    "telekit.schema.json": ("--settings",),
}


def nested(settings: dict[str, Any]) -> dict[str, Any]:
    """Give settings as VS Code hands them on: by sections instead of dots."""
    sections: dict[str, Any] = {}
    for key, value in settings.items():
        *outer, last = key.split(".")
        place = sections
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return sections


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    for name, options in SCHEMAS.items():
        command = [sys.executable, "-m", "telekit", "schema", *options]
        made = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
        (tmp_path / name).write_bytes(made)
    return tmp_path


def test_each_file_has_its_own_schema_by_its_name(workspace: Path) -> None:
    settings = nested(json.loads(told(".vscode/settings.json")))
    with Editor(language_server(), workspace, settings) as editor:
        for name, own in (("rules/a.yaml", "queues"), ("rules/a.test.yaml", "tests"), ("telekit.yaml", "journal")):
            offered = editor.completions(editor.open(name, "\n"), 0, 0)
            assert {own} == {"queues", "tests", "journal"} & set(offered), name


def test_the_problems_are_at_their_places(tmp_path: Path) -> None:
    (task,) = json.loads(told(".vscode/tasks.json"))["tasks"]
    (tmp_path / "rules.yaml").write_text("agents: {amina: {phone: sip:amina}}\n")
    words = [*task["command"].removeprefix("telekit ").split(), "rules.yaml"]
    pattern = task["problemMatcher"]["pattern"]
    printed = run(*words, folder=tmp_path)[1]
    found = [match for line in printed.splitlines() if (match := re.match(pattern["regexp"], line))]
    assert [match[pattern[part]] for match in found for part in ("file", "line", "column")] == ["rules.yaml", "1", "10"]
    assert found[0][pattern["message"]].startswith("agents.amina: this agent is on no shift")
