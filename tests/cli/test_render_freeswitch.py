"""What `telekit render freeswitch` leaves behind."""

from pathlib import Path

import pytest

from tests.cli.command import SAMPLES, run

SECRET = "a-secret-of-the-user"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    freeswitch = "{secret: env:S, domain: telekit, gateway: carrier, calls: {port: 4600}}"
    (tmp_path / "telekit.yaml").write_text(f"rules: {SAMPLES}\nfreeswitch: {freeswitch}\n")
    return tmp_path


def render(folder: Path, *more: object) -> tuple[int, str, str]:
    return run("render", "freeswitch", "--into", "out", *more, folder=folder, S=SECRET)


def test_each_file_that_is_written_is_told_and_secrets_are_for_their_owner_alone(folder: Path) -> None:
    status, printed, complaint = render(folder, "--sounds", "sounds")
    assert (status, complaint) == (0, "")
    *told, passwords = printed.splitlines()
    sounds = {f"sounds/{language}/{more}" for language in ("en", "fr") for more in ("", "telekit/")}
    assert set(told) == {*(f"out/{file.name}" for file in (folder / "out").iterdir())} | sounds
    assert passwords.startswith("The phones' passwords are in var/phones.secret.yaml")
    assert SECRET not in printed
    holding = [file for file in (folder / "out").iterdir() if SECRET in file.read_text()]
    assert [(file.name, file.stat().st_mode & 0o777) for file in holding] == [("directory.xml", 0o600)]
    assert "127.0.0.1:4600 async full" in (folder / "out/dialplan.xml").read_text()
    assert (folder / "sounds/fr/telekit/closed.wav").read_bytes().startswith(b"RIFF")


def test_a_phone_keeps_its_password_whichever_switch_is_written_for(folder: Path) -> None:
    render(folder)
    kept = (folder / "var/phones.secret.yaml").read_bytes()
    (folder / "telekit.yaml").write_text(f"rules: {SAMPLES}\nasterisk: {{secret: env:S}}\n")
    assert run("render", "asterisk", "--into", "other", folder=folder, S=SECRET)[0] == 0
    assert (folder / "var/phones.secret.yaml").read_bytes() == kept


def test_for_fusionpbx_there_is_one_dialplan_with_colleagues_and_what_its_database_takes(folder: Path) -> None:
    colleagues = folder / "out/telekit-colleagues"
    colleagues.mkdir(parents=True)
    (colleagues / "own.xml").write_text('<include>\n<extension name="amina"/>\n</include>\n')
    status, printed, _ = render(folder, "--fusionpbx", "pbx.example.org")
    assert status == 0
    assert {"out/everything.xml", "out/fusionpbx.sql"} <= set(printed.splitlines())
    everything = folder / "out/everything.xml"
    assert '<extension name="amina"/>' in everything.read_text()
    assert "127.0.0.1:4600 async full" in everything.read_text()
    assert f"XML:{everything.resolve()} telekit-in" in (folder / "out/fusionpbx.sql").read_text()


def test_phones_whose_accounts_are_kept_elsewhere_get_no_passwords(folder: Path) -> None:
    freeswitch = "{secret: env:S, domain: pbx.example.org, user: telekit@control}"
    (folder / "telekit.yaml").write_text(f"rules: {SAMPLES}\nfreeswitch: {freeswitch}\n")
    status, printed, complaint = render(folder)
    assert (status, complaint) == (0, "")
    assert "passwords" not in printed
    directory = (folder / "out/directory.xml").read_text()
    assert '<domain name="control">' in directory
    assert "pbx.example.org" not in directory


def test_what_is_shown_holds_no_secret_and_nothing_is_written(folder: Path) -> None:
    status, printed, _ = render(folder, "--show")
    assert status == 0
    assert "<!-- out/directory.xml -->" in printed
    assert SECRET not in printed
    assert {file.name for file in folder.iterdir()} == {"telekit.yaml"}


def test_settings_without_a_freeswitch_are_told(folder: Path) -> None:
    (folder / "telekit.yaml").write_text(f"rules: {SAMPLES}\n")
    status, _, complaint = render(folder)
    assert status != 0
    assert "no `freeswitch`" in complaint
