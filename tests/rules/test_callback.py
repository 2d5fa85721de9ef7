"""How queues call people back, and when they offer it."""

from datetime import timedelta
from pathlib import Path

import pytest

from telekit.domain.callback import CallbackRules, First, Keep
from telekit.domain.destination import ToCallback, ToVoicemail, Treatment
from telekit.domain.names import QueueName
from telekit.domain.plan import offers_callbacks
from telekit.domain.queue import Queue
from telekit.rules import load


def billing(folder: Path, *lines: str) -> Queue:
    file = folder / "rules.yaml"
    file.write_text("queues:\n  billing:\n" + "".join(f"    {line}\n" for line in lines))
    return load(file).queues[QueueName("billing")]


def test_all_that_is_written_holds(tmp_path: Path) -> None:
    written = (
        "callback: {key: 5, first: caller, tries: 2, every: 15m, ring: 40s, number: +33199001234, keep: next-shift}"
    )
    assert billing(tmp_path, written).callback == CallbackRules(
        key="5",
        first=First.CALLER,
        tries=2,
        every=timedelta(minutes=15),
        ring=timedelta(seconds=40),
        number="+33199001234",
        keep=Keep.NEXT_SHIFT,
    )


@pytest.mark.parametrize(("written", "allow"), [("+33", ("+33",)), ("[+33, +32]", ("+33", "+32"))])
def test_other_numbers_are_allowed_by_how_they_begin(tmp_path: Path, written: str, allow: tuple[str, ...]) -> None:
    rules = billing(tmp_path, f"callback: {{key: 5, allow: {written}}}").callback
    assert rules is not None
    assert rules.allow == allow


@pytest.mark.parametrize("key", ["0", "9", "'*'", "'#'"])
def test_any_key_of_a_telephone_asks_for_it(tmp_path: Path, key: str) -> None:
    assert billing(tmp_path, f"callback: {{key: {key}}}").callback == CallbackRules(key=key.strip("'"))


def test_a_step_that_offers_it_is_enough(tmp_path: Path) -> None:
    queue = billing(
        tmp_path, "steps: [{after: 1m, requires: {}}, {after: 4m, offer: callback}, {after: 8m, go: voicemail}]"
    )
    assert queue.callback == CallbackRules()
    assert [(each.after, each.origin.line) for each in queue.invitations] == [(timedelta(minutes=4), 3)]
    assert [step.after for step in queue.steps] == [timedelta(0), timedelta(minutes=1)]
    assert [exit_.after for exit_ in queue.exits] == [timedelta(minutes=8)]


def test_it_is_offered_where_nobody_is_there_if_it_is_kept_for_the_next_shift(tmp_path: Path) -> None:
    kept, offers = "callback: {keep: next-shift}", "no_agent: {play: no-agent, offer: callback, then: voicemail}"
    queue = billing(tmp_path, kept, offers)
    assert queue.callback == CallbackRules(keep=Keep.NEXT_SHIFT)
    assert queue.no_agent == Treatment(("no-agent",), ToVoicemail(), offers_callback=True)


def test_an_overflow_that_offers_it_is_enough(tmp_path: Path) -> None:
    queue = billing(tmp_path, "overflow: [{waiting: 20, offer: callback}, {waiting: 40, go: voicemail}]")
    assert queue.callback == CallbackRules()
    assert [overflow.go for overflow in queue.overflow] == [ToCallback(), ToVoicemail()]


def test_of_nothing_written_nobody_is_called_back(tmp_path: Path) -> None:
    assert billing(tmp_path, "ring: 20s").callback is None
    assert not offers_callbacks(load(tmp_path / "rules.yaml"))


def test_rules_in_which_one_queue_calls_back_need_what_makes_calls(tmp_path: Path) -> None:
    billing(tmp_path, "callback: {key: 5}")
    assert offers_callbacks(load(tmp_path / "rules.yaml"))
