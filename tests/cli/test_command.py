"""The command: what each verb prints, and its exit status."""

import json
from pathlib import Path

import pytest

from tests.cli.command import SAMPLES, run


@pytest.mark.parametrize("verb", ["check", "explain", "reload", "render", "schema", "serve", "status"])
def test_every_verb_explains_itself(verb: str) -> None:
    status, printed, _ = run(verb, "--help")
    assert status == 0
    assert printed.startswith(f"Usage: telekit {verb} ")


def test_a_verb_that_does_not_exist_is_answered_with_the_nearest() -> None:
    status, _, complaint = run("chek")
    assert status == 2
    assert "did you mean 'check'?" in complaint


def test_schema_prints_the_committed_schema() -> None:
    committed = json.loads((SAMPLES.parents[1] / "rules.schema.json").read_text())
    assert json.loads(run("schema")[1]) == committed


def test_status_and_reload_say_when_nothing_serves(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text("rules: rules\n")
    for verb in ("status", "reload"):
        status, _, complaint = run(verb, folder=tmp_path)
        assert status == 1
        assert "is `telekit serve` running with these settings" in complaint


def test_render_writes_files_that_only_their_owner_reads_and_keeps_passwords(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text(f"rules: {SAMPLES}\nasterisk: {{secret: env:S, trunk: carrier}}\n")
    first = run("render", "asterisk", "--into", "out", folder=tmp_path, S="a-secret-of-the-account")
    assert first[0] == 0, first
    phones = tmp_path / "out/phones.conf"
    assert phones.stat().st_mode & 0o777 == 0o600
    before = phones.read_text()
    assert "a-secret-of-the-account" in (tmp_path / "out/account.conf").read_text()
    assert "a-secret-of-the-account" not in first[1]
    run("render", "asterisk", "--into", "out", folder=tmp_path, S="a-secret-of-the-account")
    assert phones.read_text() == before


@pytest.mark.parametrize("own", ["yes", "no"])
def test_render_leaves_its_transport_out_where_the_administrator_has_one(tmp_path: Path, own: str) -> None:
    (tmp_path / "telekit.yaml").write_text(f"rules: {SAMPLES}\nphones: {{own_transport: {own}}}\n")
    status, printed, _ = run("render", "asterisk", "--show", folder=tmp_path)
    assert status == 0
    assert ("type = transport" in printed) is (own == "yes")
    assert "[amina](telekit-phone)" in printed


def test_render_shows_without_secrets_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "telekit.yaml").write_text(f"rules: {SAMPLES}\nasterisk: {{secret: env:S, trunk: carrier}}\n")
    status, printed, _ = run("render", "asterisk", "--into", "out", "--show", folder=tmp_path, S="a-secret")
    assert status == 0
    assert "[amina]" in printed
    assert "a-secret\n" not in printed
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "var").exists()


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
