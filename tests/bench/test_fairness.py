"""The program that measures fairness: its index, its model of app_queue, and what it found."""

import pytest

from tests.bench.fairness import DAYS, PAGE, SHARED, SKILLS, UNEQUAL, URGENT, Way, days, unequal_line
from tests.bench.fairness_days import Call, Kind, World, jain
from tests.bench.fairness_models import by_app_queue, by_telekit

BOTH = frozenset({"a", "b"})


def test_the_index_is_one_where_all_wait_equally_and_a_share_where_one_does() -> None:
    assert jain([7.0, 7.0, 7.0]) == pytest.approx(1)
    assert jain([9.0, 0.0, 0.0]) == pytest.approx(1 / 3)
    assert jain([1.0, 2.0]) == pytest.approx(0.9)


def test_the_model_serves_each_line_in_order_and_looks_once_a_second() -> None:
    world = World("one", {"a": Kind(1)}, [frozenset({"a"})])
    calls = [Call(0, "a", 0, 0.0, 20.0), Call(1, "a", 0, 1.25, 20.0), Call(2, "a", 0, 2.5, 20.0)]
    assert [(one.call.number, one.at) for one in by_app_queue(world, calls)] == [(0, 0.0), (1, 34.25), (2, 68.5)]


def test_the_model_keeps_a_member_for_a_heavier_queue() -> None:
    world = World("two", {"a": Kind(1), "b": Kind(1, priority=1)}, [BOTH])
    calls = [Call(0, "a", 0, 0.0, 20.0), Call(1, "a", 0, 1.0, 20.0), Call(2, "b", 1, 2.5, 20.0)]
    assert [one.call.number for one in by_app_queue(world, calls)] == [0, 2, 1]


def test_the_distributor_keeps_the_order_over_both_queues() -> None:
    world = World("two", {"a": Kind(1), "b": Kind(1)}, [BOTH])
    calls = [Call(0, "a", 0, 0.0, 20.0), Call(1, "b", 0, 1.9, 20.0), Call(2, "a", 0, 2.0, 20.0)]
    assert [(one.call.number, one.at) for one in by_telekit(world, calls)] == [(0, 0.0), (1, 34.0), (2, 68.0)]
    assert [one.call.number for one in by_app_queue(world, calls)] == [0, 2, 1]


@pytest.mark.parametrize("world", [SHARED, SKILLS, URGENT], ids=["shared", "skills", "urgent"])
def test_nobody_is_overtaken_by_an_equal(world: World) -> None:
    assert days(world, by_telekit, 2).overtaken == 0


@pytest.mark.parametrize("world", [SHARED, SKILLS], ids=["shared", "skills"])
def test_waits_fall_more_evenly_than_in_lines_of_their_own(world: World) -> None:
    assert days(world, by_telekit, 2).index > days(world, by_app_queue, 2).index + 0.1


@pytest.mark.parametrize("way", [by_telekit, by_app_queue], ids=["telekit", "app_queue"])
def test_the_page_tells_the_figures_that_come_out_now(way: Way) -> None:
    """Of one world, the one that is led fastest."""
    lines = [unequal_line(*of, DAYS) for of in UNEQUAL if of[0] is URGENT and of[2] is way]
    assert len(lines) == 1
    assert f"\n{lines[0]}\n" in PAGE.read_text(encoding="utf-8")
