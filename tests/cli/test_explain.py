"""What `telekit explain` tells, and what it refuses to be asked."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from telekit.cli.main import telekit
from tests.cli.command import SAMPLES

NUMBER = "+33199001234"


def explain(*arguments: object, number: str = NUMBER, rules: Path = SAMPLES) -> tuple[int, str, str]:
    asked = CliRunner().invoke(telekit, ["explain", "--dialed", number, *map(str, arguments), str(rules)])
    assert asked.exception is None or isinstance(asked.exception, SystemExit)
    return asked.exit_code, asked.stdout, asked.stderr


def told(*arguments: object, number: str = NUMBER, rules: Path = SAMPLES) -> list[str]:
    status, printed, complaint = explain(*arguments, number=number, rules=rules)
    assert (status in (0, 1), complaint) == (True, "")
    return printed.splitlines()


def refused(*arguments: object, number: str = NUMBER) -> str:
    status, printed, complaint = explain(*arguments, number=number)
    assert (status, printed) == (2, "")
    return " ".join(complaint.partition("Error: ")[2].split())


@pytest.mark.parametrize(
    ("at", "status"),
    [("2026-11-24 09:00", 0), ("2026-12-24 11:00", 0), ("2026-11-22 03:00", 1)],
    ids=["at once", "after a step", "nobody"],
)
def test_it_succeeds_when_somebody_would_be_rung(at: str, status: int) -> None:
    assert explain("--menu", 1, "--at", at)[0] == status


def test_a_program_is_told_the_same() -> None:
    printed = explain("--menu", 1, "--at", "2026-11-24 09:00", "--json")[1]
    answer = json.loads(printed)
    assert (answer["at"], answer["offered"]) == ("2026-11-24T08:00:00+00:00", True)
    menu, queue = answer["way"]
    assert menu == {"menu": "main", "key": "1", "leads": True}
    assert (queue["rings"], queue["waits"]) == (["amina"], 0)
    assert queue["change"] == {"at": "2026-11-24T11:55:00+00:00", "open": True, "agents": []}
    reasons = {agent["agent"]: agent["reason"] for agent in queue["agents"]}
    assert reasons["amina"] is None
    assert reasons["luc"] is not None


def test_those_who_would_ring_at_once_are_told_together(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "timezone: Europe/Paris\nskills: [french]\n"
        "shifts: {day: mon-sun 08:00-20:00}\n"
        "agents:\n"
        "  amina: {phone: sip:amina, skills: {french: 9}, shifts: [day]}\n"
        "  luc: {phone: sip:luc, skills: {french: 5}, shifts: [day]}\n"
        "queues: {help: {requires: {french: 1}, strategy: ring-all}}\n"
        "routes: [{when: {dialed: +33199001234}, queue: help}]\n"
    )
    lines = told("--at", "2026-11-24 09:00", rules=rules)
    assert [line.split()[:4] for line in lines if "rings first" in line] == [
        ["amina", "yes", "rings", "first"],
        ["luc", "yes", "rings", "first"],
    ]
    assert lines[-1].startswith("amina, luc ring first at once")


def test_a_program_is_told_where_a_call_goes_that_nobody_takes() -> None:
    answer = json.loads(explain("--menu", 1, "--at", "2026-11-22 03:00", "--json")[1])
    assert answer["way"][-1]["diverted"] == "closed"
    assert answer["way"][-1]["then"] == {"play": ["closed"], "go": {"end": "voicemail"}}
    assert (answer["destination"], answer["offered"]) == ({"end": "voicemail"}, False)


def test_the_instant_that_is_asked_about_is_told_with_its_zone() -> None:
    assert told("--at", "2026-11-24 09:00")[0] == "at     Tue 24 Nov 2026 09:00, Europe/Paris"


@pytest.mark.parametrize("at", ["2026-11-24T12:00+04:00", "2026-11-24 12:00 Indian/Reunion", "2026-11-24 08:00 UTC"])
def test_an_instant_may_be_told_in_another_zone(at: str) -> None:
    assert told("--at", at)[0] == "at     Tue 24 Nov 2026 09:00, Europe/Paris"


def test_seconds_are_told_where_they_were_asked_for() -> None:
    assert told("--at", "2026-11-24 09:00:30")[0] == "at     Tue 24 Nov 2026 09:00:30, Europe/Paris"


def test_of_a_time_that_comes_twice_the_first_is_taken_and_the_other_named() -> None:
    said = "at     Sun 25 Oct 2026 02:30{}, Europe/Paris (the clocks show it twice; the other is 2026-10-25 02:30{})"
    assert told("--at", "2026-10-25 02:30")[0] == said.format("+02:00", "+01:00")
    assert told("--at", "2026-10-25 02:30+01:00")[0] == said.format("+01:00", "+02:00")


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    assert "no 02:30 on 2026-03-29 in Europe/Paris: the clocks go from 02:00 to 03:00" in refused(
        "--at", "2026-03-29 02:30"
    )


@pytest.mark.parametrize("at", ["0001-01-01 00:00", "9999-12-31 23:59", "9999-12-31T23:59-12:00", "0001-01-01+14:00"])
def test_a_year_out_of_reach_is_refused(at: str) -> None:
    assert "ask for one from 1970 to 2999" in refused("--at", at)


@pytest.mark.parametrize("at", ["1970-01-01 00:00", "2999-12-31 23:59"])
def test_the_first_and_the_last_year_are_answered(at: str) -> None:
    assert told("--at", at, "--menu", 1)[0].endswith(f"{at[11:]}, Europe/Paris")


@pytest.mark.parametrize("at", ["tomorrow", "", "24.11.2026", "٢٠٢٦", "2026-11-24 21:15 +", "\x1b[31m", "25:00"])
def test_what_is_no_instant_is_refused_with_an_example(at: str) -> None:
    assert "is no instant; write it as 2026-11-24 21:15" in refused("--at", at)


def test_a_day_that_the_calendar_lacks_is_named() -> None:
    assert "'2026-02-30 10:00' is no instant (day is out of range for month)" in refused("--at", "2026-02-30 10:00")


def test_an_unknown_zone_is_answered_with_the_nearest() -> None:
    assert "did you mean 'Europe/Paris'?" in refused("--at", "2026-11-24 10:00 Europe/Pari")


@pytest.mark.parametrize("option", ["--dialed", "--caller"])
def test_what_is_no_number_is_refused(option: str) -> None:
    assert f"'{option}': expected a number such as +33199001234, or an internal one such as 100, not 'zut'" in refused(
        option, "zut"
    )


def test_a_number_as_people_write_it_is_answered_with_its_plain_form() -> None:
    assert "did you mean '+33199001234'?" in refused(number="+33 1 99 00 12 34")


def test_a_caller_may_be_anonymous() -> None:
    assert explain("--caller", "anonymous", "--at", "2026-11-24 09:00") == explain("--at", "2026-11-24 09:00")


def test_a_route_that_only_another_caller_takes_is_named() -> None:
    line = re.compile(r"not    VIP callers are served first  \S+routes.yaml:8  caller does not match")
    assert line.fullmatch(told("--at", "2026-11-24 09:00")[1])
    assert not any(map(line.fullmatch, told("--caller", "+33199005566", "--at", "2026-11-24 09:00")))


def test_a_key_that_the_menu_lacks_is_told_with_those_it_has() -> None:
    lines = told("--menu", 9, "--menu", 1, "--at", "2026-11-24 09:00")
    assert lines[3].startswith("menu main  has no key 9, only 1 2 *: it asks again")
    assert lines[3].endswith("rules/routes.yaml:23")
    assert lines[4].startswith("menu main  key 1")
    assert lines[4].endswith("rules/routes.yaml:25")


@pytest.mark.parametrize("key", ["12", "x", ""])
def test_what_is_no_key_is_refused(key: str) -> None:
    assert "is no key; name one of 0 to 9, * and # each time" in refused("--menu", key)


def test_a_key_for_which_no_menu_asks_is_told() -> None:
    assert "no menu asks for the key 5" in told("--menu", 1, "--menu", 5, "--at", "2026-11-24 09:00")


def test_hours_in_another_zone_are_told_with_it_and_only_they() -> None:
    lines = told("--menu", 1, "--at", "2026-11-24 10:30")
    assert next(line for line in lines if " luc " in line).endswith(
        f"night ended 06:00, night starts 22:00 (Indian/Reunion)  {SAMPLES}/hours.yaml:12"
    )
    assert "(" not in next(line for line in lines if " chloe " in line)


RULES = """\
timezone: Europe/Paris
skills: [french, billing]
shifts: {early: mon-sun 08:00-12:00}
agents:
  amina: {phone: sip:amina, skills: {french: 5}, shifts: early}
