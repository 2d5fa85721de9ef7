"""What is made of a handler's actions before they are sent, and of their answers."""

from datetime import timedelta

import pytest

from telekit.pbx.asterisk.ami.errand import errand_of
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.request import Answer

SECOND = timedelta(seconds=1)
QUEUED = Message("Response: Success\r\nActionID: 7\r\nMessage: Originate successfully queued")


def outcome(response: str) -> Answer:
    return Answer(QUEUED, (Message(f"Event: OriginateResponse\r\nActionID: 7\r\nResponse: {response}\r\nReason: 0"),))


@pytest.mark.parametrize("asked", [[], [("Async", "false")], [("async", "no")]])
def test_a_synchronous_originate_goes_out_asynchronous(asked: list[tuple[str, str]]) -> None:
    errand = errand_of([("Action", "Originate"), ("Channel", "PJSIP/amina"), *asked], None, SECOND)
    assert errand.headers == (("Action", "Originate"), ("Channel", "PJSIP/amina"), ("Async", "true"))
    assert errand.follow == "OriginateResponse"


@pytest.mark.parametrize(
    ("told", "response", "message"),
    [("Success", "Success", "Originate successfully queued"), ("Failure", "Error", "Originate failed")],
)
def test_its_answer_looks_as_if_it_had_been_synchronous(told: str, response: str, message: str) -> None:
    answer = errand_of([("Action", "Originate")], None, SECOND).settle(outcome(told))
    assert dict(answer.response) == {"Response": response, "ActionID": "7", "Message": message}
    assert answer.items == ()


def test_its_answer_is_asterisks_own_when_nothing_was_placed() -> None:
    refusal = Answer(Message("Response: Error\r\nMessage: Extension does not exist."))
    assert errand_of([("Action", "Originate")], None, SECOND).settle(refusal) is refusal


def test_an_asynchronous_originate_keeps_its_answer_and_its_outcome() -> None:
    errand = errand_of([("action", "originate"), ("Async", "yes")], None, SECOND)
    assert (errand.headers, errand.follow) == ((("action", "originate"), ("Async", "yes")), "OriginateResponse")
    assert errand.settle(outcome("Failure")) == outcome("Failure")


def test_an_originate_whose_outcome_nobody_wants_is_not_followed() -> None:
    assert errand_of([("Action", "Originate"), ("Async", "true")], False, SECOND).follow is None


@pytest.mark.parametrize(("headers", "seconds"), [([], 31), ([("Timeout", "5000")], 6), ([("Timeout", "soon")], 31)])
def test_the_outcome_of_an_originate_has_as_long_as_the_phone_rings(
    headers: list[tuple[str, str]], seconds: int
) -> None:
    assert errand_of([("Action", "Originate"), *headers], None, SECOND).timeout == seconds * SECOND


def test_an_agi_command_is_answered_when_it_has_run() -> None:
    headers = [("Action", "AGI"), ("Command", "EXEC Playback long"), ("CommandID", "c1")]
    assert errand_of(headers, None, SECOND).follow == "AsyncAGIExec"


def test_every_other_action_goes_as_it_is() -> None:
    errand = errand_of([("Action", "QueueStatus"), ("Async", "no")], True, SECOND)
    assert errand.headers == (("Action", "QueueStatus"), ("Async", "no"))
    assert (errand.as_list, errand.follow, errand.timeout) == (True, None, SECOND)
