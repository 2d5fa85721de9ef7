"""What is right but hardly meant is told with its place and its name; what may be meant is not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit import rules
from telekit.domain.names import QueueName
from telekit.roster.roster import Roster
from telekit.rules.lints.staffing import Staffing

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOCS = Path(__file__).parents[3] / "docs"
TOP = """\
timezone: Europe/Paris
skills: [french, billing]
shifts: {days: mon-fri 09:00-17:00, always: mon-sun 00:00-24:00, dawn: mon-sun 04:00-05:00}
menus: {stay: {say: welcome, 1: {queue: billing}, nothing: voicemail}}
agents:
"""
JUDGED = ("never-served", "unstaffed-skill", "unbounded-wait")
AMINA = "  amina: {phone: sip:amina, skills: {billing: 7}, shifts: days}\n"
ALWAYS = "  amina: {phone: sip:amina, skills: {billing: 7}, shifts: always}\n"


def lints(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "rules.yaml"
    file.write_text(TOP + text)
    found = rules.lint(rules.read(file), NOW)
    return [f"{one.line}:{one.column} {one.name}" for one in found if one.name in JUDGED]


@pytest.mark.parametrize(
    ("agents", "queue"),
    [
        (AMINA, "{requires: {french: 1}}"),
        (AMINA, "{requires: {billing: 8}}"),
        (AMINA, "{requires: {billing: 7}, open: mon-fri 18:00-20:00}"),
        (AMINA, "{requires: {billing: 7}, open: sat 09:00-12:00}"),
        (AMINA.replace("days", "[]").replace(", shifts: []", ""), "{requires: {billing: 7}}"),
        (AMINA.replace("days", "days, timezone: Pacific/Auckland"), "{open: mon-fri 09:00-17:00}"),
    ],
)
def test_a_queue_that_nobody_serves_at_any_hour_is_told(tmp_path: Path, agents: str, queue: str) -> None:
    (told,) = lints(tmp_path, f"{agents}queues:\n  billing: {queue}\n")
    assert told.startswith("8:")
    assert told.endswith(("never-served", "unstaffed-skill"))


@pytest.mark.parametrize(
    ("agents", "queue"),
    [
        (AMINA, "{requires: {billing: 7}, open: mon-fri 16:59-20:00}"),
        (AMINA, "{requires: {billing: 7}, steps: [{after: 1m, requires: {billing: 3}}]}"),
        (AMINA.replace("days", "days, timezone: America/Guadeloupe"), "{open: mon-fri 20:00-22:00}"),
        (AMINA.replace("days", "dawn, timezone: Pacific/Auckland"), "{open: mon-fri 16:00-17:00}"),
    ],
)
def test_a_queue_that_somebody_serves_at_some_hour_of_the_year_is_not(tmp_path: Path, agents: str, queue: str) -> None:
    assert lints(tmp_path, f"{agents}queues:\n  billing: {queue}\n") == []


@pytest.mark.parametrize(
    "exception",
    ["{agent: amina, on: 2026-12-24, shift: 18:00-20:00}", "{queue: billing, on: 2026-12-24, open: 09:00-12:00}"],
)
def test_a_single_day_on_which_somebody_may_serve_it_is_enough(tmp_path: Path, exception: str) -> None:
    queue = "{requires: {billing: 7}, open: mon-fri 18:00-20:00}"
    assert lints(tmp_path, f"{AMINA}queues:\n  billing: {queue}\nexceptions:\n  - {exception}\n") == []


def test_a_step_after_which_nobody_is_left_is_told_at_its_place(tmp_path: Path) -> None:
    steps = (
        "      - {after: 1m, requires: {}}\n"
        "      - {after: 2m, replace: true, requires: {french: 1}}\n"
        "      - {after: 3m, requires: {french: 2}}\n"
    )
    assert lints(tmp_path, f"{AMINA}queues:\n  billing:\n    steps:\n{steps}") == [
        "11:9 unstaffed-skill",
        "12:9 unstaffed-skill",
    ]


def test_the_agents_who_could_if_they_worked_then_are_named(tmp_path: Path) -> None:
    agents = "".join(AMINA.replace("amina", name) for name in ("amina", "luc", "nora", "zoe", "sam"))
    file = tmp_path / "rules.yaml"
    file.write_text(f"{TOP}{agents}queues:\n  billing: {{requires: {{billing: 5}}, open: sat 09:00-12:00}}\n")
    (one,) = (one for one in rules.lint(rules.read(file), NOW) if one.name == "never-served")
    assert one.headline == (
        f"{file}:12:13: queues.billing: a call of this queue is never served: of those who have billing 5 (amina, luc, "
        "nora and 2 others) nobody works while the queue is open; give one of them a shift then [never-served]"
    )
    assert one.severity is rules.Severity.WARNING


@pytest.mark.parametrize(
    ("queue", "place"),
    [
        ("  billing: {}\n", "8:3"),
        ("  billing:\n    steps: [{after: 3m, requires: {}}]\n", "8:3"),
        ("  billing:\n    steps: [{after: 3m, go: {menu: stay}}]\n", "9:13"),
        ("  other: {}\n  billing:\n    steps: [{after: 3m, go: {queue: other}}]\n", "8:3"),
        ("  billing:\n    overflow: [{waiting: 3, go: voicemail}]\n", "8:3"),
    ],
)
def test_a_queue_in_which_a_caller_may_wait_for_ever_is_told(tmp_path: Path, queue: str, place: str) -> None:
    assert lints(tmp_path, f"{ALWAYS}queues:\n{queue}") == [f"{place} unbounded-wait"]


def test_queues_that_hand_a_call_to_and_fro_are_both_told(tmp_path: Path) -> None:
    queues = (
        "  billing:\n    steps: [{after: 3m, go: {queue: other}}]\n"
        "  other:\n    steps: [{after: 3m, go: {queue: billing}}]\n"
    )
    assert lints(tmp_path, f"{ALWAYS}queues:\n{queues}") == ["9:13 unbounded-wait", "11:13 unbounded-wait"]


@pytest.mark.parametrize(
    ("agents", "queue"),
    [
        (AMINA, "  billing: {}\n"),
        (ALWAYS, "  billing:\n    steps: [{after: 3m, go: voicemail}]\n"),
        (ALWAYS, "  billing:\n    steps: [{after: 3m, go: {menu: stay}}, {after: 9m, go: hangup}]\n"),
        (
            ALWAYS,
            (
                "  billing:\n    steps: [{after: 3m, go: {queue: other}}]\n"
                "  other:\n    steps: [{after: 3m, go: {number: +33199005500}}]\n"
            ),
        ),
        (
            ALWAYS + AMINA.replace("amina", "luc").replace("billing", "french"),
            "  billing:\n    steps: [{after: 3m, requires: {french: 1}, replace: true}]\n",
        ),
    ],
)
def test_a_wait_that_ends_by_a_step_or_an_hour_without_agents_is_not(tmp_path: Path, agents: str, queue: str) -> None:
    assert lints(tmp_path, f"{agents}queues:\n{queue}") == []


def test_the_shipped_samples_have_no_lint() -> None:
    assert rules.lint(rules.read(DOCS / "samples/rules"), NOW) == []


ZONES = ("Europe/Paris", "Indian/Reunion", "America/Montreal", "Asia/Kolkata")
SPANS = ("mon-fri 09:00-17:00", "mon-sun 17:00-09:00", "sat,sun 09:00-17:00", "mon-sun 00:00-24:00", "tue 03:00-03:30")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SPANS), st.sampled_from(ZONES)), min_size=1, max_size=3),
    st.sampled_from(("", *SPANS)),
)
def test_what_is_said_of_the_week_holds_at_every_half_hour_of_it(
    tmp_path_factory: pytest.TempPathFactory, works: list[tuple[str, str]], opening: str
) -> None:
    shifts = "".join(f"  s{number}: {span}\n" for number, (span, _) in enumerate(works))
    agents = "".join(
        f"  a{number}: {{phone: sip:a{number}, shifts: s{number}, timezone: {zone}}}\n"
        for number, (_, zone) in enumerate(works)
    )
    opened = f"open: '{opening}'" if opening else ""
    file = tmp_path_factory.mktemp("week") / "rules.yaml"
    file.write_text(f"timezone: Europe/Paris\nshifts:\n{shifts}agents:\n{agents}queues:\n  q: {{{opened}}}\n")
    plan = rules.load(file)
    staffing, queue = Staffing(plan, NOW), plan.queues[QueueName("q")]
    crowd = staffing.able(queue.steps)
    roster = Roster(plan)
    week = [NOW + timedelta(minutes=30) * number for number in range(2 * 24 * 7)]
    staffed = [(at, any(roster.on_until(name, at) is not None for name in plan.agents)) for at in week]
    if any(there and roster.why_closed(queue.name, at) is None for at, there in staffed):
        assert staffing.is_ever_there(crowd, queue)
    if all(there for _, there in staffed):
        assert staffing.is_always_there(crowd)
