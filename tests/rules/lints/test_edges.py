"""What a lint says, and where it keeps quiet, at the edges of what it means."""

from pathlib import Path

import pytest

from telekit.rules.week import WHOLE_WEEK, minutes_of, told
from telekit.rules.weekly import parse_hours
from tests.rules.lints.subject import sentences
from tests.rules.lints.subject import told as lints

TOP = """\
timezone: Europe/Paris
skills: [billing]
shifts: {days: mon-fri 09:00-17:00}
agents: {amina: {phone: sip:amina, skills: {billing: 7}, shifts: days}}
"""


@pytest.mark.parametrize(
    ("shift", "says"),
    [
        (
            "sat 22:00-06:00",
            "on Sun 28 Mar 2027 the clocks go forward: '22:00-06:00' lasts 7h then, not 8h (Europe/Paris)",
        ),
        (
            "sun 02:30-09:00",
            "on Sun 28 Mar 2027 the clocks go forward: '02:30-09:00' lasts 6h then, not 6h30m (Europe/Paris)",
        ),
        ("sun 02:00-03:00", "on Sun 28 Mar 2027 the clocks go forward and skip it: it does not run"),
        ("sun 02:00-04:00 every 2 weeks from 2027-10-31", "on Sun 31 Oct 2027 the clocks go back: '02:00-04:00' lasts"),
    ],
)
def test_a_change_of_the_clocks_is_told_with_its_day_and_what_becomes_of_the_shift(
    tmp_path: Path, shift: str, says: str
) -> None:
    text = f"timezone: Europe/Paris\nshifts: {{night: '{shift}'}}\nagents: {{luc: {{phone: sip:luc, shifts: night}}}}\n"
    (told_,) = sentences(tmp_path, text, "clock-change")
    assert told_.startswith(says)


@pytest.mark.parametrize("shift", ["sat 18:00-01:00", "sun 03:00-09:00", "mon-sun 00:00-24:00", "fri 22:00-06:00"])
def test_a_shift_that_no_change_falls_into_or_that_never_ends_is_not_hit(tmp_path: Path, shift: str) -> None:
    text = f"timezone: Europe/Paris\nshifts: {{night: '{shift}'}}\nagents: {{luc: {{phone: sip:luc, shifts: night}}}}\n"
    assert sentences(tmp_path, text, "clock-change") == []


def test_the_clocks_are_those_of_who_works_the_shift(tmp_path: Path) -> None:
    text = (
        "timezone: Europe/Paris\nshifts: {night: sat 22:00-06:00}\nagents: {luc: {phone: sip:luc, shifts: night%s}}\n"
    )
    assert len(sentences(tmp_path, text % "", "clock-change")) == 1
    assert sentences(tmp_path, text % ", timezone: Indian/Reunion", "clock-change") == []


@pytest.mark.parametrize(
    ("closed", "other", "is_told"),
    [
        ("mon-fri 09:00-17:00", "mon-fri 09:00-17:00", True),
        ("mon-fri 09:00-17:00", "mon-fri 09:00-17:01", False),
        ("mon-fri 09:00-17:00", "mon 10:00-12:00 every 2 weeks from 2026-11-23", True),
        ("mon 09:00-17:00 every 2 weeks from 2026-11-23", "mon 10:00-12:00", False),
    ],
)
def test_a_queue_that_is_open_a_minute_longer_is_somewhere_to_send_callers(
    tmp_path: Path, closed: str, other: str, is_told: bool
) -> None:
    queues = f"queues: {{a: {{open: '{closed}', closed: {{then: {{queue: b}}}}}}, b: {{open: '{other}'}}}}\n"
    assert bool(sentences(tmp_path, TOP + queues, "sent-in-vain")) == is_told


def test_on_holidays_another_queue_may_be_open(tmp_path: Path) -> None:
    queues = "queues: {a: {closed: {then: {queue: b}}}, b: {open: mon-fri 09:00-17:00%s}}\n"
    assert sentences(tmp_path, f"holidays: FR\n{TOP}{queues % ''}", "sent-in-vain")
    assert sentences(tmp_path, f"holidays: FR\n{TOP}{queues % ', holidays: open'}", "sent-in-vain") == []


