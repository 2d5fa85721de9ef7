"""The page of the killed hours: its pieces add up, and it says what was measured."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.bench.machine import machine
from tests.killing.figures import figures
from tests.killing.page import page
from tests.killing.plot import plot
from tests.killing.report import FOLDER, HOURS, MOMENTS, RESULTS, add_up
from tests.killing.seen import recording
from tests.killing.test_laws import cut


def measured(seed: str) -> Mapping[str, Any]:
    return figures(recording(), seed)


def test_hours_that_were_measured_apart_add_up_in_one_order() -> None:
    later = add_up(add_up(None, [measured("winter")]), [measured("autumn"), measured("spring")])
    assert [hour["seed"] for hour in later["hours"]] == ["autumn", "winter", "spring"]


def test_an_hour_that_is_measured_anew_replaces_the_older_one() -> None:
    older = add_up(None, [measured("winter"), measured("autumn")])
    newer = add_up(older, [measured("winter") | {"callers": 77}])  # type: ignore[operator]
    assert sorted(hour["callers"] for hour in newer["hours"]) == [2, 77]


def test_hours_of_two_machines_do_not_add_up() -> None:
    older = {"machine": {**machine(), "processor": "another"}, "hours": [measured("winter")]}
    with pytest.raises(ValueError, match="the other hours were with another"):
        add_up(older, [measured("autumn")])


def test_the_page_counts_moments_and_what_went_on_over_all_hours() -> None:
    told = page(add_up(None, [measured("autumn"), measured("winter")]))
    assert told.startswith("# telekit killed at 2 moments\n")
    assert "| at random | 2 | 2 | 0 | 2 | 2 |\n| **all** | 2 | 2 | 0 | 2 | 2 |\n" in told
    assert "until a caller who waited is back in the line, or rung | 2 | 1.40 s | 1.40 s | 1.40 s |" in told
    assert "| talk time, as phones saw it | 54 s |\n| talk time, as the journal has it | 54 s |\n" in told
    assert "| a conversation ends only because one of the two hangs up | none |" in told


def test_the_page_does_not_hide_a_breach() -> None:
    record = recording()
    cut(record)
    told = page(add_up(None, [figures(record, "autumn")]))
    assert "| a conversation ends only because one of the two hangs up | **1** |" in told


def test_the_plot_has_a_curve_for_each_kind_of_recovery() -> None:
    assert plot(add_up(None, [measured("autumn")])).count('stroke="#0b6e4f"') == 2


def test_what_is_published_is_what_was_measured_and_nothing_was_broken() -> None:
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert [hour["seed"] for hour in results["hours"]] == list(HOURS)
    assert all(len(hour["kills"]) == MOMENTS for hour in results["hours"])
    assert (FOLDER / "killed.md").read_text(encoding="utf-8") == page(results)
    assert (FOLDER / "killed.svg").read_text(encoding="utf-8") == plot(results)
    assert [breach for hour in results["hours"] for breach in hour["breaches"]] == []
