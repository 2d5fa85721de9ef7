"""Durations are written `20s`, `5m`, `1h30m`."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.rules.duration import parse_duration, write_duration
from telekit.rules.mistake import Mistake


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("20s", 20), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("2h", 7200), ("1h1m1s", 3661)],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "20", "s", "1.5h", "20 s", "30s1m", "1m1m", "+20s", "-20s", "20S", "٢٠s", "20s\n"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Mistake, match="expected a duration"):
        parse_duration(text)


@given(st.integers(0, 9_999 * 3600))
def test_a_written_duration_reads_back_the_same(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(write_duration(span)) == span
