import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.asterisk.ami.reader import Reader
from telekit.pbx.asterisk.ami.writer import encode

CONTROL = [chr(code) for code in (*range(32), 127)]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TOKEN = st.text(st.sampled_from("ABCabc019-_()."), min_size=1, max_size=20)


def test_an_action_is_its_headers_and_a_blank_line() -> None:
    assert encode([("Action", "Ping"), ("ActionID", "é 1")]) == "Action: Ping\r\nActionID: é 1\r\n\r\n".encode()


@pytest.mark.parametrize("character", CONTROL)
def test_no_control_character_is_sent_in_a_value(character: str) -> None:
    with pytest.raises(UnsafeValue, match="CallerID holds the control character"):
        encode([("Action", "Originate"), ("CallerID", f"Eve{character}Action: Command")])


@pytest.mark.parametrize("name", ["", "X: y", "Two words", "Line\r\nAction", "Nul\0", "é"])
def test_no_header_is_sent_whose_name_is_not_one(name: str) -> None:
    with pytest.raises(UnsafeValue, match="not the name of a manager header"):
        encode([("Action", "Ping"), (name, "x")])


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnsafeValue, match="is not text"):
        encode([("CallerID", "\udcfc")])


@settings(deadline=None)
@given(st.lists(st.tuples(TOKEN, TEXT), min_size=1, max_size=5))
def test_what_is_sent_reads_back_as_exactly_what_was_meant(headers: list[tuple[str, str]]) -> None:
    try:
        data = encode(headers)
    except UnsafeValue:
        assert any(character in value for _, value in headers for character in CONTROL)
        return
    assert data.count(b"\r\n\r\n") == 1
    assert data.count(b"\n") == data.count(b"\r") == len(headers) + 1
    [message] = Reader().feed(b"Asterisk Call Manager/11.0.0\r\n" + data)
    for name, _ in headers:
        assert list(message.every(name)) == [value for known, value in headers if known.lower() == name.lower()]


def test_a_line_that_asterisk_would_cut_is_refused() -> None:
    fits = "x" * (1024 - len("Data: \r\n"))
    assert fits.encode() in encode([("Data", fits)])
    with pytest.raises(SwitchError, match="at most 1024 bytes"):
        encode([("Data", fits + "x")])


def test_more_headers_than_asterisk_reads_are_refused() -> None:
    with pytest.raises(SwitchError, match="at most 128 headers"):
        encode([("Variable", "x=1")] * 129)
