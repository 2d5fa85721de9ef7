"""What `telekit queue-log` prints: the rows of a span, which `replay` and `simulate` read as they read Asterisk's."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from telekit.domain.fact import Fact
from telekit.reports.queue_log import QueueLog
from telekit.store.sqlite import SqliteJournal
from tests.cli.command import run
from tests.replay.day import RandomDay

RULES = """
timezone: Europe/Paris
skills: [french, english]
agents:
  amina: {phone: sip:amina, skills: {french: 9, english: 3}, shifts: always}
  zoe: {phone: sip:zoe, skills: {french: 3, english: 9}, shifts: always}
shifts: {always: mon-sun 00:00-24:00}
queues:
  help: {requires: {french: 1}}
  more: {requires: {english: 1}}
  all: {requires: {french: 1}}
routes: [{queue: help}]
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Fact]:
    """Give those of a day, from one o'clock in Paris on."""
    return RandomDay(7, tmp_path_factory.mktemp("day"), hours=0.5).facts()


@pytest.fixture(scope="module")
def folder(facts: Sequence[Fact], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give one in which telekit has led these calls."""
    folder = tmp_path_factory.mktemp("telekit")
    (folder / "rules").mkdir()
    (folder / "rules/rules.yaml").write_text(RULES)
    (folder / "telekit.yaml").write_text("journal: telekit.db\n")
    journal = SqliteJournal(folder / "telekit.db")
    for fact in facts:
        journal.record(fact)
    journal.join()
    return folder


def rows(facts: Sequence[Fact]) -> list[str]:
    log = QueueLog()
    return [str(row) for fact in facts for row in log.rows(fact)]


def test_the_rows_of_the_whole_journal_are_printed(folder: Path, facts: Sequence[Fact]) -> None:
    status, printed, _ = run("queue-log", folder=folder)
    assert (status, printed.splitlines()) == (0, rows(facts))


def test_spans_beside_each_other_have_each_row_once(folder: Path, facts: Sequence[Fact]) -> None:
    noon, later = "2026-11-23 13:10", "2026-11-23 13:20:30"
    spans = (("--until", noon), ("--since", noon, "--until", later), ("--since", later))
    printed = [run("queue-log", *span, folder=folder)[1].splitlines() for span in spans]
    assert all(printed)
    assert sorted(row for span in printed for row in span) == sorted(rows(facts))


@pytest.mark.parametrize("option", ["--since", "--until"])
def test_a_moment_that_is_none_is_told_by_its_option(folder: Path, option: str) -> None:
    status, _, complaint = run("queue-log", option, "soon", folder=folder)
    assert (status, f"Invalid value for {option}" in complaint) == (2, True)


def test_a_journal_that_is_not_there_is_told(folder: Path) -> None:
    status, _, complaint = run("queue-log", "--journal", "gone.db", folder=folder)
    assert (status, "gone.db" in complaint) == (1, True)


@pytest.mark.parametrize(
    "way", [("replay", "--queue-log"), ("simulate", "--patience", "1m", "--from", "2026-11-23", "--like")]
)
def test_other_verbs_read_what_is_printed(folder: Path, way: tuple[str, ...]) -> None:
    (folder / "queue_log").write_text(run("queue-log", folder=folder)[1])
    status, printed, complaint = run(*way, "queue_log", "rules", folder=folder)
    assert (status, complaint) == (0, "")
    assert "help" in printed
