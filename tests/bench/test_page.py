"""The page of the benchmark says what was measured."""

import json

from tests.bench.figures import Aim, Spread
from tests.bench.page import page
from tests.bench.results import FOLDER, RESULTS, aims, servers


def test_the_page_is_what_the_results_say() -> None:
    assert (FOLDER / "README.md").read_text() == page(json.loads(RESULTS.read_text()))


def test_a_peer_is_compared_round_by_round_with_the_bare_one_on_its_own_loop() -> None:
    rounds = {("asyncio", "bare"): [10, 20], ("asyncio", "telekit"): [9, 16], ("uvloop", "bare"): [100, 100]}
    results = {
        "fastagi": [
            {
                "loop": loop,
                "server": server,
                "rounds": [{"sessions_per_second": rate, "cpu_microseconds": 1 / rate} for rate in rates],
            }
            for (loop, server), rates in rounds.items()
        ]
    }
    bare, ours = servers(results, "fastagi", "sessions_per_second", "asyncio")
    assert (bare.name, bare.rate) == ("bare", Spread(15, 10, 20))
    assert (ours.name, ours.of.least, ours.of.most) == ("telekit", 0.8, 0.9)


def test_an_aim_is_met_by_the_middle_of_its_rounds() -> None:
    found = Spread(0.9, 0.5, 1.5)
    assert Aim("a rate", 0.9, found).met
    assert not Aim("a rate", 0.91, found).met
    assert Aim("a delay", 0.9, found, at_most=True).met
    assert not Aim("a delay", 0.89, found, at_most=True).met


def test_every_aim_stands_on_the_page() -> None:
    text = (FOLDER / "README.md").read_text()
    assert all(f"| {aim.what} |" in text for aim in aims(json.loads(RESULTS.read_text())))
