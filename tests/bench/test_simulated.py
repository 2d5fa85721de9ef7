"""What the page of simulated calls is reckoned from."""

import json
from pathlib import Path

import pytest

from tests.bench.agreement import agreements, replication
from tests.bench.simulated import ENGINES, FOUR, ONE, Model
from tests.bench.simulated_page import PAGE, RESULTS, made_again, page


@pytest.mark.parametrize("model", [ONE, FOUR], ids=lambda model: model.name)
def test_all_engines_lead_the_same_model(model: Model) -> None:
    ours, *theirs = (engine(model, 20_000, 1).at_once for engine in ENGINES.values())
    assert [ours] * len(theirs) == pytest.approx(theirs, abs=0.04)


def test_a_formula_that_is_not_so_is_told() -> None:
    runs = [replication(300.0, 2_000, seed) for seed in range(4)]
    assert not all(each.holds for each in agreements(None, runs))


def test_a_replication_that_comes_out_otherwise_by_other_code_is_told(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, waits in ((ours, 0.17), (theirs, 0.17)):
        folder.mkdir()
        (folder / "erlang-c-01.json").write_text(json.dumps({"waits": waits, "seconds": len(str(folder))}))
    (theirs / "erlang-c-02.json").touch()  # broken off
    assert made_again(ours, theirs) == 1
    (theirs / "erlang-c-01.json").write_text(json.dumps({"waits": 0.18, "seconds": 1}))
    with pytest.raises(AssertionError):
        made_again(ours, theirs)


def test_the_page_is_that_of_the_results() -> None:
    assert PAGE.read_text() == page(json.loads(RESULTS.read_text()))
