"""The command as a whole: its help, and what it does when its reader leaves or it is interrupted."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from telekit.cli.main import VERBS
from telekit.service.control import ControlSocket, Request
from tests.cli.command import PROJECT, SAMPLES, run

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(PROJECT), "S": "a-secret-of-the-account", "COLUMNS": "80"}
COMMANDS = [*VERBS, "render asterisk", "render freeswitch"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "telekit.yaml").write_text(
        f"rules: {SAMPLES}\nscripts: {SAMPLES.parent}/scripts\nasterisk: {{secret: env:S, trunk: carrier}}\n"
    )
    return tmp_path


def printing_to(where: Path | int, folder: Path, *arguments: str, both: bool = False) -> tuple[int, str]:
    """Run `telekit` with its output, or with its complaints too, going somewhere; give status and complaints."""
    with open(where, "w") as output:  # noqa: PTH123  (it may be a descriptor)
        done = subprocess.run(
            [sys.executable, "-m", "telekit", *arguments],
            cwd=folder,
            env=ENVIRONMENT,
            stdout=output,
            stderr=output if both else subprocess.PIPE,
            text=True,
            check=False,
        )
    return done.returncode, done.stderr or ""


def without_reader() -> int:
    """Give the writing end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_explains_itself_in_80_columns_with_an_example(verb: str) -> None:
    status, printed, _ = run(*verb.split(), "--help", COLUMNS="80")
    assert status == 0
    assert printed.startswith(f"Usage: telekit {verb} ")
    assert re.search(rf"^    telekit {verb}", printed, re.MULTILINE)
    assert max(map(len, printed.splitlines())) <= 80


def test_all_verbs_are_told_without_reading_any() -> None:
    printed = run("--help", COLUMNS="80")[1]
    told = re.findall(r"^  ([a-z-]+)  +\S", printed.partition("Verbs:")[2], re.MULTILINE)
    assert told == list(VERBS)
    assert max(map(len, printed.splitlines())) <= 80
    seen = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "telekit", "--help"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert "telekit.cli.main" in seen
    assert not re.search(r"pydantic|sqlalchemy|telekit\.(node|rules|acd|settings)", seen)


def test_a_verb_that_does_not_exist_is_answered_with_the_nearest() -> None:
    status, _, complaint = run("chek")
    assert status == 2
    assert "did you mean 'check'?" in complaint


LINES = [
    "check",
    "explain --dialed +33199001234",
    "explain --dialed +33199001234 --json",
    "render asterisk --show",
    "render asterisk --into out",
    "schema",
    "--help",
    "serve --help",
    "--version",
]


@pytest.mark.parametrize("line", LINES)
def test_a_reader_who_has_left_ends_a_verb_quietly(folder: Path, line: str) -> None:
    assert printing_to(without_reader(), folder, *line.split()) == (141, "")


def test_a_reader_of_mistakes_who_has_left_ends_a_verb_quietly(folder: Path) -> None:
    (folder / "rules.yaml").write_text("queus: {}\n")
    assert printing_to(without_reader(), folder, "check", "rules.yaml") == (141, "")
    assert printing_to(without_reader(), folder, "chek", both=True) == (141, "")


@pytest.mark.parametrize("line", ["check", "explain --dialed +33199001234", "render asterisk --show", "--help"])
def test_output_that_cannot_be_written_is_told(folder: Path, line: str) -> None:
    told = "telekit: the output cannot be written (No space left on device)\n"
    assert printing_to(Path("/dev/full"), folder, *line.split()) == (1, told)
    assert printing_to(Path("/dev/full"), folder, *line.split(), both=True) == (1, "")


def test_a_verb_may_run_without_any_output(folder: Path) -> None:
    command = f"{sys.executable} -m telekit check >&-"
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("verb", ["status", "reload"])
async def test_a_verb_that_waits_ends_quietly_when_it_is_interrupted(folder: Path, verb: str) -> None:
    asked = asyncio.Event()

    async def never(_: Request) -> dict[str, Any]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    (folder / "var").mkdir()
    control = ControlSocket(folder / "var/telekit.sock", {"status": never, "reload": never})
    await control.start()
    waiting = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "telekit", verb),
        cwd=folder,
        env=ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await asked.wait()
    waiting.send_signal(signal.SIGINT)
    printed, complaint = await waiting.communicate()
    await control.stop()
    assert (waiting.returncode, printed, complaint.strip()) == (130, b"", b"")


async def test_a_reload_tells_what_holds_and_what_does_not(folder: Path) -> None:
    answers = iter(
        [
            {"message": "The new rules hold."},
            {"message": "The new rules hold.", "mistakes": ["scripts/order.py:1: this is not Python"]},
            {"mistakes": ["rules.yaml:1:1: unknown section 'queus'"]},
        ]
    )

    async def answer(_: Request) -> dict[str, Any]:
        return next(answers)

    (folder / "var").mkdir()
    control = ControlSocket(folder / "var/telekit.sock", {"reload": answer})
    await control.start()
    told = [await asyncio.to_thread(run, "reload", folder=folder) for _ in range(3)]
    await control.stop()
    assert told == [
        (0, "The new rules hold.\n", ""),
        (1, "scripts/order.py:1: this is not Python\nThe new rules hold.\n", ""),
        (1, "rules.yaml:1:1: unknown section 'queus'\n", "The running rules stay as they are.\n"),
    ]
