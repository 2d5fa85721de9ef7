"""FastAGI's bytes, as recorded from a real Asterisk and as nobody would send them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.errors import LinkError, UnsafeValue
from telekit.pbx.asterisk.agi.codec import (
    MAX_COMMAND,
    MAX_ENVIRONMENT,
    MAX_REPLY,
    Decoder,
    Environment,
    Hangup,
    Reply,
    command,
    in_logs,
    line,
)
from tests.pbx.asterisk.agi.captured import connections
from tests.pbx.asterisk.agi.fake import environment, words

CONNECTIONS = connections()
CONTROL = "".join(map(chr, [*range(32), 127]))
text_without_control = st.text(st.characters(exclude_characters=CONTROL, exclude_categories=["Cs"]), max_size=80)


def decode(*pieces: bytes) -> list[Environment | Reply | Hangup]:
    decoder = Decoder()
    return [each for piece in pieces for each in decoder.feed(piece)]


def test_a_command_is_told_without_numbers() -> None:
    told = in_logs(command("EXEC", "Dial", "PJSIP/+33199005512@carrier,20,giIf(0199001234)"))
    assert told == 'EXEC "Dial" "PJSIP/(a number)@carrier,20,giIf((a number))"'


def replies(data: bytes) -> list[Environment | Reply | Hangup]:
    return Decoder(opened=True).feed(data)


def only_reply(data: bytes) -> Reply:
    (reply,) = replies(data)
    assert isinstance(reply, Reply)
    return reply


def test_every_recorded_connection_begins_with_its_environment() -> None:
    assert len(CONNECTIONS) == 13
    for name, data in CONNECTIONS.items():
        first, *rest = decode(data)
        assert isinstance(first, Environment), name
        assert not first.forged, name
        assert len(first.values) >= 22, name
        assert all(isinstance(each, Reply | Hangup) for each in rest), name


@pytest.mark.parametrize("name", CONNECTIONS)
def test_one_byte_at_a_time_says_the_same(name: str) -> None:
    data = CONNECTIONS[name]
    assert decode(*(data[at : at + 1] for at in range(len(data)))) == decode(data)


@given(st.sampled_from(sorted(CONNECTIONS)), st.data())
def test_however_the_bytes_are_cut_they_say_the_same(name: str, chosen: st.DataObject) -> None:
    data = CONNECTIONS[name]
    cuts = sorted(chosen.draw(st.sets(st.integers(0, len(data)), max_size=12)))
    pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert decode(*pieces) == decode(data)


@given(st.sampled_from(sorted(CONNECTIONS)), st.data())
def test_a_connection_cut_short_says_the_beginning_of_it(name: str, chosen: st.DataObject) -> None:
    data = CONNECTIONS[name]
    begun = decode(data[: chosen.draw(st.integers(0, len(data)))])
    assert begun == decode(data)[: len(begun)]


def test_the_recorded_odd_replies_are_read_right() -> None:
    found = decode(CONNECTIONS["agi-errors-1"])
    answers = [each for each in found if isinstance(each, Reply)]
    assert len(answers) == 38
    assert (
        Reply(200, "1", '"Client test" <+33199000199>', None, '200 result=1 ("Client test" <+33199000199>)') in answers
    )
    assert 'élève "quoted" \\ back' in [each.value for each in answers]
    assert [each.code for each in answers].count(520) == 2
    assert [each.code for each in answers].count(510) == 1
    assert answers[-2].code == 511
    assert answers[-1].value == "bar"
    assert [each.endpos for each in answers if each.endpos is not None] == [0, 3520, 3520]
    assert found[-3] == Hangup()
    stray = next(each for each in answers if "Gosub" in each.raw)
    assert (stray.result, stray.value) == ("-1", None)


@pytest.mark.parametrize(
    ("sent", "result", "value", "endpos"),
    [
        (b"200 result=0\n", "0", None, None),
        (b"200 result=1 ()\n", "1", "", None),
        (b"200 result=1 (hangup)\n", "1", "hangup", None),
        (b"200 result= (timeout)\n", "", "timeout", None),
        (b"200 result=12 (timeout)\n", "12", "timeout", None),
        (b"200 result=35 (dtmf) endpos=8000\n", "35", "dtmf", 8000),
        (b"200 result=-1 (writefile)\n", "-1", "writefile", None),
        (b"200 result=0 endpos=3520\n", "0", None, 3520),
        (b"200 result=1 (a) endpos=5)\n", "1", "a) endpos=5", None),
        (b"200 result=1 (one\ntwo)\n", "1", "one\ntwo", None),
        (b'200 result=1 (speech) endpos=12 results=1 score0=900 text0="yes" grammar0=yesno\n', "1", "speech", 12),
    ],
)
def test_a_reply_gives_its_parts(sent: bytes, result: str, value: str | None, endpos: int | None) -> None:
    reply = only_reply(sent)
    assert (reply.code, reply.result, reply.value, reply.endpos) == (200, result, value, endpos)


@given(text_without_control)
def test_a_variable_may_hold_anything(value: str) -> None:
    assert only_reply(f"200 result=1 ({value})\n".encode()).value == value


def test_bytes_that_are_no_text_come_through_and_go_back() -> None:
    value = only_reply(b"200 result=1 (caf\xe9 \xff)\n").value
    assert value is not None
    assert line(value) == b"caf\xe9 \xff\n"


def test_provisional_answers_and_noise_are_passed_over() -> None:
    assert replies(b"100 Trying...\n\nnoise\n200 result=0\n") == [Reply(200, "0", raw="200 result=0")]


def test_a_usage_text_is_one_reply_whatever_stands_in_it() -> None:
    usage = b"520-Invalid command syntax.  Proper usage follows:\nHANGUP\n200 result=1\n520 End of proper usage.\n"
    assert [each.code for each in replies(usage) if isinstance(each, Reply)] == [520]
    assert len(replies(usage)) == 1


def test_an_environment_that_says_a_thing_twice_is_marked() -> None:
    (found,) = decode(environment(callerid="+33199000199\nagi_callingpres: 0"))
    assert isinstance(found, Environment)
    assert found.forged
    assert found.values["agi_uniqueid"] == "1795394872.8"


def test_an_environment_with_a_line_that_has_no_name_is_marked() -> None:
    (found,) = decode(environment(calleridname="Eve\nand more"))
    assert isinstance(found, Environment)
    assert found.forged


def test_a_blank_line_in_a_value_is_noticed_when_the_environment_goes_on() -> None:
    with pytest.raises(LinkError):
        decode(environment(calleridname="Eve\n\n200 result=1"))


def test_an_environment_without_end_is_refused_before_it_fills_the_memory() -> None:
    piece = b"agi_x: " + b"y" * 993
    with pytest.raises(LinkError):
        decode(*[piece] * (2 * MAX_ENVIRONMENT // len(piece)))


@pytest.mark.parametrize("piece", [b"x" * 1000, b"520-" + b"x" * 995 + b"\n", b"200 result=1 (" + b"x" * 985 + b"\n"])
def test_a_reply_without_end_is_refused_before_it_fills_the_memory(piece: bytes) -> None:
    with pytest.raises(LinkError):
        decode(environment(), *[piece] * (2 * MAX_REPLY // len(piece)))


@given(st.lists(st.binary(max_size=200), max_size=8), st.booleans())
def test_bytes_of_any_kind_are_read_or_refused(pieces: list[bytes], opened: bool) -> None:
    decoder = Decoder(opened=opened)
    try:
        for piece in pieces:
            decoder.feed(piece)
    except LinkError:
        pass


@given(st.lists(text_without_control, max_size=4))
def test_asterisk_reads_the_arguments_that_were_meant(arguments: list[str]) -> None:
    sent = command("SET VARIABLE", *arguments)
    assert sent.count(b"\n") == 1
    assert words(sent.decode().removesuffix("\n")) == ["SET", "VARIABLE", *arguments]


@pytest.mark.parametrize("control", CONTROL)
def test_no_control_character_is_sent(control: str) -> None:
    with pytest.raises(UnsafeValue):
        command("SET VARIABLE", "NAME", f'Eve"{control}EXEC System "id')
    with pytest.raises(UnsafeValue):
        line(f"SET VARIABLE NAME Eve{control}")


def test_no_more_is_sent_than_asterisk_reads_as_one_command() -> None:
    fits = "x" * (MAX_COMMAND - len('NOOP ""'))
    assert len(command("NOOP", fits)) == MAX_COMMAND + 1
    with pytest.raises(UnsafeValue):
        command("NOOP", fits + "x")


def test_half_a_character_is_not_sent() -> None:
    with pytest.raises(UnsafeValue):
        command("NOOP", "\ud800")


def test_the_fake_reads_quotes_as_asterisk_does() -> None:
    assert words('A "b c" d\\ e "f\\"g" ""h') == ["A", "b c", "d e", 'f"g', "h"]
