"""A day in a CSV file."""

from datetime import timedelta

import pytest

from telekit.errors import PlanningError
from telekit.planning.intervals import Interval, Usual, read_intervals
from telekit.rules.duration import parse_duration

USUAL = Usual(timedelta(minutes=30), timedelta(minutes=4), None)


def read(*lines: str, usual: Usual = USUAL) -> list[Interval]:
    return list(read_intervals(lines, "day.csv", usual, parse_duration))


def test_each_line_is_an_interval() -> None:
    first, second = read("interval,calls", "09:00,120", "", "09:30,80.5")
    assert (first.name, first.demand.calls, first.demand.per) == ("09:00", 120.0, timedelta(minutes=30))
    assert (second.name, second.demand.calls, second.demand.handle) == ("09:30", 80.5, timedelta(minutes=4))


def test_a_line_may_have_a_handle_time_and_a_patience_of_its_own() -> None:
    own, usual = read("calls,AHT,patience,interval", "5,90s,2m,early", "5,,,late")
    assert (own.demand.handle, own.demand.patience) == (timedelta(seconds=90), timedelta(minutes=2))
    assert (usual.demand.handle, usual.demand.patience) == (timedelta(minutes=4), None)


@pytest.mark.parametrize("between", [";", "\t", ","])
def test_cells_are_parted_as_the_first_line_parts_them(between: str) -> None:
    assert read(f"interval{between}calls", f"'a, b'{between}7".replace(", ", ""))[0].demand.calls == 7.0


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ((), "day.csv:1: the column 'interval' is missing"),
        (("interval,call", "9,1"), "day.csv:1: there is no column 'call'; there are interval, calls, aht, patience"),
        (("interval", "9"), "day.csv:1: the column 'calls' is missing"),
        (("interval,calls", "9,1", "10,many"), "day.csv:3: 'many' is no number of calls"),
        (("interval,calls", "9"), "day.csv:2: 1 cells where the first line has 2"),
        (("interval,calls", "9,-3"), "day.csv:2: There cannot be -3 calls"),
    ],
)
def test_a_mistake_is_told_with_its_place(lines: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(PlanningError) as refused:
        read(*lines)
    assert str(refused.value).startswith(complaint)


def test_without_a_handle_time_there_is_no_load() -> None:
    with pytest.raises(PlanningError, match=r"day\.csv:2: no handle time is told"):
        read("interval,calls", "9,1", usual=Usual(timedelta(minutes=30), None, None))