queues:
  help: {requires: {french: 9}, steps: [{after: 30s, requires: {french: 5}}]}
  never: {requires: {billing: 1}}
  nightly: {requires: {french: 1}, open: mon-sun 20:00-22:00}
  shut: {open: mon 08:00-09:00, closed: {play: closed, then: {queue: help}}}
routes:
  - {when: {dialed: 1}, queue: help}
  - {when: {dialed: 2}, queue: never}
  - {when: {dialed: 3}, queue: nightly}
  - {when: {dialed: 5}, queue: shut}
  - {when: {dialed: 6}, script: order}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    return file


def test_a_number_that_no_route_takes_is_told(rules: Path) -> None:
    assert told(number="9", rules=rules)[-1] == "no route takes this call: it is hung up"


@pytest.mark.parametrize(
    ("number", "at", "said"),
    [
        (1, "2026-11-24 09:00", ["nobody at first; amina rings after 30s; this changes Tue 24 Nov 12:00, then nobody"]),
        (
            1,
            "2026-12-31 13:00",
            [
                "not now: nobody is there who may take it; the call hears no-agent and is hung up",
                "nobody can be offered this call before Fri 01 Jan 2027 08:00 (amina)",
            ],
        ),
        (
            2,
            "2026-11-24 09:00",
            [
                "not now: nobody is there who may take it; the call hears no-agent and is hung up",
                "nobody can ever be offered this call: no agent has the skills",
            ],
        ),
        (
            3,
            "2026-11-24 09:00",
            [
                "not now: closed until Tue 24 Nov 20:00; the call hears closed and is hung up",
                "nobody can be offered this call in the next 400 days",
            ],
        ),
        (
            1,
            "2026-11-24 11:59:45",
            ["nobody: after 15s nobody is there any more who may take it; the call hears no-agent and is hung up"],
        ),
        (6, "2026-11-24 09:00", ["the call goes to the script order"]),
    ],
)
def test_how_it_ends_is_told_in_a_sentence(rules: Path, number: int, at: str, said: list[str]) -> None:
    assert told("--at", at, number=str(number), rules=rules)[-len(said) :] == said


