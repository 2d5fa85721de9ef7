"""What `telekit replay` tells, and what it refuses to be asked."""

import csv
import json
from pathlib import Path

import pytest

from telekit.domain.fact import Fact
from telekit.rules import load
from telekit.store.sqlite import SqliteJournal
from tests.cli.command import PROJECT, SAMPLES, run
from tests.replay.day import RandomDay

LOG = PROJECT / "docs/samples/replay/queue_log"
OF_LOG = ("replay", "--queue-log", LOG, "--queue", "8000=billing", SAMPLES)
RULES = """
timezone: Europe/Paris
skills: [french]
agents:
  amina: {phone: sip:amina, skills: {french: 9}, shifts: days}
  luc: {phone: sip:luc, skills: {french: 5}, shifts: days}
  zoe: {phone: sip:zoe, skills: {french: 3}, shifts: days}
shifts: {days: mon-sun 12:00-16:00}
queues: {help: {requires: {french: 1}, strategy: fixed, ring: 12s, steps: [{after: 150s, go: voicemail}]}}
routes: [{queue: help}]
"""


class OfRules(RandomDay):
    """A random day by rules that are written in a file."""

    def __init__(self, seed: int, folder: Path, rules: Path) -> None:
        super().__init__(seed, folder)
        self.plan = load(rules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with rules and the journal of a day that they have led."""
    folder = tmp_path_factory.mktemp("replay")
    (folder / "rules.yaml").write_text(RULES)
    facts: list[Fact] = OfRules(3, folder, folder / "rules.yaml").facts()
    assert facts
    return folder


def test_the_journal_of_the_same_rules_comes_out_the_same(folder: Path) -> None:
    status, told, complaint = run("replay", "--journal", "telekit.db", "--same", "rules.yaml", folder=folder)
    assert (status, complaint) == (0, "")
    assert "decisions for" in told.splitlines()[2]
    assert told.splitlines()[2].endswith("are the same")


def test_other_rules_are_told_by_figures_and_by_what_differs(folder: Path) -> None:
    (folder / "other.yaml").write_text(RULES.replace("strategy: fixed", "strategy: longest-idle"))
    status, told, _ = run("replay", "--journal", "telekit.db", "--same", "other.yaml", folder=folder)
    assert status == 1
    assert "decisions are the same; " in told
    assert "    then  offered to amina on sip:amina, by step 0 of help" in told
    assert "; amina may be asked too, but comes later" in told
    assert "mean wait of those answered" in told
    assert "what this cannot know:" in told


def test_a_program_is_told_each_difference_with_its_reason(folder: Path) -> None:
    (folder / "gone.yaml").write_text(RULES.replace("luc: {phone: sip:luc, skills: {french: 5}, shifts: days}", ""))
    status, told, _ = run("replay", "--journal", "telekit.db", "--json", "gone.yaml", folder=folder)
    answer = json.loads(told)
    assert status == 0
    assert answer["decisions"]["same"] < answer["decisions"]["taken"]
    assert {"call", "at", "then", "now", "obstacle", "rule"} <= answer["decisions"]["differences"][0].keys()
    assert all(row["now"] == 0 for row in answer["figures"] if row["name"] == "luc")


def test_part_of_a_journal_can_be_replayed(folder: Path) -> None:
    whole = json.loads(run("replay", "--journal", "telekit.db", "--json", "rules.yaml", folder=folder)[1])
    since = ("--since", "2026-11-23 13:30", "--until", "2026-11-23 14:00")
    part = json.loads(run("replay", "--journal", "telekit.db", *since, "--json", "rules.yaml", folder=folder)[1])
    assert 0 < part["decisions"]["taken"] < whole["decisions"]["taken"]
    assert part["decisions"]["same"] > part["decisions"]["taken"] * 0.8


def test_a_queue_log_is_told_by_figures() -> None:
    status, told, complaint = run(*OF_LOG)
    assert (status, complaint) == (0, "")
    (outside,) = (line for line in told.splitlines() if line.startswith("  outside shifts"))
    assert outside.split()[-3:] == ["73", "0", "-73"]


def test_a_spreadsheet_gets_the_same_figures() -> None:
    rows = list(csv.DictReader(run(*OF_LOG[:-1], "--csv", SAMPLES)[1].splitlines()))
    assert {"what": "queue", "name": "billing", "figure": "calls", "then": "62", "now": "62"} in rows
    assert {row["figure"] for row in rows if row["what"] == "agent"} >= {"calls", "talked", "outside"}


def test_lines_that_cannot_be_read_are_told_and_the_rest_is_done(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("rubbish\n" + LOG.read_text())
    status, told, complaint = run("replay", "--queue-log", log, "--queue", "8000=billing", SAMPLES)
    assert status == 3
    assert complaint == f"{log}:1: 1 fields where there are 5 at least, parted by |\n"
    assert "62 calls in queues" in told


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (("--queue-log", LOG, "--same"), "a queue_log holds no decisions of telekit"),
        (("--queue-log", LOG, "--queue", "8000"), "'8000' has no '='; write it as 8000=billing."),
        (("--since", "yesterday"), "'yesterday'"),
    ],
)
def test_what_makes_no_sense_is_refused(asked: tuple[object, ...], complaint: str) -> None:
    status, told, complained = run("replay", *asked, SAMPLES)
    assert (status, told) == (2, "")
    assert complaint in " ".join(complained.split())


def test_a_queue_that_the_rules_do_not_have_is_asked_for() -> None:
    status, _, complaint = run("replay", "--queue-log", LOG, SAMPLES)
    assert status == 1
    assert "of its queues (8000) the rules have none: name them, as in --queue 8000=billing" in complaint


def test_a_journal_that_is_not_there_or_is_empty_is_told(tmp_path: Path) -> None:
    status, _, complaint = run("replay", "--journal", tmp_path / "none.db", SAMPLES)
    assert status == 1
    assert complaint == f"telekit: There is no journal {tmp_path}/none.db: name the file that telekit writes.\n"
    SqliteJournal(tmp_path / "empty.db").join()
    status, _, complaint = run("replay", "--journal", tmp_path / "empty.db", SAMPLES)
    assert (status, complaint) == (1, f"telekit: The journal {tmp_path}/empty.db tells of no call.\n")


def test_a_call_whose_end_the_log_does_not_tell_is_left_out_of_then_and_now(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text(LOG.read_text() + "1795532400|1.9|8000|NONE|ENTERQUEUE|||1\n1795532460|NONE|NONE|NONE|QUEUESTART|\n")
    answer = json.loads(run("replay", "--queue-log", log, "--queue", "8000=billing", "--json", SAMPLES)[1])
    calls = [row for row in answer["figures"] if (row["name"], row["figure"]) == ("billing", "calls")]
    assert [(row["then"], row["now"]) for row in calls] == [(62, 62)]
    assert answer["left_out"] == 1
