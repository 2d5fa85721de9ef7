import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.errors import LinkError
from telekit.pbx.freeswitch.esl.frame import Frame
from telekit.pbx.freeswitch.esl.reader import Limits, Reader
from tests.pbx.freeswitch.esl.captures import KILLED, NAMES, frames_of, pieces_of, recorded


def read(*pieces: bytes, limits: Limits | None = None) -> list[Frame]:
    reader = Reader(limits)
    return [frame for piece in pieces for frame in reader.feed(piece)]


def told(frames: list[Frame]) -> list[tuple[list[str], bytes]]:
    return [(frame.head.split("\n"), frame.body) for frame in frames]


def cut_at(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


def test_there_are_recordings() -> None:
    assert len(NAMES) == 44


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gives_every_frame_and_nothing_is_left(name: str) -> None:
    reader = Reader()
    frames = [frame for piece in pieces_of(name) for frame in reader.feed(piece)]
    assert told(frames) == frames_of(recorded(name))
    assert reader.end() == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_read_byte_by_byte_gives_the_same_frames(name: str) -> None:
    data = recorded(name)
    assert told(read(*(data[at : at + 1] for at in range(len(data))))) == frames_of(data)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=20)
@given(cuts=st.lists(st.floats(0, 1), max_size=20))
def test_a_recording_cut_anywhere_gives_the_same_frames(name: str, cuts: list[float]) -> None:
    data = recorded(name)
    assert told(read(*cut_at(data, [int(cut * len(data)) for cut in cuts]))) == frames_of(data)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=20)
@given(share=st.floats(0, 1))
def test_a_recording_cut_short_gives_the_frames_that_are_whole(name: str, share: float) -> None:
    data = recorded(name)
    data = data[: int(share * len(data))]
    assert told(read(data)) == frames_of(data)


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_are_read_alike_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    def outcome(pieces: list[bytes]) -> list[tuple[list[str], bytes]] | str:
        try:
            return told(read(*pieces))
        except LinkError as error:
            return str(error)

    assert outcome(cut_at(data, cuts)) == outcome([data])


def test_a_frame_begins_on_the_line_on_which_a_body_ends() -> None:
    answer = b"Content-Type: api/response\nContent-Length: 5\n\n+OK 1Content-Type: command/reply\nReply-Text: +OK\n\n"
    first, second = read(answer)
    assert (first.text, second.reply) == ("+OK 1", "+OK")


def test_the_length_of_a_body_counts_bytes_not_characters() -> None:
    (frame,) = read("Content-Type: api/response\nContent-Length: 3\n\né1".encode())
    assert frame.text == "é1"


@settings(deadline=None, max_examples=20)
@given(cuts=st.lists(st.floats(0, 1), max_size=20))
def test_who_was_given_up_for_not_reading_is_told_so_however_it_comes(cuts: list[float]) -> None:
    reader = Reader()
    tail = KILLED[KILLED.index(b"Content-Length") :]  # from its first whole frame
    pieces = cut_at(tail, [int(cut * len(tail)) for cut in cuts])
    frames = [frame for piece in pieces for frame in reader.feed(piece)]
    assert told(frames) == frames_of(tail)[: len(frames)]
    assert len(frames) == tail.count(b"Content-Type: text/event-plain") - 1
    assert reader.end() == "FreeSWITCH gave up on this connection because events were not read fast enough"


def test_an_end_within_a_frame_is_told() -> None:
    reader = Reader()
    assert not list(reader.feed(b"Content-Type: api/response\nContent-Length: 9\n\n+OK"))
    assert reader.end() == "the connection ended within a message"


@pytest.mark.parametrize(
    ("sent", "what"),
    [(b"X: " + b"y" * 200, "headers of more than 100 bytes"), (b"Content-Length: 51\n\n", "a body of more than 50")],
)
def test_a_frame_without_end_is_refused(sent: bytes, what: str) -> None:
    with pytest.raises(LinkError, match=what):
        read(sent, limits=Limits(head=100, body=50))
