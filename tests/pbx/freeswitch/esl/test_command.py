import pytest
from hypothesis import given
from hypothesis import strategies as st

from telekit.errors import UnsafeValue
from telekit.pbx.freeswitch.esl.command import command, execute, message
from tests.pbx.freeswitch.esl.captures import FOLDER


def test_a_command_ends_with_an_empty_line() -> None:
    assert command("api status") == b"api status\n\n"


def test_an_application_is_run_as_a_real_client_asked_for_it() -> None:
    lines = (FOLDER / "outbound-async-full-json.jsonl").read_text()
    sent = execute("playback", "tone_stream://%(300,100,440)", mark="ev-pb-1").decode().splitlines()
    for line in sent[:-1]:
        assert line.replace("\\", "\\\\") in lines


def test_a_session_of_another_is_named() -> None:
    assert execute("park", uuid="u-1").startswith(b"sendmsg u-1\ncall-command: execute\nexecute-app-name: park\n")


@given(st.text(), st.sampled_from(["\r", "\n", "\x00", "\x1b", "\x7f"]), st.text())
def test_no_control_character_is_ever_sent(before: str, control: str, after: str) -> None:
    value = before + control + after
    for send in (
        lambda: command(f"api uuid_setvar u x {value}"),
        lambda: execute("set", f"caller={value}"),
        lambda: execute(value),
        lambda: execute("park", uuid=value),
        lambda: message("sendevent X", [("Caller", value)]),
        lambda: message("sendevent X", [(value, "1")]),
    ):
        with pytest.raises(UnsafeValue, match="nothing was sent"):
            send()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_other_text_stays_in_its_line(value: str) -> None:
    lines = execute("set", f"caller={value}").split(b"\n")
    assert lines[4:] == [b"event-lock: true", b"", b""]
    assert lines[3].decode() == f"execute-app-arg: caller={value}"


def test_a_lone_surrogate_is_no_text() -> None:
    with pytest.raises(UnsafeValue, match="is not text"):
        command("api \ud800")
