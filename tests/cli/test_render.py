"""What `telekit render asterisk` leaves behind, also when it fails half-way."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import PROJECT, SAMPLES, run

SECRET = "a-secret-of-the-account"
STRANGER = 54321


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with settings; by root, it belongs to somebody else."""
    (tmp_path / "telekit.yaml").write_text(f"rules: {SAMPLES}\nasterisk: {{secret: env:S, trunk: carrier}}\n")
    if os.geteuid() == 0:
        os.chown(tmp_path, STRANGER, STRANGER)
    return tmp_path


def render(folder: Path, *more: object) -> tuple[int, str, str]:
    return run("render", "asterisk", "--into", "out", *more, folder=folder, S=SECRET)


def contents(folder: Path) -> dict[str, bytes]:
    """Give all that a folder holds, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def test_files_with_secrets_are_for_their_owner_alone(folder: Path) -> None:
    status, printed, complaint = render(folder)
    assert (status, complaint) == (0, "")
    assert SECRET in (folder / "out/account.conf").read_text()
    assert SECRET not in printed
    for secret in ("out/phones.conf", "var/phones.secret.yaml"):
        assert (folder / secret).stat().st_mode & 0o777 == 0o600


def test_each_file_that_is_written_is_told(folder: Path) -> None:
    printed = render(folder, "--sounds", "sounds")[1]
    *told, passwords = printed.splitlines()
    assert set(told) == {*(f"out/{file.name}" for file in (folder / "out").iterdir())} | {
        "sounds/en/telekit/",
        "sounds/fr/telekit/",
    }
    assert passwords == "The phones' passwords are in var/phones.secret.yaml: give each agent their own."
    assert (folder / "sounds/fr/telekit/closed.wav").read_bytes().startswith(b"RIFF")


def test_a_phone_keeps_its_password(folder: Path) -> None:
    render(folder)
    before = (folder / "out/phones.conf").read_bytes()
    render(folder)
    assert (folder / "out/phones.conf").read_bytes() == before


def test_what_is_shown_holds_no_secret_and_nothing_is_written(folder: Path) -> None:
    before = contents(folder)
    status, printed, _ = render(folder, "--show")
    assert status == 0
    assert "[amina]" in printed
    assert SECRET not in printed
    assert contents(folder) == before


def test_all_that_it_makes_belongs_to_the_owner_of_the_folder(folder: Path) -> None:
    render(folder, "--sounds", "deep/down/sounds")
    owner = folder.stat().st_uid
    made = [path for path in folder.rglob("*") if path.name != "telekit.yaml"]
    assert len(made) > 50
    assert {path.stat().st_uid for path in made} == {owner}
    render(folder)
    assert (folder / "var/phones.secret.yaml").stat().st_uid == owner


def test_without_phones_of_their_own_no_file_of_passwords_is_made(folder: Path) -> None:
    (folder / "rules.yaml").write_text("agents: {luc: {phone: 'tel:+33199005512'}}\n")
    (folder / "telekit.yaml").write_text("rules: rules.yaml\nasterisk: {secret: env:S, trunk: carrier}\n")
    status, printed, complaint = render(folder)
    assert (status, complaint) == (0, "")
    assert "passwords" not in printed
    assert not (folder / "var").exists()


def test_a_full_disk_leaves_everything_as_it_was(folder: Path) -> None:
    render(folder)
    (folder / "out/fallback.conf").write_text("; of before\n")
    (folder / "out/stasis.conf").unlink()
    before = contents(folder)
    done = subprocess.run(
        [sys.executable, "-m", "telekit", "render", "asterisk", "--into", "out"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "S": SECRET},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "telekit: out/extensions.conf cannot be written (File too large): make room there.\n"
    assert contents(folder) == before


def test_a_file_that_cannot_be_replaced_leaves_everything_as_it_was(folder: Path) -> None:
    render(folder)
    (folder / "out/stasis.conf").unlink()
    (folder / "out/stasis.conf").mkdir()
    (folder / "out/account.conf").write_text("; of before\n")
    before = contents(folder)
    status, printed, complaint = render(folder, "--sounds", "sounds")
    assert (status, printed) == (1, "")
    assert complaint.startswith("telekit: out/stasis.conf cannot be written (Is a directory): ")
    assert contents(folder) == before


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "out").write_text("this is a file\n")
    status, _, complaint = run("render", "asterisk", "--into", "out/deep", folder=folder, S=SECRET)
    assert status == 1
    assert complaint.startswith("telekit: out/deep/account.conf cannot be written (Not a directory): ")
    assert complaint.count("\n") == 1


def test_a_folder_of_passwords_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "var").write_text("this is a file\n")
    status, _, complaint = render(folder)
    assert status == 1
    assert complaint.startswith("telekit: The phones' passwords")
    assert complaint.count("\n") == 1
