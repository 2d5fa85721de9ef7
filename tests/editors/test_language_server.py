"""The real YAML language server completes and explains every key of the rules, their tests and the settings."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.editor import Editor
from tests.editors.places import Place, places, quoted
from tests.lab.editors import language_server

PROJECT = Path(__file__).parents[2]
KINDS = {"rules": (), "tests": ("--tests",), "settings": ("--settings",)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor")
    for kind, options in KINDS.items():
        command = [sys.executable, "-m", "telekit", "schema", *options]
        made = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
        (folder / f"{kind}.schema.json").write_bytes(made)
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    with Editor(language_server(), folder, {"yaml": {"schemaStore": {"enable": False}}}) as editor:
        yield editor


def head(kind: str) -> str:
    return f"# yaml-language-server: $schema={kind}.schema.json\n"


def all_places(folder: Path, kind: str) -> tuple[list[Place], Any]:
    schema = json.loads((folder / f"{kind}.schema.json").read_text())
    return list(places(schema)), schema["$defs"]


def plain(told: str) -> str:
    """Take the marks off that keep Markdown from reading text as its own."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", told)


@pytest.mark.parametrize(("kind", "least"), [("rules", 270), ("tests", 45), ("settings", 30)])
def test_every_key_is_completed_wherever_it_may_stand(editor: Editor, folder: Path, kind: str, least: int) -> None:
    seen = 0
    for number, place in enumerate(all_places(folder, kind)[0]):
        text = head(kind) + place.written("")
        uri = editor.open(f"complete-{kind}-{number}.yaml", text)
        lines = text.splitlines()
        offered = {label.strip('"') for label in editor.completions(uri, len(lines) - 1, len(lines[-1]))}
        assert set(place.keys) <= offered, place
        seen += len(place.keys)
    assert seen >= least


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_explained_in_its_own_words(editor: Editor, folder: Path, kind: str) -> None:
    found, definitions = all_places(folder, kind)
    for number, place in enumerate(found):
        text = head(kind) + place.written(*(f"{quoted(key)}: " for key in place.keys))
        uri = editor.open(f"explain-{kind}-{number}.yaml", text)
        lines = text.splitlines()
        for line, (key, schema) in enumerate(place.keys.items(), len(lines) - len(place.keys)):
            told = plain(editor.explanation(uri, line, lines[line].index(quoted(key)) + 1))
            own = schema.get("description") or definitions[schema["$ref"].rpartition("/")[2]]["description"]
            assert own in told, f"{place}: {key}"


def test_words_to_choose_from_are_offered(editor: Editor) -> None:
    uri = editor.open("strategy.yaml", head("rules") + "queues:\n  billing:\n    strategy: \n")
    assert {"longest-idle", "ring-all"} <= set(editor.completions(uri, 3, 14))


def test_a_form_is_offered_whole_by_its_name(editor: Editor) -> None:
    uri = editor.open("whole.yaml", head("rules") + "menus:\n  main:\n    \n")
    assert "a menu" in editor.completions(uri, 3, 4)


def test_a_misspelt_key_is_underlined_where_it_stands(editor: Editor) -> None:
    uri = editor.open("mistake.yaml", head("rules") + "queues:\n  billing:\n    require: {french: 5}\n")
    (complaint,) = editor.complaints(uri)
    assert complaint["range"]["start"] == {"line": 3, "character": 4}
    assert complaint["message"] == "Property require is not allowed."


def test_good_rules_and_settings_are_not_underlined(editor: Editor) -> None:
    for file in sorted((PROJECT / "docs/samples/rules").glob("*.yaml")):
        kind = "tests" if file.name.endswith(".test.yaml") else "rules"
        body = file.read_text().partition("\n")[2]
        assert editor.complaints(editor.open(f"good-{file.name}", head(kind) + body)) == [], file
    settings = "rules: rules\nasterisk: {secret: env:SECRET, trunk: carrier, number: +33199001234}\n"
    assert editor.complaints(editor.open("telekit.yaml", head("settings") + settings)) == []
    (complaint,) = editor.complaints(editor.open("wrong.yaml", head("settings") + "asterisk: {secret: sesame}\n"))
    assert "pattern" in complaint["message"]
