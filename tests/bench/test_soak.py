"""The soak: a small one for the calls alone, and what it makes of counts and samples."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.bench.soak import verdict
from tests.bench.soak_callers import Heard
from tests.bench.soak_laws import Left, Totals, flat, growth, laws, warm_up
from tests.bench.soak_page import PAGE, RESULTS, page
from tests.bench.soak_stand import Size, soaked
from tests.lab.tree import Tree

HEARD = Heard(10, 0, Counter({"served": 8, "gave-up": 2}))
FACTS = Counter({"call-arrived": 10, "call-ended": 10, "joined": 9, "finished": 9, "abandoned": 1})
TOTALS = Totals(FACTS, Counter({"telekit": 8, "caller": 2}), 0, 10)
NOTHING_LEFT = Left(0, 0, (), ())


def broken(heard: Heard = HEARD, totals: Totals = TOTALS, left: Left = NOTHING_LEFT) -> list[str]:
    return [law.what for law in laws(heard, totals, left) if not law.holds]


async def test_no_caller_of_some_hundred_is_lost_and_nothing_is_left(asterisk_prefix: Tree) -> None:
    async with soaked(asterisk_prefix, Size(agents=60, busy_agents=4, busy_rate=10.0)) as stand:
        run = await stand.run(40.0, 400)
    assert [str(law) for law in laws(run.heard, run.totals, run.left) if not law.holds] == []
    assert run.heard.offered == len(run.waits) + len(run.busy_waits) + run.totals.facts["abandoned"] == 400
    assert min(run.totals.facts[kind] for kind in ("queued", "offer-ended", "abandoned")) > 0, "nothing was to be seen"
    assert {law.what for law in verdict(run)} > {law.what for law in laws(run.heard, run.totals, run.left)}


def test_counts_that_agree_break_no_law() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"failed": 1}, "every caller is served, or gives up first"),
        ({"offered": 11}, "callers, calls in the journal, calls of Asterisk"),
        ({"told": HEARD.told | Counter({"stuck": 1})}, "every caller is served, or gives up first"),
    ],
)
def test_a_caller_who_is_lost_is_noticed(changed: dict[str, Any], law: str) -> None:
    assert broken(heard=replace(HEARD, **changed)) == [law]


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"processed": 11}, "callers, calls in the journal, calls of Asterisk"),
        ({"ended_twice": 1}, "every call has one end in the journal"),
        ({"facts": FACTS - Counter({"finished": 1})}, "conversations that began and that ended"),
        ({"facts": FACTS + Counter({"repaired": 1})}, "nothing had to be repaired"),
        (
            {"ended_by": Counter({"telekit": 7, "caller": 2, "fault": 1})},
            "every call has one end in the journal",
        ),
        (
            {"ended_by": Counter({"telekit": 7, "caller": 3})},
            "who gives up before an agent answers has abandoned the call in the journal",
        ),
        (
            {"ended_by": Counter({"telekit": 10})},
            "who gives up before an agent answers has abandoned the call in the journal",
        ),
    ],
)
def test_a_journal_that_tells_otherwise_is_noticed(changed: dict[str, Any], law: str) -> None:
    assert broken(totals=replace(TOTALS, **changed)) == [law]


@pytest.mark.parametrize(
    ("changed", "law"),
    [
        ({"channels": 2}, "no channel is left"),
        ({"waiting": 1}, "no call is left waiting"),
        ({"not_free": ["amina on call"]}, "every agent is free again"),
        ({"troubles": ["ERROR"]}, "no fault in telekit's log"),
    ],
)
def test_whatever_is_left_is_noticed(changed: dict[str, Any], law: str) -> None:
    assert broken(left=replace(NOTHING_LEFT, **changed)) == [law]


def test_memory_is_compared_after_the_warm_up() -> None:
    steady = [10.0] * 40 + [100.0] * 60
    grown = [*steady[:60], *[106.0] * 40]
    assert warm_up(100) == 40
    assert warm_up(300) == 60
    assert warm_up(10) == 5
    assert growth(steady) == 0
    assert growth(grown) == pytest.approx(0.06)
    assert [law.holds for law in (*flat(steady), *flat(grown))] == [True, False]


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text() == page(json.loads(RESULTS.read_text()))
