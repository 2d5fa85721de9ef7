"""What `telekit explain --call` tells of a call that was."""

import json
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from telekit.domain.fact import Fact, FactKind
from tests.cli.command import run
from tests.cli.test_replay import RULES, OfRules

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past")
    (folder / "rules.yaml").write_text(RULES)
    return folder


@pytest.fixture(scope="module")
def facts(folder: Path) -> list[Fact]:
    """Give the facts of a day, whose journal is in the folder."""
    return OfRules(3, folder, folder / "rules.yaml").facts()


@pytest.fixture(scope="module")
def offered(facts: list[Fact]) -> list[Fact]:
    """Give the facts of a call that waited first, and was offered then."""
    for fact in facts:
        of_call = [each for each in facts if each.call == fact.call and fact.call is not None]
        kinds = [each.kind for each in of_call]
        wanted = {FactKind.QUEUED, FactKind.OFFERED, FactKind.JOINED, FactKind.FINISHED}
        if wanted <= {*kinds} and kinds.index(FactKind.QUEUED) < kinds.index(FactKind.OFFERED):
            return of_call
    raise AssertionError("no such call")


def explain(folder: Path, call: object, *more: object, rules: str = "rules.yaml") -> tuple[int, str, str]:
    return run("explain", "--journal", "telekit.db", "--call", call, *more, rules, folder=folder)


def test_each_decision_is_told_with_everybodys_case(folder: Path, offered: list[Fact]) -> None:
    status, told, complaint = explain(folder, offered[0].call)
    assert (status, complaint) == (0, "")
    lines = told.splitlines()
    assert lines[0].startswith(f"call {offered[0].call}  Mon 23 Nov 2026 13:")
    agent = next(fact.agent for fact in offered if fact.kind is FactKind.OFFERED)
    at = next(number for number, line in enumerate(lines) if f"offered to {agent} on sip:{agent}" in line)
    cases = [line.split()[:3] for line in lines[at + 1 : at + 4]]
    assert [agent, "yes", "rings"] in cases
    assert [case[0] for case in cases] == ["amina", "luc", "zoe"]
    assert all(case[1] == "no" for case in cases if case[0] != agent)
    (taker,) = (fact.agent for fact in offered if fact.kind is FactKind.JOINED)
    assert any(f"talks with {taker}" in line for line in lines)


def test_a_moment_of_its_life_is_told_and_when_the_answer_changes(folder: Path, offered: list[Fact]) -> None:
    queued = next(fact for fact in offered if fact.kind is FactKind.QUEUED)
    later = queued.at.replace(microsecond=0) + timedelta(seconds=1)
    status, told, _ = explain(folder, queued.call, "--at", f"{later.astimezone(PARIS):%Y-%m-%d %H:%M:%S}")
    assert status == 0
    assert "  waits in help" in told
    assert re.search(r"^this changes 13:\d\d:\d\d: then ", told, re.MULTILINE)


def test_a_moment_after_the_call_is_told_as_it_was_then(folder: Path, facts: list[Fact], offered: list[Fact]) -> None:
    later = [fact for fact in facts if fact.kind is FactKind.JOINED and fact.at > offered[-1].at][2]
    at = later.at + timedelta(milliseconds=100)
    status, told, _ = explain(folder, offered[0].call, "--at", f"{at:%Y-%m-%d %H:%M:%S.%f} UTC")
    assert "waits no more; another call of help would find" in told
    assert re.search(rf"^ +{later.agent} +no +on call", told, re.MULTILINE)
    assert status == 0


def test_who_would_ring_first_for_another_call_is_told(folder: Path, facts: list[Fact], offered: list[Fact]) -> None:
    arrived_at = {fact.call: fact.at for fact in facts if fact.kind is FactKind.CALL_ARRIVED}
    offers = [fact for fact in facts if fact.kind is FactKind.OFFERED and arrived_at.get(fact.call) == fact.at]
    at_once = next(fact for fact in offers if fact.at > offered[-1].at)
    before = at_once.at - timedelta(milliseconds=1)
    _, told, _ = explain(folder, offered[0].call, "--at", f"{before:%Y-%m-%d %H:%M:%S.%f} UTC")
    assert re.search(rf"^ +{at_once.agent} +yes +rings first$", told, re.MULTILINE)


