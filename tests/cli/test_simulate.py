"""What `telekit simulate` tells, and what it refuses to be asked."""

import asyncio
import csv
import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from telekit import __version__
from telekit.cli.main import telekit
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import PlanningError
from telekit.store.sqlite import SqliteJournal
from tests.docs.page import DOCS

SAMPLES = DOCS / "samples/simulate"
NOW = SAMPLES / "now.yaml"
A_DAY = ("--from", "2026-11-24", "--runs", 2, "--cores", 1)
BILLING, AMINA = QueueName("billing"), AgentName("amina")
FEW = ("--calls", "billing=4", "--talk", "3m", *A_DAY)


def simulate(*arguments: object) -> tuple[int, str, str]:
    asked = CliRunner().invoke(telekit, ["simulate", *map(str, arguments)])
    assert asked.exception is None or isinstance(asked.exception, SystemExit), asked.exception
    return asked.exit_code, asked.stdout, " ".join(asked.stderr.partition("Error: ")[2].split())


def told(*arguments: object) -> list[str]:
    status, printed, complaint = simulate(*arguments, NOW)
    assert (status, complaint) == (0, "")
    return printed.splitlines()


def figures(*arguments: object) -> dict[str, dict[str, dict[str, float]]]:
    answer = json.loads("\n".join(told(*arguments, "--json")))
    return {each["name"]: each for each in answer["figures"]}


def test_a_day_has_a_line_for_all_for_each_queue_and_for_each_skill() -> None:
    first, head, *rows, last, _ = told("--arrivals", SAMPLES / "tuesday.csv", "--patience", "3m", *A_DAY)
    assert first == "Tue 24 Nov 2026, 2 runs"
    assert head.split()[:4] == ["calls", "in", "20s", "ASA"]
    names = ["all", "billing", "technical", "skill billing", "skill french", "skill technical"]
    assert [row[:15].rstrip() for row in rows] == names
    assert "answered" in last


def test_calls_that_are_given_come_while_the_queue_is_open() -> None:
    found = figures(*FEW)
    assert 60 < found["billing"]["calls"]["mean"] < 100  # 20 half-hours
    assert found["all"]["service level"]["mean"] > 0.9


def test_a_weekend_brings_none_to_who_is_closed_and_no_empty_table() -> None:
    closed = ("--calls", "billing=4", "--talk", "3m", "--from", "2026-11-28", "--runs", 5, "--cores", 1)
    assert told(*closed) == ["Sat 28 Nov 2026, 5 runs", "no call comes in that time"]


def test_of_few_runs_it_says_that_they_tell_little() -> None:
    assert told(*FEW)[-1] == "the margins of 2 runs are wide: --runs 20 tells more"
    assert told(*FEW, "--runs", 1)[-1] == "a single run tells no margins: --runs 20 tells more"
    assert "--runs 20" not in told(*FEW, "--runs", 5)[-1]


def test_one_seed_is_one_day_and_another_is_not() -> None:
    assert told(*FEW) == told(*FEW) != told(*FEW, "--seed", "tuesday")


