"""Of whom it is told that no call reaches them, none would ever be offered one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit import rules
from telekit.acd.crowd import only
from telekit.roster.roster import Roster
from telekit.rules.lints.find import find
from telekit.rules.lints.name import LintName
from telekit.rules.lints.staffing import Staffing
from telekit.rules.week import DAY
from tests.rules.lints.subject import NOW, sentences

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Montreal", "Asia/Kolkata")
SPANS = (
    *("mon-fri 09:00-17:00", "mon-sun 17:00-09:00", "sat,sun 09:00-17:00", "tue 03:00-03:30", "mon 22:00-02:00"),
    "mon-fri 06:00-09:00 every 2 weeks from 2026-11-23",
)
UNREACHED = {LintName.UNREACHABLE_AGENT, LintName.AGENT_WITHOUT_QUEUE}
MOMENTS = [
    datetime(2026, 11, 23, tzinfo=UTC) + timedelta(weeks=week, minutes=30 * number)
    for week in (0, 18, 19, 30)
    for number in range(7 * 48)
]
agents = st.tuples(st.sampled_from(("", *SPANS)), st.sampled_from(ZONES), st.integers(0, 10))
queues = st.tuples(st.sampled_from(("", *SPANS)), st.integers(0, 10))


def minute_of(at: datetime) -> int:
    return at.weekday() * DAY + at.hour * 60 + at.minute


@settings(max_examples=40, deadline=None)
@given(st.lists(agents, min_size=1, max_size=4), st.lists(queues, min_size=1, max_size=3))
def test_who_is_told_to_get_no_call_is_never_on_shift_for_an_open_queue(
    tmp_path_factory: pytest.TempPathFactory, works: list[tuple[str, str, int]], opens: list[tuple[str, int]]
) -> None:
    shifts_ = "".join(f"  s{number}: {span}\n" for number, (span, _, _) in enumerate(works) if span)
    text = f"timezone: Europe/Paris\nskills: [billing]\nshifts:\n{shifts_}"
    text += "agents:\n"
    for number, (span, zone, proficiency) in enumerate(works):
        shifts = f", shifts: s{number}" if span else ""
        skills = f", skills: {{billing: {proficiency}}}" if proficiency else ""
        text += f"  a{number}: {{phone: sip:a{number}, timezone: {zone}{shifts}{skills}}}\n"
    text += "queues:\n"
    for number, (span, least) in enumerate(opens):
        requires = f"requires: {{billing: {least}}}" if least else "requires: {}"
        text += f"  q{number}: {{{requires}{f', open: {span!r}' if span else ''}}}\n"
    file = tmp_path_factory.mktemp("agents") / "rules.yaml"
    file.write_text(text)
    reading = rules.read(file)
    plan, roster = reading.plan, Roster(reading.plan)
    unreached = {one.path.partition(".")[2] for one in find(reading, NOW) if one.name in UNREACHED}
    staffing = Staffing(plan, NOW)
    reached = set()
    for number, agent in enumerate(plan.agents.values()):
        ever = staffing.minutes_ever(only(number))
        able = [one.name for one in plan.queues.values() if one.steps[0].requirement.met_by(agent.skills)]
        for at in MOMENTS:
            if roster.on_until(agent.name, at) is None:
                continue
            assert ever >> minute_of(at.astimezone(plan.zone)) & 1
            if any(roster.why_closed(queue, at) is None for queue in able):
                reached.add(agent.name)
    assert not unreached & reached
    assert unreached >= {name for name in plan.agents if name not in reached and not plan.agents[name].shifts}


def test_a_day_to_come_is_work_and_one_long_past_is_none(tmp_path: Path) -> None:
    text = "timezone: Europe/Paris\nagents: {luc: {phone: sip:luc}}\n"
    text += "exceptions: [{agent: luc, on: %s, shift: 09:00-12:00}]\n"
    assert sentences(tmp_path, text % "2026-12-24", "unreachable-agent") == []
    assert sentences(tmp_path, text % "2026-10-24", "unreachable-agent") == ["this agent is on no shift"]


def test_a_shift_that_counts_from_years_ahead_is_none(tmp_path: Path) -> None:
    text = "timezone: Europe/Paris\nshifts: {a: mon 09:00-12:00 every 2 weeks from 2062-11-27}\n"
    text += "agents: {luc: {phone: sip:luc, shifts: a}}\n"
    assert sentences(tmp_path, text, "unreachable-agent") == ["no shift of this agent runs within a year"]


@pytest.mark.parametrize(
    ("shift", "queue", "says"),
    [
        (
            "mon-fri 09:00-17:00",
            "requires: {billing: 8}",
            ["no queue asks for so little that this agent could serve it"],
        ),
        (
            "mon-fri 09:00-17:00",
            "open: sat 09:00-12:00",
            ["every queue that this agent could serve is closed while they work"],
        ),
        ("mon-fri 09:00-17:00", "open: fri 16:59-20:00", []),
    ],
)
def test_why_no_queue_offers_a_call_is_told(tmp_path: Path, shift: str, queue: str, says: list[str]) -> None:
    text = f"timezone: Europe/Paris\nskills: [billing]\nshifts: {{days: {shift}}}\nqueues: {{q: {{{queue}}}}}\n"
    agent = "agents: {luc: {phone: sip:luc, skills: {billing: 7}, shifts: days}}\n"
    assert sentences(tmp_path, text + agent, "agent-without-queue") == says


def test_the_same_number_for_people_who_take_turns_is_not_told(tmp_path: Path) -> None:
    text = "timezone: Europe/Paris\nshifts: {a: mon 09:00-12:00, b: mon %s}\nagents:\n"
    text += "  amina: {phone: tel:+33199005512, shifts: a}\n  luc: {phone: tel:+33199005512, shifts: b}\n"
    assert sentences(tmp_path, text % "12:00-14:00", "shared-phone") == []
    assert sentences(tmp_path, text % "11:59-14:00", "shared-phone") == [
        "tel:+33199005512 also rings for 'amina', who works at the same time"
    ]
