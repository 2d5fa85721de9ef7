"""Rest is told as too short exactly when some day's work leaves no 11 hours within 24, and what else law asks for."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, ShiftName
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster
from telekit.rules.lints import rest
from telekit.rules.lints.name import LintName
from tests.rules.lints.subject import NOW, sentences, subject_of

AMINA = AgentName("amina")
TOP = "timezone: Europe/Paris\nagents: {amina: {phone: sip:amina, shifts: days}}\n"
hours_of_shifts = st.builds(
    Hours,
    st.frozensets(st.sampled_from((0, 1, 5, 6)), min_size=1, max_size=3),
    st.builds(Span, *(st.sampled_from([time(hour) for hour in (0, 5, 6, 7, 8, 13, 17, 18, 19, 20)]),) * 2),
    st.sampled_from((1, 1, 2)),
    st.just(NOW.date()),
)


def minutes_free(plan: Plan) -> list[bool]:
    """Give for each quarter of an hour of eight weeks whether it is free, by the roster."""
    start_at = datetime(2026, 12, 7, tzinfo=UTC)
    roster = Roster(plan)
    return [roster.on_until(AMINA, start_at + timedelta(minutes=30) * number) is None for number in range(8 * 7 * 48)]


def leaves_rest(free: list[bool]) -> bool:
    """Say whether after each beginning of work that follows a rest a rest comes so early that it is within 24 hours."""
    rest_, day = 22, 48
    run = rest_
    begins = []
    for number, is_free in enumerate(free[: -2 * day]):
        if not is_free and run >= rest_:
            begins.append(number)
        run = run + 1 if is_free else 0
    if not begins and not all(free):
        return False
    return all(
        any(all(free[at : at + rest_]) for at in range(begin, begin + day - rest_ + 1)) for begin in begins if begin > 0
    ) and any(all(free[at : at + rest_]) for at in range(len(free) - rest_))


@settings(max_examples=150, deadline=None)
@given(st.lists(hours_of_shifts, min_size=1, max_size=3))
def test_rest_is_too_short_exactly_where_a_day_leaves_no_11_hours(lines: list[Hours]) -> None:
    shift = Shift(ShiftName("days"), tuple(lines))
    agent = Agent(AMINA, "Amina", (), {}, ZoneInfo("UTC"), (shift.name,))
    plan = Plan(ZoneInfo("UTC"), agents={AMINA: agent}, shifts={shift.name: shift})
    told = {one.name for one in rest.findings(subject_of(plan))}
    assert (LintName.REST_TOO_SHORT in told) == (not leaves_rest(minutes_free(plan)))


def test_the_shortest_way_out_is_told_with_both_its_ends(tmp_path: Path) -> None:
    shifts = "shifts: {days: [mon 14:00-22:00, tue 06:00-13:00]}\n"
    assert sentences(tmp_path, TOP + shifts, "rest-too-short") == [
        "only 8h of rest between mon 22:00 and tue 06:00; 11h are the least"
    ]


def test_a_single_day_is_judged_with_the_days_around_it(tmp_path: Path) -> None:
    day = "shifts: {days: mon-fri 09:00-17:00}\nexceptions: [{agent: amina, on: 2026-12-01, shift: 20:00-23:59}]\n"
    assert sentences(tmp_path, TOP + day, "rest-too-short") == [
        "with this day, 'amina' has only 9h01m of rest between tue 23:59 and wed 09:00; 11h are the least"
    ]
    past = day.replace("2026-12-01", "2026-11-03")
    assert sentences(tmp_path, TOP + past, "rest-too-short") == []


def test_a_single_day_is_told_also_of_who_has_another_breach_in_every_week(tmp_path: Path) -> None:
    week = f"{TOP}shifts: {{days: mon-wed 09:00-19:30}}\n"
    day = "exceptions: [{agent: amina, on: 2026-12-01, shift: '20:00-23:59'}]\n"
    assert [len(sentences(tmp_path, week, name)) for name in ("day-too-long", "rest-too-short")] == [1, 0]
    assert sentences(tmp_path, week + day, "rest-too-short") == [
        "with this day, 'amina' has only 9h01m of rest between tue 23:59 and wed 09:00; 11h are the least"
    ]
    assert len(sentences(tmp_path, week + day, "day-too-long")) == 1


@pytest.mark.parametrize(
    ("head", "name", "is_told"),
    [
        ("", "day-too-long", True),
        ("holidays: FR\n", "day-too-long", True),
        ("holidays: DE\n", "day-too-long", False),
        ("", "week-too-long", True),
        ("holidays: DE\n", "week-too-long", False),
    ],
)
def test_french_law_is_asked_where_it_holds(tmp_path: Path, head: str, name: str, is_told: bool) -> None:
    shifts = "shifts: {days: [mon 08:00-19:00, tue-sat 09:00-17:00 every 2 weeks from 2026-11-23]}\n"
    weeks = shifts.replace("tue-sat 09:00-17:00", "tue-sat 09:00-17:30")
    assert bool(sentences(tmp_path, head + TOP + weeks, name)) == is_told


@pytest.mark.parametrize(("hours", "least"), [("mon-tue 06:00-19:00", 0), ("mon-tue 06:00-19:01", 1)])
def test_thirteen_hours_of_work_leave_eleven_of_rest(tmp_path: Path, hours: str, least: int) -> None:
    assert len(sentences(tmp_path, f"{TOP}shifts: {{days: '{hours}'}}\n", "rest-too-short")) == least


@pytest.mark.parametrize(("hours", "least"), [("mon-sat 08:00-21:00", 0), ("mon-sat 08:00-21:01", 1)])
def test_a_week_has_35_hours_of_rest_in_a_row(tmp_path: Path, hours: str, least: int) -> None:
    assert len(sentences(tmp_path, f"{TOP}shifts: {{days: '{hours}'}}\n", "weekly-rest-too-short")) == least


def test_agents_with_the_same_shifts_are_told_once_and_counted(tmp_path: Path) -> None:
    agents = "".join(f"  a{number}: {{phone: sip:a{number}, shifts: [late, early]}}\n" for number in range(3))
    shifts = "shifts: {late: mon 14:00-22:00, early: tue 06:00-13:00}\n"
    (message,) = sentences(tmp_path, f"timezone: Europe/Paris\n{shifts}agents:\n{agents}", "rest-too-short")
    assert message.endswith("(and 2 more with the same shifts)")