def test_a_callback_that_is_offered_where_nobody_is_there_is_told(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "timezone: Europe/Paris\nshifts: {day: mon-sun 08:00-20:00}\n"
        "agents: {amina: {phone: sip:amina, shifts: day}}\n"
        "queues:\n  help:\n    callback: {keep: next-shift}\n"
        "    no_agent: {play: no-agent, offer: callback, then: voicemail}\n"
        "routes: [{when: {dialed: 1}, queue: help}]\n"
    )
    assert told("--at", "2026-11-24 22:00", number="1", rules=rules)[-2:] == [
        (
            "not now: nobody is there who may take it; the caller is offered a callback, else the call hears no-agent "
            "and goes to voicemail"
        ),
        "nobody can be offered this call before Wed 25 Nov 08:00 (amina)",
    ]
    way = json.loads(explain("--at", "2026-11-24 22:00", "--json", number="1", rules=rules)[1])["way"]
    assert [(stage["asked"], stage["waits"]) for stage in way] == [(True, 0)]


def test_a_closed_queue_that_sends_the_call_on_is_followed(rules: Path) -> None:
    lines = told("--at", "2026-11-24 09:00", number="5", rules=rules)
    assert [line.split()[1] for line in lines if line.startswith("queue")] == ["shut", "help"]
    assert "not now: closed until Mon 30 Nov 08:00; the call hears closed and goes to the queue help" in lines
    assert lines[-1].startswith("nobody at first; amina rings after 30s")


def test_of_many_agents_those_without_the_skill_share_a_line_unless_all_are_asked_for(tmp_path: Path) -> None:
    skilled = "".join(f"  a{n}: {{phone: sip:a{n}, skills: {{french: 9}}, shifts: early}}\n" for n in range(12))
    others = "".join(f"  b{n}: {{phone: sip:b{n}, skills: {{billing: 1}}, shifts: early}}\n" for n in range(50))
    (tmp_path / "rules.yaml").write_text(RULES.replace("queues:", f"{skilled}{others}queues:", 1))
    lines = told("--at", "2026-11-24 09:00", number="1", rules=tmp_path)
    assert sum("skill" in line for line in lines) == 1
    assert lines[-2] == "  50 more lack a skill, or have too little of it; --all lists them"
    assert "then nobody" in lines[-1]
    everybody = told("--at", "2026-11-24 09:00", "--all", number="1", rules=tmp_path)
    assert sum("lacks french" in line for line in everybody) == 50
    waking = told("--at", "2026-11-24 07:00", number="1", rules=tmp_path)[-1]
    assert waking.endswith("(amina, a0, a1, a2, a3, a4, a5, a6 and 5 more)")