def test_another_call_of_a_queue_that_has_closed_finds_it_closed(
    folder: Path, facts: list[Fact], offered: list[Fact]
) -> None:
    (folder / "closes.yaml").write_text(RULES.replace("help: {", "help: {open: mon-fri 08:00-13:59, "))
    at = facts[-1].at
    _, told, _ = explain(folder, offered[0].call, "--at", f"{at:%Y-%m-%d %H:%M:%S} UTC", rules="closes.yaml")
    assert "another call of help would find it closed\n" in told
    assert " yes " not in told


def test_a_moment_of_which_the_journal_does_not_tell_is_refused(folder: Path, offered: list[Fact]) -> None:
    status, told, complaint = explain(folder, offered[0].call, "--at", "2026-11-24 09:00")
    assert (status, told) == (1, "")
    assert complaint.startswith("telekit: The journal telekit.db ends Mon 23 Nov 2026 14:")
    assert complaint.endswith(
        ": how it stood later it does not tell. `telekit explain --live` tells how it stands now.\n"
    )


def test_a_time_of_day_that_is_an_agents_own_has_its_zone(folder: Path, offered: list[Fact]) -> None:
    luc = "luc: {phone: sip:luc, skills: {french: 5}, shifts: "
    away = RULES.replace(f"{luc}days", f"{luc}night, timezone: Indian/Reunion")
    (folder / "zones.yaml").write_text(away.replace("shifts: {days:", "shifts: {night: mon-sun 22:00-06:00, days:"))
    told = explain(folder, offered[0].call, rules="zones.yaml")[1]
    assert "night ended 06:00, night starts 22:00 (Indian/Reunion), until 19:00:00  zones.yaml:" in told


def test_a_program_is_told_the_same(folder: Path, offered: list[Fact]) -> None:
    answer = json.loads(explain(folder, offered[0].call, "--json")[1])
    assert [fact["kind"] for fact in answer["facts"]] == [fact.kind.value for fact in offered]
    rung = [look["rings"] for look in answer["looks"] if look["rings"]]
    assert rung[0] == [next(fact.agent for fact in offered if fact.kind is FactKind.OFFERED)]
    assert answer["otherwise"] is None


def test_rules_that_decide_otherwise_are_told_with_where(folder: Path, offered: list[Fact]) -> None:
    agent = next(fact.agent for fact in offered if fact.kind is FactKind.OFFERED)
    of_agent = f"{agent}: {{phone: sip:{agent}, skills: {{"
    other = RULES.replace(f"{of_agent}french:", f"{of_agent}other:")
    (folder / "other.yaml").write_text(other.replace("skills: [french]", "skills: [french, other]"))
    status, told, _ = explain(folder, offered[0].call, rules="other.yaml")
    assert status == 1
    assert "these rules decide otherwise at 13:" in told
    assert "skill lacking  lacks french" in told


def test_a_call_that_the_journal_does_not_have_is_told(folder: Path, facts: list[Fact]) -> None:
    status, _, complaint = explain(folder, "1795408591.2")
    latest = [fact for fact in facts if fact.kind is FactKind.CALL_ARRIVED][-1]
    at = latest.at.astimezone(PARIS)
    assert status == 1
    named = f"{latest.call} (Mon 23 Nov {at:%H:%M:%S})"
    assert complaint.startswith(f"telekit: The journal telekit.db has no call '1795408591.2'; its latest are {named}")


@pytest.mark.parametrize("which", [(), ("--dialed", "+33199001234", "--call", "1795408591.2")])
def test_one_call_is_asked_about_imagined_or_past(folder: Path, which: tuple[str, ...]) -> None:
    status, _, complaint = run("explain", *which, "rules.yaml", folder=folder)
    assert status == 2
    assert "Say which call" in complaint
