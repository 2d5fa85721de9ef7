"""What the page of simulated calls is reckoned from."""

import json

import pytest

from tests.bench.agreement import agreements, replication
from tests.bench.simulated import FOUR, ONE, Model, by_simpy, by_telekit
from tests.bench.simulated_page import PAGE, RESULTS, page


@pytest.mark.parametrize("model", [ONE, FOUR], ids=lambda model: model.name)
def test_both_engines_lead_the_same_model(model: Model) -> None:
    ours, theirs = (engine(model, 20_000, 1).at_once for engine in (by_telekit, by_simpy))
    assert ours == pytest.approx(theirs, abs=0.04)


def test_a_formula_that_is_not_so_is_told() -> None:
    runs = [replication(300.0, 2_000, seed) for seed in range(4)]
    assert not all(each.holds for each in agreements(None, runs))


def test_the_page_is_that_of_the_results() -> None:
    assert PAGE.read_text() == page(json.loads(RESULTS.read_text()))