VIP = ("--caller", "+33199005566", "--at", "2026-11-24 10:30")


def test_it_tells_for_whom_a_call_would_be_held() -> None:
    nobody = "prefers whom the caller last talked with: nobody, unless --last names one"
    assert any(line.startswith(nobody) for line in told(*VIP))
    lines = told(*VIP, "--last", "amina")
    assert any(line.startswith("held for amina, 20s at most") for line in lines)
    assert lines[-1].startswith("amina rings first")
    assert any(line.startswith("prefers luc, in vain: skill lacking") for line in told(*VIP, "--last", "luc"))
    assert any(line.startswith("prefers chloe, in vain: skill too weak") for line in told(*VIP, "--last", "chloe"))
    preferred = json.loads(explain(*VIP, "--last", "luc", "--json")[1])["preferred"]
    assert preferred == {"agent": "luc", "for": 20.0, "refused": "skill lacking"}


def test_nobody_else_is_asked_while_the_preferred_agent_is_about_to_come(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        "timezone: Europe/Paris\n"
        "shifts: {early: mon-sun 08:00-18:00, late: mon-sun 10:00-18:00}\n"
        "agents: {luc: {phone: sip:luc, shifts: early}, amina: {phone: sip:amina, shifts: late}}\n"
        "queues: {help: {}}\n"
        "routes: [{queue: help, prefer: {agent: amina, for: 1m}}]\n"
    )
    lines = told("--at", "2026-11-24 09:59:30", rules=tmp_path)
    assert any(line.startswith("held for amina, 1m00s at most") for line in lines)
    assert lines[-1].startswith("nobody at first; amina rings after 30s")


def test_an_agent_whom_the_rules_do_not_have_is_answered_with_the_nearest() -> None:
    assert "the rules have no agent 'amna'; did you mean 'amina'?" in refused(*VIP, "--last", "amna")


LOOKING_UP = """
timezone: Europe/Paris
shifts: {day: mon-sun 00:00-24:00}
agents: {amina: {phone: sip:amina, shifts: day}, luc: {phone: sip:luc, shifts: day}}
queues: {gold: {}, all: {}}
lookups:
  crm: {get: "https://crm.example/{caller}", gives: [segment, agent]}
routes:
  - lookup: crm
  - {when: {dialed: 100, segment: [gold, platinum]}, queue: gold}
  - {queue: all, prefer: {agent: $agent}}
"""


@pytest.fixture
def looking_up(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(LOOKING_UP)
    return file


def test_what_a_lookup_gives_can_be_imagined(looking_up: Path) -> None:
    lines = told("--with", "segment=gold", number="100", rules=looking_up)
    assert lines[1] == f"asks   crm  {looking_up}:9"
    assert lines[2] == f"route  {looking_up}:10  dialed and segment match"
    lines = told("--with", "segment=iron", "--with", "agent=luc", number="100", rules=looking_up)
    assert f"held for luc, 20s at most  {looking_up}:11" in lines
    assert lines[-1].startswith("luc rings first")
    lines = told(number="100", rules=looking_up)
    assert f"prefers whom a lookup gives as agent: nobody, unless --with tells  {looking_up}:11" in lines
    answered = json.loads(explain("--with", "agent=luc", "--json", number="100", rules=looking_up)[1])
    assert answered["asked"] == [{"lookup": "crm", "origin": f"{looking_up}:9"}]
    assert answered["preferred"]["agent"] == "luc"


def test_a_name_that_no_lookup_gives_is_answered_with_the_nearest(looking_up: Path) -> None:
    status, _, complaint = explain("--with", "segmnt=gold", number="100", rules=looking_up)
    assert status == 2
    assert "no lookup gives 'segmnt'; did you mean 'segment'?" in " ".join(complaint.split())
    status, _, complaint = explain("--with", "gold", number="100", rules=looking_up)
    assert status == 2
    assert "write it as segment=gold" in " ".join(complaint.split())
