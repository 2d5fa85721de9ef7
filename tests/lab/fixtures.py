"""What tests of the real switch ask for, by name."""

import os
import sqlite3
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.lab import bootstrap, journal, namespace, processes
from tests.lab.asterisk import Asterisk
from tests.lab.tree import Tree

LOG_LINES = 80  # of the switch's log, shown beside a failure


@pytest.fixture(scope="session")
def asterisk_prefix() -> Tree:
    """Give a real Asterisk, SIPp and baresip; where a part lacks, the test says which.

    That is a skip on somebody's desk and a failure in continuous integration.
    """
    if not namespace.alone():
        lacking("a network of its own: run `python -m tests.lab.namespace -- pytest`, as make test does")
    tree = bootstrap.present()
    if tree is None:
        lacking("Asterisk: run `make asterisk`")
    missing = tree.missing()
    if missing:
        lacking(", ".join(missing))
    return tree


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """End what a test started and did not end itself, so that the next one finds its ports free."""
    before = processes.living()
    yield
    processes.end(processes.living() - before)


def lacking(part: str) -> NoReturn:
    """Say what a test cannot run without."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"this test needs {part}", pytrace=False)
    pytest.skip(f"this test needs {part}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure what the switch logged at last, and telekit's log and journal, of a test that had them."""
    report = yield
    if report.when == "call" and report.failed:
        given = getattr(item, "funcargs", {}).values()
        folders = [value.folder if isinstance(value, Asterisk) else value for value in given]
        for folder in {folder for folder in folders if isinstance(folder, Path)}:
            for log in sorted(
                {*folder.rglob("log/full"), *folder.rglob("log/freeswitch.log"), *folder.glob("telekit/log")}
            ):
                end = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
                report.sections.append((f"{log}, the end", "\n".join(end)))
            for facts in folder.glob("telekit/var/*.db"):
                report.sections.append((f"{facts}, the journal", _told(facts)))
    return report


def _told(facts: Path) -> str:
    try:
        return "\n".join(map(str, journal.read(facts)))
    except sqlite3.Error as error:  # a failure more would hide the one that is to be shown
        return f"It cannot be read: {error}"
