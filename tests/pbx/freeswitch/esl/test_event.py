import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.errors import LinkError
from telekit.pbx.freeswitch.esl.event import BODY, Event
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.esl.reader import Reader
from tests.pbx.freeswitch.esl.captures import NAMES, recorded

JSON, PLAIN = "text/event-json", "text/event-plain"


def event(kind: str, body: str) -> Event:
    return Event(Frame(f"Content-Type: {kind}", body.encode()))


def events_in(name: str) -> list[Event]:
    frames = Reader().feed(recorded(name))
    return [Event(frame) for frame in frames if frame.kind in (JSON, PLAIN)]


@pytest.mark.parametrize("name", NAMES)
def test_every_recorded_event_has_a_name_and_a_number(name: str) -> None:
    for each in events_in(name):
        assert each.name
        assert each["Event-Sequence"].isdecimal()


def test_a_custom_event_goes_by_its_subclass() -> None:
    names = {each.name for each in events_in("inbound-json-all-sip-register")}
    assert {"sofia::register", "sofia::register_failure", "sofia::expire"} <= names


@pytest.mark.parametrize("form", ["plain", "json"])
def test_a_call_reads_alike_in_both_forms(form: str) -> None:
    names = [each.name for each in events_in(f"inbound-{form}-all-sip-two-leg-bridge")]
    for expected in ("CHANNEL_CREATE", "CHANNEL_ANSWER", "CHANNEL_BRIDGE", "CHANNEL_HANGUP_COMPLETE"):
        assert expected in names


def test_awkward_values_are_read_as_they_were_sent() -> None:
    (sent,) = (each for each in events_in("inbound-json-sendevent-edge-values") if each.get("Event-Name") == "CUSTOM")
    with_body = dict(sent)
    assert with_body["X-Undef"] == "_undef_"
    assert "\n\n" in sent.body
    assert "Content-Length:" in sent.body


def test_a_background_job_carries_its_output_in_both_forms() -> None:
    for form in ("plain", "json"):
        (job,) = (e for e in events_in(f"inbound-{form}-all-loopback-call") if e.name == "BACKGROUND_JOB")
        assert job.body.startswith("+OK ")
        assert job["Job-UUID"]


@given(st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z-]{0,9}", fullmatch=True), st.text(max_size=20)))
def test_json_is_exact(headers: dict[str, str]) -> None:
    read = event(JSON, json.dumps(headers))
    assert {name: read[name] for name in read} == headers


def test_a_header_that_comes_again_reads_as_its_first_and_has_them_all() -> None:
    read = event(JSON, '{"X": "one", "Y": "2", "X": "three"}')
    assert read["X"] == "one"
    assert read.every("X") == ("one", "three")


@pytest.mark.parametrize(
    ("kind", "body"), [(JSON, '{"V": "ARRAY::a|:b"}'), (JSON, '{"V": ["a", "b"]}'), (PLAIN, "V: ARRAY%3A%3Aa%7C%3Ab")]
)
def test_several_values_of_one_variable_are_told_apart(kind: str, body: str) -> None:
    assert event(kind, body).every("V") == ("a", "b")


def test_a_plain_events_values_are_decoded_and_forge_no_header() -> None:
    read = event(PLAIN, "Event-Name: CUSTOM\nCaller: a%0AEvent-Name: FORGED\nContent-Length: 2\n\nhi")
    assert read.name == "CUSTOM"
    assert read["Caller"] == "a\nEvent-Name: FORGED"
    assert read[BODY] == "hi"


@pytest.mark.parametrize("body", ["{", "[1]", '"text"', "[[1, 2]]", "\x00"])
def test_what_is_no_object_of_json_is_refused(body: str) -> None:
    with pytest.raises(LinkError, match="not"):
        event(JSON, body).get("Event-Name")


def test_a_frame_of_another_kind_is_no_event() -> None:
    with pytest.raises(LinkError, match="sent command/reply where an event was to come"):
        event("command/reply", "").get("Event-Name")
