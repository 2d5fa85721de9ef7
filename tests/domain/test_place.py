"""A waiting call's place, as it is written on the caller's leg and read back by another telekit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.domain.names import QueueName
from telekit.domain.place import Place, waits_since

instants = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
queues = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True).map(QueueName)
parts = st.one_of(st.text(max_size=5), st.floats().map(str), st.integers().map(str), st.just(""))


@given(queues, instants, st.integers(-1000, 1000))
def test_a_place_is_read_back_as_it_was_to_the_millisecond(queue: QueueName, at: datetime, priority: int) -> None:
    found = Place.parse(str(Place(queue, at, priority)))
    assert found is not None
    assert (found.queue, found.priority) == (queue, priority)
    assert abs(found.entered_at - at) < timedelta(milliseconds=1)
    assert Place.parse(str(found)) == found


@given(queues, instants, instants, st.integers(0, 86_400_000))
def test_the_age_and_the_exits_that_a_call_brings_are_part_of_its_place(
    queue: QueueName, at: datetime, came_at: datetime, exited: int
) -> None:
    place = Place(queue, at, 0, came_at, timedelta(milliseconds=exited))
    found = Place.parse(str(place))
    assert found is not None
    assert found.came_at is not None
    assert abs(found.came_at - came_at) < timedelta(milliseconds=1)
    assert found.exited == place.exited
    assert Place.parse(str(replace(place, came_at=None))) == replace(found, came_at=None)
    assert not set(str(place)) & set("${}[],;|&\"'\\ \r\n")


@given(queues, instants, st.integers(-1000, 1000))
def test_a_place_is_written_in_characters_that_a_dialplan_leaves_alone(
    queue: QueueName, at: datetime, priority: int
) -> None:
    assert not set(str(Place(queue, at, priority))) & set("${}[],;|&\"'\\ \r\n")


def test_a_place_of_before_an_upgrade_is_still_read() -> None:
    assert Place.parse("1795407695.250:50:billing") == Place(
        QueueName("billing"), datetime(2026, 11, 23, 4, 21, 35, 250_000, UTC), 50
    )


@given(st.text() | st.lists(parts, min_size=1, max_size=6).map(":".join))
def test_whatever_else_is_written_there_is_a_place_or_none_and_never_a_fault(text: str) -> None:
    found = Place.parse(text)
    assert found is None or (found.queue and found.entered_at.tzinfo is UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", "::", "1795407695:50", "1795407695:50:", "1795407695:much:billing", "1795407695:1.5:billing"),
        *("soon:0:billing", "nan:0:billing", "inf:0:billing", "1e300:0:billing", "99999999999999:0:billing"),
    ],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert Place.parse(text) is None


def test_a_caller_whom_nobody_has_led_yet_has_no_place_but_the_moment_since_when() -> None:
    assert waits_since("1795407695.250::") == datetime.fromtimestamp(1795407695.25, UTC)
    assert Place.parse("1795407695.250::") is None


@pytest.mark.parametrize("text", ["", "::", "nonsense::", "1795407695.250:0:billing", "1795407695.250", "1e999::"])
def test_nothing_else_is_such_a_moment(text: str) -> None:
    assert waits_since(text) is None
