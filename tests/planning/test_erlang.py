"""What an administrator asks of the formulas: how many agents, and what so many are worth."""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from telekit.errors import PlanningError
from telekit.planning.demand import Demand
from telekit.planning.erlang import blocking, is_stable, least_agents, least_lines, predict, with_shrinkage
from telekit.planning.target import Target

HALF_AN_HOUR = timedelta(minutes=30)
IN_TIME = timedelta(seconds=20)
USUAL = Target(IN_TIME, 0.8)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def calls(count: float, handle: float = 240, patience: float | None = None) -> Demand:
    return Demand(count, HALF_AN_HOUR, seconds(handle), seconds(patience) if patience is not None else None)


def by_trying(demand: Demand, target: Target) -> int:
    """Find the least number of agents one by one, from the first on."""
    agents = 0
    while not (is_stable(demand, agents) and target.met_by(predict(demand, agents, target.within))):
        agents += 1
    return agents


def test_a_hundred_and_twenty_calls_need_twenty_agents() -> None:
    found = predict(calls(120), 20, IN_TIME)
    assert least_agents(calls(120), USUAL) == 20
    assert (round(found.service_level, 3), round(found.waiting, 3), found.occupancy) == (0.817, 0.256, 0.8)
    assert found.speed_of_answer == found.mean_wait == timedelta(seconds=15, microseconds=364668)
    assert found.abandoning == 0.0


def test_callers_who_give_up_need_fewer_agents() -> None:
    found = predict(calls(120, patience=120), 18, IN_TIME)
    assert least_agents(calls(120, patience=120), USUAL) == 18
    assert (round(found.service_level, 3), round(found.abandoning, 3)) == (0.818, 0.064)


@settings(max_examples=150, deadline=None)
@example(1, 10, 5, 0, 0, None, None, None)
@given(
    st.integers(0, 400),
    st.integers(10, 900),
    st.one_of(st.none(), st.integers(5, 1800)),
    st.integers(0, 99),
    st.integers(0, 120),
    st.one_of(st.none(), st.integers(1, 60)),
    st.one_of(st.none(), st.integers(1, 100)),
    st.one_of(st.none(), st.integers(50, 100)),
)
def test_the_least_number_is_the_one_found_by_trying_each(
    count: int,
    handle: int,
    patience: int | None,
    level: int,
    within: int,
    speed: int | None,
    gone: int | None,
    busy: int | None,
) -> None:
    demand = calls(count, handle, patience)
    target = Target(
        seconds(within),
        level / 100,
        seconds(speed) if speed is not None else None,
        gone / 100 if gone is not None else None,
        busy / 100 if busy is not None else None,
    )
    assert least_agents(demand, target) == by_trying(demand, target)


@pytest.mark.parametrize("patience", [None, 30, 600])
@pytest.mark.parametrize(
    "target", [USUAL, Target(IN_TIME, 0.99), Target(seconds(0), 0.5), Target(IN_TIME, None, seconds(3))]
)
def test_with_a_hundred_thousand_agents_one_fewer_is_too_few(patience: int | None, target: Target) -> None:
    demand = calls(750_000, 240, patience)
    agents = least_agents(demand, target)
    assert 80_000 < agents < 101_000
    assert target.met_by(predict(demand, agents, target.within))
    assert not (is_stable(demand, agents - 1) and target.met_by(predict(demand, agents - 1, target.within)))


def test_a_load_of_a_whole_number_needs_more_agents_than_that() -> None:
    assert calls(120).erlangs == 16.0
    assert calls(0.3, handle=600).erlangs == 0.1
    anything = Target(IN_TIME, 0.0)
    assert least_agents(calls(120), anything) == 17


def test_with_too_few_agents_there_is_no_answer() -> None:
    with pytest.raises(PlanningError) as refused:
        predict(calls(120), 16, IN_TIME)
    assert str(refused.value) == (
        "16 agents cannot keep up with 16 erlangs: the queue would grow without end. Give 17 agents or more, or tell "
        "the callers' patience."
    )


def test_callers_who_give_up_make_an_end_of_every_queue() -> None:
    found = predict(calls(1200, patience=60), 80, IN_TIME)
    assert found.abandoning == pytest.approx(0.5, abs=1e-3)
    assert found.occupancy == pytest.approx(1.0, abs=1e-3)


def test_with_nobody_there_nobody_is_answered() -> None:
    found = predict(calls(120, patience=60), 0, IN_TIME)
    assert (found.service_level, found.speed_of_answer, found.abandoning, found.waiting) == (0.0, None, 1.0, 1.0)
    assert found.mean_wait == seconds(60)


def test_without_calls_nobody_is_needed() -> None:
    assert least_agents(calls(0), USUAL) == 0
    assert predict(calls(0), 3, IN_TIME).service_level == 1.0


def test_a_queue_that_all_but_grows_without_end_has_a_wait_without_end() -> None:
    almost = Demand(16 - 2e-15, seconds(1e9), seconds(1e9))
    assert predict(almost, 16, IN_TIME).mean_wait == timedelta.max


@pytest.mark.parametrize(
    ("agents", "shrinkage", "staff"), [(14, 0.3, 20), (7, 0.3, 10), (1, 0.5, 2), (9, 0.0, 9), (0, 0.4, 0)]
)
def test_shrinkage_is_reckoned_as_it_is_written(agents: int, shrinkage: float, staff: int) -> None:
    assert with_shrinkage(agents, shrinkage) == staff


def test_lines_are_enough_when_one_fewer_loses_too_many() -> None:
    demand = calls(120)
    lines = least_lines(demand, 0.01)
    assert blocking(demand, lines) <= 0.01 < blocking(demand, lines - 1)
    assert lines == 25


@pytest.mark.parametrize(
    ("ask", "complaint"),
    [
        (lambda: calls(-1), "There cannot be -1 calls"),
        (lambda: calls(float("nan")), "There cannot be nan calls"),
        (lambda: calls(1, handle=0), "The handle time must be longer than nothing"),
        (lambda: calls(1, patience=0), "The patience must be longer"),
        (lambda: Demand(1, seconds(0), seconds(1)), "The interval must be longer"),
        (lambda: calls(1e308, handle=1e9).erlangs, "beyond all reckoning"),
        (lambda: Target(IN_TIME), "Without a bound"),
        (lambda: Target(IN_TIME, 1.0), "No number of agents is sure to answer 1 of the calls in time"),
        (lambda: Target(IN_TIME, -0.1), "0 or more and less than 1"),
        (lambda: Target(seconds(-1), 0.8), "Nobody is answered before they call"),
        (lambda: Target(IN_TIME, speed_of_answer=seconds(0)), "allow a mean wait above 0s"),
        (lambda: Target(IN_TIME, abandoning=0.0), "allow a share above 0"),
        (lambda: Target(IN_TIME, occupancy=1.1), "allow an occupancy above 0"),
        (lambda: predict(calls(1), -1, IN_TIME), "There cannot be -1 agents"),
        (lambda: blocking(calls(1), -1), "There cannot be -1 lines"),
        (lambda: least_lines(calls(1), 0.0), "allow a share above 0"),
        (lambda: with_shrinkage(1, 1.0), "A shrinkage of 1 leaves nobody"),
    ],
)
def test_what_has_no_answer_is_told_in_a_sentence(ask: object, complaint: str) -> None:
    with pytest.raises(PlanningError, match=complaint):
        ask()  # type: ignore[operator]