def test_who_is_away_or_misses_calls_makes_others_wait() -> None:
    busy = ("--calls", "billing=22", "--talk", "4m", "--patience", "2m", *A_DAY)
    at_best = figures(*busy)["billing"]["gave up"]["mean"]
    for worse in (("--missed", "30%"), ("--breaks", "30m every 1h"), ("--losses", "20m every 1h"), ("--pickup", "15s")):
        assert figures(*busy, *worse)["billing"]["gave up"]["mean"] > at_best, worse


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Say how many calls come, in one way: by --calls QUEUE=NUMBER, --arrivals FILE or --like FILE."),
        (("--calls", "billing=4", "--arrivals", SAMPLES / "tuesday.csv"), "Say how many calls come, in one way"),
        (("--calls", "billing=4"), "Say how long conversations last: --talk 4m."),
        (("--calls", "biling=4", "--talk", "4m"), "the rules have no queue 'biling'; did you mean 'billing'?"),
        (("--calls", "billing", "--talk", "4m"), "'billing' has no '='; write it as billing=20"),
        (("--calls", "billing=many", "--talk", "4m"), "'many' is no number of calls"),
        (("--calls", "billing=4", "--talk", "4"), "expected a duration such as 20s, 5m or 1h30m, not '4'"),
        (("--calls", "billing=4", "--talk", "4m", "--breaks", "often"), "expected such as '15m every 2h', not 'often'"),
        (("--breaks", "2h every 15m"), "'2h every 15m' lasts no less than the time until the next"),
        (("--losses", "2h every 2h"), "'2h every 2h' lasts no less than the time until the next"),
        (("--missed", "400%"), "'400%' is more than all; a share is 100% at most."),
        ((*FEW, "--missed", "60%", "--rejected", "60%"), "60% missed and 60% rejected are more offers than there are"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: tuple[object, ...], complaint: str) -> None:
    status, printed, told_ = simulate(*arguments, NOW)
    assert (status, printed) == (2, "")
    assert complaint in told_


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("queue,interval\n", ":1: the column 'calls' is missing: begin with a line queue,interval,calls."),
        ("queue,when,calls\n", ":1: there is no column 'when'; there are queue, interval, calls, talk, patience."),
        ("queue,interval,calls\nbilling,9,4\n", ":2: expected an interval such as 09:00, mon-fri 09:00"),
        ("queue,interval,calls\nhelp,09:00,4\n", ":2: the rules have no queue 'help'; known are billing, technical."),
        ("queue,interval,calls\nbiling,09:00,4\n", ":2: the rules have no queue 'biling'; did you mean 'billing'?"),
        ("queue,interval,calls\nbilling,09:00,-4\n", ":2: '-4' is no number of calls."),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "day.csv").write_text(content)
    arguments = ["simulate", "--arrivals", str(tmp_path / "day.csv"), "--talk", "4m", str(NOW)]
    asked = CliRunner().invoke(telekit, arguments)
    assert isinstance(asked.exception, PlanningError)
    assert f"day.csv{complaint}" in str(asked.exception)
    assert str(asked.exception).endswith(("?", "."))
    assert "?." not in str(asked.exception)


QUEUE_LOG = """\
1795420800|1|support|NONE|ENTERQUEUE||+33199005501|1
1795420805|1|support|SIP/a|CONNECT|5|x|5
1795420905|1|support|SIP/a|COMPLETECALLER|5|100|1
1795420810|2|support|NONE|ENTERQUEUE||+33199005502|1
1795420830|2|support|NONE|ABANDON|1|1|20
1795420820|3|fax|NONE|ENTERQUEUE||+33199005503|1
"""


