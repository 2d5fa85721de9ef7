"""A plugin of pytest that lets the tests judge one mutant quickly, and each time alike.

What is likely to fail comes first: the tests named as the mutated file is, then the other short ones, then the laws.
The laws run on shorter days and fewer examples, which are the same each time, and look for no smallest example. A law
that needs a long day to judge by stays out. A test that a mutant sends round for ever is ended by the processor time
that it took, so that a busy machine ends none.
"""

import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants import trampolines

LAWS = "tests.acd.test_laws"
LONG = ("test_laws", "test_roster", "test_imagined_queue", "test_starvation", "test_reminding")
STEPS = 1500
LEFT_OUT = (
    "[seed 85]",
    "[batch 1]",
    "test_enough_happens_to_judge_by",
    "test_the_same_events_give_the_same_actions",
    "test_who_answers_first_has_the_call",
    "test_only_who_has_just_come_is_one_too_many",
    "test_a_call_that_is_held_for_an_agent_is_offered_to_nobody_else",
    "test_no_call_is_held_in_vain",
)
SHORT_END, LONG_END = 5.0, 20.0
"""Seconds of processor time for one test, at least five times what any needs."""

settings.register_profile(
    "mutants",
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shorten the laws, leave out what needs long days, and put the quick and the likely first."""
    if LAWS in sys.modules:
        sys.modules[LAWS].STEPS = STEPS  # type: ignore[attr-defined]
    left_out = [item for item in items if any(part in item.nodeid for part in LEFT_OUT)]
    config.hook.pytest_deselected(items=left_out)
    mutant = os.environ.get("MUTANT_UNDER_TEST", "")
    noun = mutant.rpartition(".")[0].rpartition(".")[2]
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(kept, key=lambda item: (item.path.stem in LONG, item.path.stem != f"test_{noun}"))
    if "__mutmut_" in mutant:
        trampolines.take_away("telekit", mutant)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End a test that does not end."""
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONG_END if item.path.stem in LONG else SHORT_END)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(number: int, frame: FrameType | None) -> None:
    pytest.fail("the test does not end", pytrace=False)
