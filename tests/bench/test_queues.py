"""What the benchmark makes of what phones wrote down, and of agents who become more."""

from tests.bench.growth_decisions import event_times
from tests.bench.page_queues import growth_table, paths_table
from tests.bench.paths import came_gaps, free_gaps, missed_gaps

LINES = [
    "came nobody c2 101 590000",
    "rung amina c1 100 0",
    "free amina c1 101 500000",
    "rung luc c2 101 600000",
    "rung amina c3 102 0",
    "missed luc c2 103 0",
    "rung amina c2 103 2000",
]


def test_a_gap_is_from_an_agents_last_call_to_the_next() -> None:
    assert free_gaps(LINES) == [500.0]


def test_a_gap_after_a_miss_is_from_one_phone_to_the_next_for_the_same_caller() -> None:
    assert [round(gap, 3) for gap in missed_gaps(LINES)] == [2.0]


def test_a_caller_is_waited_for_from_the_beginning() -> None:
    assert [round(gap, 3) for gap in came_gaps(LINES)] == [10.0]


def test_every_event_of_the_distributor_is_timed() -> None:
    times = event_times(10)
    assert times["events"] == 6 * 3_000
    assert 0 < times["p50_us"] <= times["p99_us"]


def test_a_way_that_could_not_go_on_is_told_so() -> None:
    alone = {"p50_us": 10.0, "p99_us": 20.0}
    telekit = {"p50_ms": 3.0, "p99_ms": 4.0, "cpu_ms": {"asterisk": 4.0, "telekit": 1.0}}
    rows = [{"agents": 15_000, "distributor": alone, "queue": {"failed": "the calls did not end"}, "telekit": telekit}]
    assert growth_table({"growth": {"rows": rows}})[-1] == (
        "| 15,000 | the calls did not end |  | 3.0 / 4.0 | 4.0 asterisk + 1.0 telekit | 10 / 20 |"
    )


def test_both_ways_stand_side_by_side() -> None:
    gap = {"p50_ms": 3.0, "p99_ms": 4.0}
    both = {"queue": {"failed": "not all calls ended"}, "telekit": gap}
    paths = {"busy agent": both, "wrap-up": both, "missed": both, "overflow": both}
    assert paths_table({"paths": paths})[-1].endswith("| not all calls ended | 3.0 / 4.0 |")
