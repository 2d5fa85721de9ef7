import pytest

from telekit.pbx.asterisk.ami.message import Message

EVENT = Message(
    "Event: Newchannel\r\nUniqueid: 17.1\r\nChanVariable: A=1\r\nChanVariable: B=2\r\nAccountCode: "
    "\r\nNoSpace:x\r\nnothing"
)


def test_a_header_is_found_whatever_the_case_of_its_name() -> None:
    assert EVENT["Uniqueid"] == EVENT["UniqueID"] == EVENT.get("uniqueid") == "17.1"
    assert "UNIQUEID" in EVENT
    assert "Linkedid" not in EVENT


def test_a_repeated_header_keeps_every_value() -> None:
    assert EVENT.every("chanvariable") == ("A=1", "B=2")
    assert EVENT.every("Uniqueid") == ("17.1",)
    assert EVENT.every("Linkedid") == ()


def test_an_empty_value_is_not_an_absent_header() -> None:
    assert EVENT["AccountCode"] == ""
    assert EVENT.get("Linkedid") is None
    assert EVENT.get("Linkedid", "none") == "none"


def test_a_colon_without_a_space_and_a_line_without_a_colon_are_tolerated() -> None:
    assert EVENT["NoSpace"] == "x"
    assert "nothing" not in EVENT


def test_the_name_of_an_event_is_known_wherever_it_stands() -> None:
    assert EVENT.event == "Newchannel"
    assert Message("Privilege: call,all\r\nEvent: Hangup").event == "Hangup"
    assert Message("Event: Reload").event == "Reload"
    assert Message("Response: Success\r\nEvent: no").event == ""


def test_a_response_says_whether_the_action_was_taken() -> None:
    assert Message("Response: Success\r\nMessage: ok").ok
    assert Message("Response: Goodbye").ok
    assert not Message("Response: Error\r\nMessage: Permission denied").ok


def test_it_is_a_mapping_of_its_headers() -> None:
    assert dict(Message("Event: A\r\nX: 1")) == {"Event": "A", "X": "1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("ActionID", "7"), ("Note", "EventList: Complete"), ("Event", ""), ("action", ""), ("Absent", "")],
)
def test_one_header_is_peeked_at_without_reading_the_others(name: str, value: str) -> None:
    message = Message("Event: Pong\r\nActionID: 7\r\nNote: EventList: Complete\r\nActionID: 8")
    assert message.peek(name) == value
    assert message._headers is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("ActionID", "8"), ("Note", "EventList: Complete"), ("Event", ""), ("action", ""), ("Absent", "")],
)
def test_a_headers_last_value_is_found_without_reading_the_others(name: str, value: str) -> None:
    message = Message("Event: Pong\r\nActionID: 7\r\nNote: EventList: Complete\r\nActionID: 8")
    assert message.last(name) == value
    assert message._headers is None
