"""Commands that run alone with their loopback."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab import fixtures

PROJECT = Path(__file__).parents[2]
LAUNCHER = (sys.executable, "-m", "tests.lab.namespace")


@pytest.fixture(autouse=True)
def _namespaces() -> None:
    refused = subprocess.run([*LAUNCHER, "--", "true"], cwd=PROJECT, capture_output=True, text=True, check=False)
    if refused.returncode:
        fixtures.lacking(f"namespaces: {refused.stderr}")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LAUNCHER, "--", *command], cwd=PROJECT, capture_output=True, text=True, check=False)


def running(mark: str) -> bool:
    """Tell whether a process with this text among its words lives anywhere in sight."""
    for words in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in words.read_bytes().split(b"\0"):
                return True
        except OSError:
            continue  # it has just ended
    return False


def soon(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.01)
    return happens()


def test_the_exit_status_is_passed_on() -> None:
    assert run("sh", "-c", "exit 7").returncode == 7
    assert run("true").returncode == 0


def test_an_end_by_a_signal_is_told_as_a_shell_does() -> None:
    assert run("sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM


def test_it_sees_loopback_alone_and_loopback_works() -> None:
    script = (
        "import socket\n"
        "print(socket.if_nameindex())\n"
        "server = socket.create_server(('127.0.0.77', 5060))\n"
        "socket.create_connection(('127.0.0.77', 5060))\n"
        "try:\n"
        "    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 53))\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    assert run(sys.executable, "-c", script).stdout == "[(1, 'lo')]\nNetwork is unreachable\n"


def test_what_the_command_leaves_behind_ends_with_it() -> None:
    mark = f"86400.{os.getpid()}"
    assert run("sh", "-c", f"setsid sleep {mark} & exit 3").returncode == 3
    assert not running(mark)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_the_launcher(number: signal.Signals) -> None:
    mark = f"86401.{os.getpid()}"
    launcher = subprocess.Popen([*LAUNCHER, "--", "sleep", mark], cwd=PROJECT)
    try:
        assert soon(lambda: running(mark))
        launcher.send_signal(number)
        assert launcher.wait(timeout=10) != 0
        assert soon(lambda: not running(mark))
    finally:
        launcher.kill()


def test_without_a_command_it_tells_its_usage() -> None:
    asked = subprocess.run(LAUNCHER, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (2, "usage: python -m tests.lab.namespace -- COMMAND...\n")
