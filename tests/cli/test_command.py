"""What verbs print, and their exit status."""

import json
from pathlib import Path

from tests.cli.command import SAMPLES, run


def test_schema_prints_the_committed_schema() -> None:
    committed = json.loads((SAMPLES.parents[1] / "rules.schema.json").read_text())
    assert json.loads(run("schema")[1]) == committed


def test_status_and_reload_say_when_nothing_serves(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("rules: rules\n")
    for verb in ("status", "reload"):
        status, _, complaint = run(verb, folder=tmp_path)
        assert status == 1
        assert "is `telekit serve` running with these settings" in complaint


def test_settings_with_mistakes_are_told_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("rulez: rules\nagi: {port: 70000}\n")
    status, _, complaint = run("status", folder=tmp_path)
    assert status == 1
    assert "telekit.yaml:1:1: unknown key 'rulez'; did you mean 'rules'?" in complaint
    assert "telekit.yaml:2:13: agi.port: " in complaint


def test_a_secret_written_into_the_settings_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("asterisk: {secret: hunter2}\n")
    status, _, complaint = run("status", folder=tmp_path)
    assert status == 1
    assert "telekit.yaml:1:20: asterisk.secret: a secret is never written here" in complaint
    assert "hunter2" not in complaint
