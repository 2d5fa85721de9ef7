import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.errors import LinkError
from telekit.pbx.asterisk.ami.message import Message
from telekit.pbx.asterisk.ami.reader import Limits, Reader
from tests.pbx.asterisk.ami.captures import NAMES, messages_of, recorded

BANNER = b"Asterisk Call Manager/11.0.0\r\n"


def read(*pieces: bytes, limits: Limits | None = None) -> list[Message]:
    reader = Reader(limits)
    return [message for piece in pieces for message in reader.feed(piece)]


def told(messages: list[Message]) -> list[dict[str, list[str]]]:
    return [{name: list(message.every(name)) for name in message} for message in messages]


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_read_whole_gives_every_message_with_every_value(name: str) -> None:
    assert told(read(recorded(name))) == messages_of(recorded(name))


@pytest.mark.parametrize("name", ["login.ami", "queue-member-events.ami", "call-answered.ami"])
def test_a_recording_read_byte_by_byte_gives_the_same_messages(name: str) -> None:
    data = recorded(name)
    assert told(read(*(data[at : at + 1] for at in range(len(data))))) == messages_of(data)


@settings(deadline=None)
@given(st.data())
def test_a_recording_cut_anywhere_gives_the_same_messages(draw: st.DataObject) -> None:
    data = recorded(draw.draw(st.sampled_from(["actions-during-call.ami", "queue-member-events.ami"])))
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=20)))
    pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert told(read(*pieces)) == messages_of(data)


@settings(deadline=None)
@given(st.integers(0, 5432))
def test_a_recording_cut_short_gives_the_messages_that_are_whole(length: int) -> None:
    data = recorded("queue-member-events.ami")[:length]
    assert told(read(data)) == messages_of(data)


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_after_the_banner_are_read_alike_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    whole = BANNER + data + b"\r\n\r\n"
    places = sorted({min(cut, len(whole)) for cut in cuts})
    pieces = [whole[start:end] for start, end in zip([0, *places], [*places, len(whole)], strict=True)]
    assert [message.text for message in read(*pieces)] == [message.text for message in read(whole)]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"Event: A", b"X: 1", b": "])),
    st.lists(st.integers(0, 60)),
)
def test_odd_line_ends_between_messages_never_become_messages(pieces: list[bytes], cuts: list[int]) -> None:
    whole = BANNER + b"".join(pieces) + b"\r\n\r\n"
    places = sorted({min(cut, len(whole)) for cut in cuts})
    parts = [whole[start:end] for start, end in zip([0, *places], [*places, len(whole)], strict=True)]
    texts = [message.text for message in read(*parts)]
    assert texts == [message.text for message in read(whole)]
    assert not [text for text in texts if text.startswith("\r\n") or text.endswith("\r\n")]


def test_a_third_line_end_belongs_to_no_message() -> None:
    first = BANNER + b"Response: Success\r\nActionID: 13\r\n\r\n\r\n"
    assert [message.text for message in read(first, b"Event: B\r\n\r\n")] == [
        "Response: Success\r\nActionID: 13",
        "Event: B",
    ]
    assert [message.text for message in read(first + b"Event: B\r\n\r\n")][1] == "Event: B"
    assert [message.text for message in read(first + b"\r\n")] == ["Response: Success\r\nActionID: 13"]


def test_the_protocol_version_is_the_banners() -> None:
    reader = Reader()
    reader.feed(BANNER[:20])
    assert reader.version is None
    reader.feed(BANNER[20:])
    assert reader.version == "11.0.0"


def test_a_character_that_two_segments_share_is_kept() -> None:
    wire = BANNER + "Event: Newchannel\r\nCallerIDName: Müller\r\n\r\n".encode()
    cut = wire.index("ü".encode()) + 1
    [message] = read(wire[:cut], wire[cut:])
    assert message["CallerIDName"] == "Müller"


def test_bytes_that_are_not_utf8_become_replacement_characters_and_harm_nothing_else() -> None:
    first, second = read(BANNER + b"Event: A\r\nCallerIDName: M\xfcller\r\n\r\nEvent: B\r\nX: 1\r\n\r\n")
    assert first["CallerIDName"] == "M�ller"
    assert second["X"] == "1"


def test_a_switch_that_ends_lines_with_bare_line_feeds_is_understood() -> None:
    messages = read(b"Asterisk Call Manager/11.0.0\nEvent: A\nX: 1\n\nEvent: B\nX: 2\n", b"\n")
    assert [(message.event, message["X"]) for message in messages] == [("A", "1"), ("B", "2")]


def test_a_bare_line_feed_in_a_value_forges_no_header_and_no_event() -> None:
    [message] = read(BANNER + b"Event: VarSet\r\nValue: x\nEvent: Hangup\n\nChannel: y\r\n\r\n")
    assert message.event == "VarSet"
    assert message["Value"] == "x\nEvent: Hangup\n\nChannel: y"
    assert "Channel" not in message


@pytest.mark.parametrize("greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"\x00" * 300])
def test_something_that_is_not_asterisk_is_named(greeting: bytes) -> None:
    with pytest.raises(LinkError, match=r"not Asterisk's manager interface .* check host and port"):
        read(greeting)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"Event: A\r\nX: " + b"x" * 2_000 + b"\r\n\r\n", "a header of more than 1000 bytes"),
        (b"Event: A\r\nX: " + b"x" * 2_000, "a header of more than 1000 bytes"),
        (b"Event: A\r\n" + b"X: 1\r\n" * 200 + b"\r\n", "a message of more than 100 headers"),
        (
            b"Event: A\r\n" + b"X: 1234567890123456789012345678901234567890\r\n" * 90,
            "a message of more than 3000 bytes",
        ),
        (b"X: 1234567890123456789012345678901234567890\r\n" * 90 + b"\r\n", "a message of more than 3000 bytes"),
    ],
)
@pytest.mark.parametrize("step", [1, 700, 100_000])
def test_what_passes_a_limit_is_refused_however_it_comes(data: bytes, complaint: str, step: int) -> None:
    limits = Limits(line=1_000, lines=100, message=3_000)
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    with pytest.raises(LinkError, match=complaint):
        read(BANNER, *pieces, limits=limits)


def test_what_just_fits_the_limits_is_read() -> None:
    lines = [b"Event: A", *(b"X: %d" % number for number in range(99))]
    [message] = read(BANNER + b"\r\n".join(lines) + b"\r\n\r\n", limits=Limits(line=100, lines=100, message=3_000))
    assert len(message.every("X")) == 99
