"""Palm's model with patience against sums of states, against integrals, against print, and against its limits."""

import pytest

from telekit.planning.erlang_a import ErlangA
from telekit.planning.erlang_b import erlang_b
from telekit.planning.erlang_c import erlang_c, late_c, mean_wait_c
from tests.planning.slow_way import OfferedWait, states

CASES = [
    (1, 0.2, 0.5),
    (1, 3.0, 2.0),
    (5, 4.0, 0.1),
    (14, 10.0, 1.0),
    (14, 14.0, 1.0),
    (14, 22.5, 3.0),
    (50, 48.0, 2.0),
    (100, 140.0, 0.25),
    (300, 299.0, 30.0),
    (40, 55.0, 60.0),
]
NAMES = [f"{agents} agents, {erlangs} erlangs, patience {patience}" for agents, erlangs, patience in CASES]


@pytest.mark.parametrize(("agents", "erlangs", "patience"), CASES, ids=NAMES)
def test_shares_are_those_of_the_states_added_up(agents: int, erlangs: float, patience: float) -> None:
    found, each = ErlangA.of(agents, erlangs, patience), states(agents, erlangs, patience)
    queue = sum((calls - agents) * share for calls, share in enumerate(each) if calls > agents)
    busy = sum(min(calls, agents) * share for calls, share in enumerate(each))
    assert found.waiting == pytest.approx(sum(each[agents:]), rel=1e-11)
    assert found.abandoning == pytest.approx(queue / patience / erlangs, rel=1e-11)
    assert found.mean_wait == pytest.approx(queue / erlangs, rel=1e-11)
    assert found.occupancy == pytest.approx(busy / agents, rel=1e-11)
    assert found.waiters.served + found.waiters.gone == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("agents", "erlangs", "patience"), CASES, ids=NAMES)
def test_waits_are_those_of_the_density_integrated(agents: int, erlangs: float, patience: float) -> None:
    found, wait = ErlangA.of(agents, erlangs, patience), OfferedWait(agents, erlangs, patience)
    assert found.waiters.served == pytest.approx(wait.answered(), rel=1e-8)
    assert found.waiters.wait * patience == pytest.approx(wait.waits(), rel=1e-8)
    for within in (0.0, 0.01, 0.1, 1 / 3, 1.0, 5.0):
        in_time = 1 - found.waiting + found.waiting * wait.answered(within)
        assert found.answered_within(within) == pytest.approx(in_time, abs=1e-8)


@pytest.mark.parametrize(("agents", "erlangs"), [(100_000, 100_000.0), (100_000, 99_300.0), (100_000, 104_000.0)])
def test_it_is_exact_for_a_hundred_thousand_agents(agents: int, erlangs: float) -> None:
    found, each = ErlangA.of(agents, erlangs, 0.5), states(agents, erlangs, 0.5)
    queue = sum((calls - agents) * share for calls, share in enumerate(each) if calls > agents)
    assert found.waiting == pytest.approx(sum(each[agents:]), rel=1e-9)
    assert found.abandoning == pytest.approx(queue / 0.5 / erlangs, rel=1e-9)


def test_it_agrees_with_the_table_that_made_it_known() -> None:
    """Source: Garnett, Mandelbaum, Reiman, Designing a Call Center with Impatient Customers, 2002.

    48 calls a minute of one minute each, 50 agents, a patience of two minutes on average.
    """
    found = ErlangA.of(50, 48.0, 2.0)
    assert round(found.abandoning, 3) == 0.031
    assert round(found.mean_wait * 60, 1) == 3.7
    assert round(found.occupancy, 2) == 0.93


@pytest.mark.parametrize(("agents", "erlangs"), [(1, 0.5), (14, 10.0), (14, 13.9), (200, 190.0)])
def test_endless_patience_is_erlang_c(agents: int, erlangs: float) -> None:
    found = ErlangA.of(agents, erlangs, 1e9)
    assert found.waiting == pytest.approx(erlang_c(agents, erlangs), rel=1e-5)
    assert found.mean_wait == pytest.approx(mean_wait_c(agents, erlangs), rel=1e-5)
    assert found.speed_of_answer == pytest.approx(mean_wait_c(agents, erlangs), rel=1e-5)
    assert found.answered_within(0.2) == pytest.approx(1 - late_c(agents, erlangs, 0.2), rel=1e-5)


@pytest.mark.parametrize(("agents", "erlangs"), [(1, 0.5), (14, 10.0), (14, 30.0), (200, 210.0)])
def test_no_patience_at_all_is_erlang_b(agents: int, erlangs: float) -> None:
    found = ErlangA.of(agents, erlangs, 1e-9)
    assert found.abandoning == pytest.approx(erlang_b(agents, erlangs), rel=1e-5)
    assert found.answered_within(0.0) == pytest.approx(1 - erlang_b(agents, erlangs), rel=1e-5)


@pytest.mark.parametrize("patience", [0.01, 0.5, 20.0])
def test_a_patience_as_long_as_a_call_is_a_queue_that_never_ends(patience: float) -> None:
    """With one rate for service and for giving up, everybody leaves at it: the number of calls is Poisson."""
    found, each = ErlangA.of(30, 28.0, 1.0), states(10_000, 28.0, patience)
    assert found.waiting == pytest.approx(1 - sum(each[:30]), rel=1e-10)


@pytest.mark.parametrize(("agents", "erlangs", "patience"), CASES, ids=NAMES)
def test_who_is_answered_at_all_is_answered_in_the_end(agents: int, erlangs: float, patience: float) -> None:
    found = ErlangA.of(agents, erlangs, patience)
    assert found.answered_within(0.0) == pytest.approx(1 - found.waiting)
    assert found.answered_within(1e6) == pytest.approx(1 - found.abandoning, rel=1e-12)


def test_more_agents_are_better_in_everything() -> None:
    before = ErlangA.of(1, 30.0, 0.8)
    for agents in range(2, 90):
        found = ErlangA.of(agents, 30.0, 0.8)
        assert found.waiting < before.waiting or found.waiting < 1e-15
        assert found.abandoning < before.abandoning
        assert found.speed_of_answer < before.speed_of_answer
        assert found.occupancy < before.occupancy or before.occupancy > 1 - 1e-12
        assert found.answered_within(0.1) > before.answered_within(0.1) or found.answered_within(0.1) > 1 - 1e-12
        before = found


@pytest.mark.parametrize(("agents", "erlangs"), [(1, 1e6), (10**6, 1.0), (10**7, 1e7), (10**5, 1e9)])
def test_it_ends_wherever_it_is_asked(agents: int, erlangs: float) -> None:
    found = ErlangA.of(agents, erlangs, 0.5)
    assert 0.0 <= found.answered_within(0.1) <= 1.0
    assert found.erlangs * found.answered <= agents * (1 + 1e-9)
