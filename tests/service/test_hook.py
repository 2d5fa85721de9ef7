"""The hook: a real program, once for each notice, that no call waits for and that never stays for ever."""

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from telekit.errors import SettingsError
from telekit.service.hook import Hook, HookProgram
from telekit.service.notices import Notice


async def at_once() -> None:
    """Stand in for a journal that has written all."""


def program(folder: Path, text: str, *arguments: str, within: float = 20, at_once: int = 4) -> HookProgram:
    """Write a program in Python and give how it is run."""
    file = folder / "hook.py"
    file.write_text(f"#!{sys.executable}\nimport json, os, subprocess, sys, time\n{text}\n")
    file.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "COLOUR": "blue"}
    return HookProgram(("hook.py", *arguments), timedelta(seconds=within), at_once, folder, environment)


def notice(holds: bool = True, **told: Any) -> Notice:
    return Notice({"agent": "amina", **told}, lambda: holds)


async def passed_on(hook: Hook, count: int = 1) -> Mapping[str, Any]:
    """Wait until so many runs are over; give what health says then."""
    while hook._running or hook._waiting or hook._runs < count:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    finding = hook.examine()
    return {"fine": finding.fine, "says": finding.says, **finding.values}


async def test_the_program_gets_the_notice_its_arguments_and_its_environment(tmp_path: Path) -> None:
    text = "json.dump([json.load(sys.stdin), sys.argv[1:], os.getcwd(), os.environ['COLOUR']], open('got', 'w'))"
    hook = Hook(program(tmp_path, text, "--to", "$(reboot); a b"), at_once)
    hook.take(notice(name="Amélie “A” Benali\n$HOME"))
    assert (await passed_on(hook))["says"] == "1 notices passed on, 0 wait"
    told, arguments, folder, colour = json.loads((tmp_path / "got").read_text())
    assert told == {"agent": "amina", "name": "Amélie “A” Benali\n$HOME"}
    assert (arguments, folder, colour) == (["--to", "$(reboot); a b"], str(tmp_path), "blue")


async def test_a_failure_is_told_with_its_last_words_and_once_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = "sys.exit('x' * 9000000 + '\\nno address for \\x1b[1mamina') if not os.path.exists('mended') else None"
    hook = Hook(program(tmp_path, text), at_once)
    with caplog.at_level(logging.WARNING):
        hook.take(notice())
        hook.take(notice())
        told = await passed_on(hook, 2)
        assert (told["fine"], told["failures"]) == (False, 2)
        assert told["says"] == "hook.py: exit status 1: no address for [1mamina"
        (tmp_path / "mended").touch()
        hook.take(notice())
        assert (await passed_on(hook, 3))["fine"]
    assert [record.message for record in caplog.records] == [
        "the hook failed: hook.py: exit status 1: no address for [1mamina",
        "the hook works again",
    ]


async def test_what_takes_too_long_is_ended_with_all_that_it_has_begun(tmp_path: Path) -> None:
    text = "child = subprocess.Popen(['sleep', '600'])\nopen('child', 'w').write(str(child.pid))\nchild.wait()"
    hook = Hook(program(tmp_path, text, within=2), at_once)
    hook.take(notice())
    told = await passed_on(hook)
    assert told["says"] == "hook.py: it took longer than 2 s and was ended"
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Say whether a process still runs; one that is dead and not yet mourned does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_no_more_run_at_once_than_told_and_all_have_their_turn(tmp_path: Path) -> None:
    text = (
        "me = f'run{os.getpid()}'; open(me, 'w').close(); time.sleep(0.2)\n"
        "open(f'seen{os.getpid()}', 'w').write(str(len([f for f in os.listdir() if f.startswith('run')])))\n"
        "os.remove(me)"
    )
    hook = Hook(program(tmp_path, text, at_once=2), at_once)
    for _ in range(5):
        hook.take(notice())
    assert hook.examine().values["waiting"] == 3
    assert (await passed_on(hook, 5))["failures"] == 0
    assert max(int(file.read_text()) for file in tmp_path.glob("seen*")) == 2


async def test_a_notice_that_no_longer_holds_when_its_turn_comes_is_not_passed_on(tmp_path: Path) -> None:
    hook = Hook(program(tmp_path, "open('ran', 'w')"), at_once)
    hook.take(notice(holds=False))
    hook.take(notice(holds=False))
    await passed_on(hook, 0)
    assert hook.examine().values["runs"] == 0
    assert not (tmp_path / "ran").exists()


async def test_it_runs_only_once_the_journal_is_written(tmp_path: Path) -> None:
    written = asyncio.Event()

    async def ready() -> None:
        await written.wait()

    hook = Hook(program(tmp_path, "open('ran', 'w')"), ready)
    hook.take(notice())
    await asyncio.sleep(0)
    assert hook.examine().values["runs"] == 0
    written.set()
    await passed_on(hook)
    assert (tmp_path / "ran").exists()


async def test_the_end_of_telekit_lets_a_program_end_but_begins_none(tmp_path: Path) -> None:
    hook = Hook(program(tmp_path, "time.sleep(0.3); open(f'ran{os.getpid()}', 'w')", at_once=1), at_once)
    hook.take(notice())
    hook.take(notice())
    while not hook.examine().values["runs"]:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await hook.stop()
    assert len(list(tmp_path.glob("ran*"))) == 1


async def test_a_program_that_reads_nothing_is_fine(tmp_path: Path) -> None:
    hook = Hook(program(tmp_path, "sys.stdin.close()"), at_once)
    hook.take(notice(name="x" * 1_000_000))
    assert (await passed_on(hook))["fine"]


async def test_a_program_that_has_gone_is_a_failure_like_any_other(tmp_path: Path) -> None:
    hook = Hook(program(tmp_path, ""), at_once)
    (tmp_path / "hook.py").unlink()
    hook.take(notice())
    assert "No such file" in (await passed_on(hook))["says"]


def test_a_program_that_is_not_there_or_may_not_be_run_is_told_at_the_start(tmp_path: Path) -> None:
    there = program(tmp_path, "")
    there.require()
    (tmp_path / "hook.py").chmod(0o644)
    with pytest.raises(SettingsError, match=r"hook\.py may not be run: make it executable"):
        there.require()
    (tmp_path / "hook.py").unlink()
    with pytest.raises(SettingsError, match=r"hook\.py does not exist"):
        there.require()