def test_nobody_on_shift_for_one_queue_is_nobody_for_a_queue_of_the_same_agents(tmp_path: Path) -> None:
    other = (
        "agents: {amina: {phone: sip:amina, skills: {billing: 7}, shifts: days}, luc: {phone: sip:luc, shifts: days}}\n"
    )
    queues = "queues: {a: {requires: {billing: 5}, no_agent: {then: {queue: b}}}, b: {requires: {%s}}}\n"
    top = TOP[: TOP.index("agents")] + other
    assert sentences(tmp_path, top + queues % "billing: 6", "sent-in-vain")
    assert sentences(tmp_path, top + queues % "", "sent-in-vain") == []


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("  - {agent: amina, on: 2026-10-22, off: leave}", True),
        ("  - {agent: amina, on: 2026-10-23, off: leave}", False),
        ("  - {agent: amina, on: 2026-11-23, off: leave}", False),
    ],
)
def test_an_exception_is_kept_for_31_days(tmp_path: Path, line: str, is_told: bool) -> None:
    assert bool(sentences(tmp_path, f"{TOP}exceptions:\n{line}\n", "expired-exception")) == is_told


@pytest.mark.parametrize(
    ("exception", "is_told"),
    [
        ("{agent: amina, on: 2026-12-26, off: leave}", True),
        ("{agent: amina, on: 2026-12-24, off: leave}", False),
        ("{agent: amina, on: 2026-12-24, shift: days}", True),
        ("{agent: amina, on: 2026-12-24, shift: 09:00-16:00}", False),
        ("{agent: amina, on: 2026-12-24, shift: [09:00-12:00, 12:00-17:00]}", True),
        ("{queue: q, on: 2026-12-26, closed: stock-taking}", True),
        ("{queue: q, on: 2026-12-25, closed: stock-taking}", True),
        ("{queue: q, on: 2026-12-24, closed: stock-taking}", False),
        ("{queue: q, on: 2026-12-24, open: 09:00-17:00}", True),
        ("{queue: q, on: 2026-12-25, open: 09:00-17:00}", False),
    ],
)
def test_an_exception_is_needless_that_changes_nothing(tmp_path: Path, exception: str, is_told: bool) -> None:
    queue = "holidays: FR\nqueues: {q: {open: mon-fri 09:00-17:00}}\n"
    assert bool(sentences(tmp_path, f"{TOP}{queue}exceptions: [{exception}]\n", "needless-exception")) == is_told


@pytest.mark.parametrize(
    ("comment", "is_silent"),
    [
        ("lists: {vip: [1]}    # meant: unused-list", True),
        ("lists: {vip: [1]}    # meant: unused-list - soon", True),
        ("lists: {vip: [1]}    # some list # meant: unused-list", True),
        ("lists: {vip: [1]}    #meant:unused-list,never-open", False),
        ("# meant: unused-list\n# for the new year\nlists: {vip: [1]}", True),
        ("# meant: unused-list\n\nlists: {vip: [1]}", True),
        ("# meant in this file: unused-list\nmenus:\nlists: {vip: [1]}", True),
        ("# meant: unused-list\nmenus:\nlists: {vip: [1]}", False),
        ("lists: {vip: [1]}\n# meant: unused-list", False),
        ("lists: {vip: [1]}    # is meant: unused-list", False),
    ],
)
def test_a_comment_counts_for_its_line_or_for_the_next(tmp_path: Path, comment: str, is_silent: bool) -> None:
    assert (lints(tmp_path, f"timezone: Europe/Paris\n{comment}\n") == []) == is_silent


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (["mon-fri 18:00-20:00"], "mon-fri 18:00-20:00"),
        (["sat 09:00-13:00", "sun 09:00-13:00"], "sat,sun 09:00-13:00"),
        (["mon,wed,thu 00:00-24:00"], "mon 00:00-24:00 and wed 00:00 to thu 24:00"),
        (["fri 20:00-24:00", "sat,sun 00:00-24:00", "mon 00:00-07:00"], "fri 20:00 to mon 07:00"),
        (["sun 22:00-06:00"], "sun 22:00-06:00"),
        (["mon 01:00-02:00", "tue 03:00-04:00", "wed 05:00-06:00", "thu 07:00-08:00"], None),
        (["mon-sun 00:00-24:00"], "at any hour"),
    ],
)
def test_minutes_of_the_week_are_told_as_an_administrator_writes_them(hours: list[str], says: str | None) -> None:
    minutes = 0
    for one in hours:
        minutes |= minutes_of(parse_hours(one), every_week=True)
    expected = says or "mon 01:00-02:00, tue 03:00-04:00, wed 05:00-06:00 and 1 other time"
    assert told(minutes) == expected
    assert (told(minutes) == "at any hour") == (minutes == WHOLE_WEEK)
