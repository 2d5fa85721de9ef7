"""Weekly hours are written `mon-fri 07:00-13:00`."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.domain.hours import Hours, Span
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import DAYS, parse_date, parse_days, parse_hours, parse_span, write_hours

MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
DAY_SETS = st.frozensets(st.integers(0, 6), min_size=1)
WEEKS = st.none() | st.tuples(st.integers(2, 52), st.dates(date(2000, 1, 1), date(2099, 12, 31)))


@given(DAY_SETS, MINUTES, MINUTES, WEEKS)
def test_written_hours_read_back_the_same(
    days: frozenset[int], start: time, end: time, weeks: tuple[int, date] | None
) -> None:
    every, since = weeks or (1, None)
    hours = Hours(days, Span(start, end), every, since)
    assert parse_hours(write_hours(hours)) == hours


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_run_of_days_goes_forward_and_over_sunday(first: int, last: int) -> None:
    days = parse_days(f"{DAYS[first]}-{DAYS[last]}")
    assert days == {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def test_the_words_of_the_language_page_mean_what_it_says() -> None:
    assert parse_hours("sat 09:00-13:00 every 2 weeks from 2026-11-28") == Hours(
        frozenset({5}), Span(time(9), time(13)), every=2, since=date(2026, 11, 28)
    )
    assert parse_hours("mon,wed,fri 22:00-06:00").days == {0, 2, 4}
    assert parse_days("fri-mon") == {4, 5, 6, 0}


@pytest.mark.parametrize(
    ("text", "crosses"), [("07:00-13:00", False), ("22:00-06:00", True), ("00:00-24:00", True), ("08:00-08:00", True)]
)
def test_an_end_up_to_the_start_is_on_the_next_day(text: str, crosses: bool) -> None:
    assert parse_span(text).crosses_midnight is crosses


@pytest.mark.parametrize("text", ["07:00", "7-13", "07:00-13:00-15:00", "07:00–13:00", "٠٧:00-13:00", "07:00-13:00\n"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(Mistake):
        parse_span(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("24.12.2026", "did you mean '2026-12-24'?"),
        ("2026/12/24", "did you mean '2026-12-24'?"),
        ("2026-1-5", "did you mean '2026-01-05'?"),
        ("12/24/2026", ""),
        ("20261224", ""),
    ],
)
def test_a_date_written_otherwise_is_refused_with_a_guess_where_it_is_sure(text: str, hint: str) -> None:
    with pytest.raises(Mistake) as caught:
        parse_date(text)
    assert caught.value.hint == hint
