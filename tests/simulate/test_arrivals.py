"""When calls come: every day, on weekdays, on one date, while a queue is open."""

from datetime import time, timedelta

import pytest

from telekit.domain.names import QueueName
from telekit.roster.roster import Roster
from telekit.rules.mistake import Mistake
from telekit.simulate.arrivals import Callers, Stretch, by_interval, while_open
from telekit.simulate.arrivals_file import read_arrivals
from telekit.simulate.spread import Constant, Exponential, LogNormal
from telekit.simulate.spread_form import parse_spread
from tests.acd.day import MONDAY, ZONE, agent, plan, queue

HELP = QueueName("help")
HALF_AN_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
USUAL = Callers(Constant(60.0))
WEEK = Stretch(MONDAY, MONDAY + 7 * DAY, ZONE)


def calls_by_day(lines: str) -> list[float]:
    """Give how many calls come on each day of the week from Monday on."""
    rates = read_arrivals(["interval,calls", *lines.split("; ")], "day.csv", [HELP])
    (traffic,) = by_interval(rates, WEEK, HALF_AN_HOUR, USUAL)
    return [sum(b.calls for b in traffic.bursts if b.start_at - MONDAY < (n + 1) * DAY <= b.start_at - MONDAY + DAY)
            for n in range(7)]  # fmt: skip


def test_a_time_of_day_is_every_day_s() -> None:
    assert calls_by_day("09:00,4; 09:30,6") == [10] * 7


def test_weekdays_outweigh_every_day_and_a_date_outweighs_both() -> None:
    assert calls_by_day("sat 09:00,1; 09:00,4; 2026-11-24 09:00,7") == [4, 7, 4, 4, 4, 1, 4]


def test_an_interval_that_begins_before_the_stretch_brings_its_part() -> None:
    rates = list(read_arrivals(["interval,calls", "09:00,12"], "day.csv", [HELP]))
    at = MONDAY + timedelta(hours=9, minutes=10)
    (traffic,) = by_interval(rates, Stretch(at, at + HALF_AN_HOUR, ZONE), HALF_AN_HOUR, USUAL)
    assert [(burst.start_at, burst.calls) for burst in traffic.bursts] == [(at, pytest.approx(8))]


def test_on_the_day_that_clocks_go_back_no_interval_comes_twice() -> None:
    sunday = Stretch(MONDAY.replace(month=10, day=25), MONDAY.replace(month=10, day=26), ZONE)
    rates = read_arrivals(["interval,calls", "02:30,4"], "day.csv", [HELP])
    (traffic,) = by_interval(rates, sunday, HALF_AN_HOUR, USUAL)
    assert [burst.calls for burst in traffic.bursts] == [4]


def test_calls_come_while_a_queue_is_open() -> None:
    always = Roster(plan([agent("amina")], queue("help")))
    (traffic,) = while_open({HELP: 2.0}, always, WEEK, HALF_AN_HOUR, USUAL)
    assert traffic.expected == 7 * 48 * 2


@pytest.mark.parametrize(
    ("text", "spread"),
    [("4m", Exponential(240)), ("4m +- 3m", LogNormal(240, 180)), ("4m±3m", LogNormal(240, 180)),
     ("always 4m", Constant(240)), ("always 0s", Constant(0)), ("4m +- 0s", Constant(240))],
)  # fmt: skip
def test_a_spread_is_read_as_it_is_written(text: str, spread: object) -> None:
    assert parse_spread(text) == spread


@pytest.mark.parametrize("text", ["", "4", "4m +-", "always 4m +- 1m", "0s", "soon"])
def test_what_is_no_spread_is_refused(text: str) -> None:
    with pytest.raises(Mistake):
        parse_spread(text)


def test_a_file_tells_talk_and_patience_where_they_differ() -> None:
    (rate,) = read_arrivals(["queue\tinterval\tcalls\ttalk\tpatience", "help\t09:00\t4\talways 1m\t"], "x", [HELP])
    assert (rate.start, rate.talk, rate.patience) == (time(9), Constant(60), None)