def test_calls_come_as_they_did_by_a_queue_log(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(QUEUE_LOG)
    like = ("--like", tmp_path / "queue_log", "--queue", "support=billing")
    _, seen, left_out, *_ = lines = told(*like, "--from", "2026-11-23", "--runs", 2, "--cores", 1)
    assert seen == "as 2 calls of 23 Nov 2026 came; 0.0% of offers missed, 0.0% rejected"
    assert left_out == "left out, since the rules have no such queue: fax (1)"
    assert "billing" not in " ".join(lines[3:4])


def test_calls_come_as_they_did_by_the_journal(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    for number in range(20):
        at, call = datetime(2026, 11, 23, 9, number, tzinfo=UTC), CallId(str(number))
        end_at = at + timedelta(minutes=2)
        facts = [
            Fact(at, FactKind.OFFERED, call, BILLING, AMINA, OfferId(f"{call}.1"), {"waited": 0.0}),
            Fact(at, FactKind.JOINED, call, BILLING, AMINA, OfferId(f"{call}.1"), {"waited": 0.0, "rang": 4.0}),
            Fact(end_at, FactKind.FINISHED, call, BILLING, AMINA, None, {"talked": 120.0, "held": 0.0}),
        ]
        for fact in facts:
            journal.record(fact)
    asyncio.run(journal.settled())
    _, seen, *_ = told("--like", tmp_path / "telekit.db", "--from", "2026-11-23", "--runs", 2, "--cores", 1)
    assert seen == "as 20 calls of 23 Nov 2026 came; 0.0% of offers missed, 0.0% rejected"


def test_a_file_without_a_call_of_these_queues_is_told(tmp_path: Path) -> None:
    (tmp_path / "queue_log").write_text(QUEUE_LOG)
    asked = CliRunner().invoke(telekit, ["simulate", "--like", str(tmp_path / "queue_log"), str(NOW)])
    assert isinstance(asked.exception, PlanningError)
    assert "has no call of a queue that the rules have" in str(asked.exception)


def compared(*arguments: object) -> tuple[int, str, str]:
    rules = ("--compare", NOW, SAMPLES / "planned.yaml")
    return simulate("--arrivals", SAMPLES / "tuesday.csv", "--patience", "3m", *A_DAY[:2], *rules, *arguments)


def test_two_rule_sets_lead_the_same_calls_and_differ_where_they_do(tmp_path: Path) -> None:
    status, printed, _ = compared("--runs", 8, "--html", tmp_path / "day.html")
    assert status == 0
    differences = printed.partition("differences beyond chance\n")[2].splitlines()
    assert differences[0].split()[:2] == ["all", "gave"]
    assert " calls " not in printed.partition("differences")[2]
    page = (tmp_path / "day.html").read_text()
    assert "What changes, beyond chance" in page
    assert ET.fromstring(page.partition("<svg")[1] + page.partition("<svg")[2].partition("</svg>")[0] + "</svg>").tag


def test_rules_compared_with_themselves_do_not_differ() -> None:
    rules = ("--compare", NOW, NOW)
    _, printed, _ = simulate(*FEW, *rules)
    assert "no difference beyond chance, of " in printed


def test_the_page_stands_by_itself_and_tells_each_queue_and_skill(tmp_path: Path) -> None:
    told(*FEW, "--html", tmp_path / "day.html")
    page = (tmp_path / "day.html").read_text()
    assert not re.search(r"https?://|<script|<link|<img|@import|url\(", page)
    assert {"queue-billing", "skill-french", "all-all"} <= set(re.findall(r'<h2 id="([^"]+)"', page))
    assert page.count("<svg") == 6 * 4  # all, billing, and its two skills
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))


def test_the_page_tells_what_it_went_by(tmp_path: Path) -> None:
    options = ("--patience", "2m", "--pickup", "4s +- 2s", "--missed", "2.5%", "--breaks", "15m every 2h")
    told(*FEW, *options, "--seed", "tuesday", "--html", tmp_path / "day.html")
    assumed = (tmp_path / "day.html").read_text().partition('<h2 id="assumed">')[2]
    rows = dict(re.findall(r'<tr><th>([^<]+)</th><td class="what">([^<]+)</td></tr>', assumed))
    assert rows == {
        "Rules": str(NOW),
        "Calls": "billing=4 in each 30m in which the queue is open",
        "Conversations": "3m on average",
        "Patience": "2m on average",
        "Answered after": "4s ± 2s",
        "Offers missed": "2.5%",
        "Offers rejected": "0.0%",
        "Back from a pause after misses": "5m on average",
        "Breaks": "15m every 2h",
        "Lines lost": "none",
        "Seed": "tuesday",
        "telekit": __version__,
    }


def test_the_sheet_has_a_line_for_each_interval_with_calls_or_agents(tmp_path: Path) -> None:
    told(*FEW, "--csv", tmp_path / "day.csv")
    rows = list(csv.DictReader((tmp_path / "day.csv").open()))
    of_billing = {row["interval"]: row for row in rows if row["name"] == "billing" and row["of"] == "queue"}
    assert {"all", "Tue 08:00", "Tue 17:30"} <= set(of_billing)
    assert "Tue 03:00" not in of_billing
    assert float(of_billing["all"]["calls"]) > 60
    assert 0 < float(of_billing["all"]["occupancy"]) < 1
