"""pyst2's `AGI` as telekit hardens it: every defect of the package fails there and not here.

`BOTH` runs a test on both; on the package itself it must fail.
"""

import importlib.util
import io
import threading
from types import ModuleType
from typing import Any

import pytest

from telekit.errors import UnsafeValue
from telekit.pbx.asterisk.agi.pyst2.agi import Agi


def untouched() -> ModuleType:
    """Load pyst2 once more, as it is without telekit."""
    spec = importlib.util.find_spec("asterisk.agi")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Pair:
    """An AGI class, the exceptions it raises, and what it has sent."""

    def __init__(self, agi: type, exceptions: ModuleType) -> None:
        self.exceptions = exceptions
        self.sent = io.StringIO()
        self._class = agi

    def agi(self, replies: str = "") -> Any:
        stdin = io.StringIO(f"agi_network: yes\n\n{replies}")
        return self._class(stdin=stdin, stdout=self.sent, stderr=io.StringIO())


STOCK = pytest.param("stock", marks=pytest.mark.xfail(strict=True, reason="a defect of pyst2 0.5.1"))


@pytest.fixture(params=[STOCK, "ours"])
def pair(request: pytest.FixtureRequest) -> Pair:
    """Run a test of a defect on both; on the package itself it must fail."""
    return stock() if request.param == "stock" else ours()


def stock() -> Pair:
    package = untouched()
    return Pair(package.AGI, package)


def ours() -> Pair:
    import asterisk.agi

    return Pair(Agi, asterisk.agi)


@pytest.mark.parametrize("replies", ["", "HANGUP\n", "HANGUP\n200 result=0\n"])
def test_a_caller_who_left_is_a_hang_up(pair: Pair, replies: str) -> None:
    with pytest.raises(pair.exceptions.AGIHangup):
        pair.agi(replies).answer()


def test_a_command_for_a_caller_who_left_is_a_hang_up(pair: Pair) -> None:
    with pytest.raises(pair.exceptions.AGIHangup):
        pair.agi("511 Command Not Permitted on a dead channel or intercept routine\n").answer()


def test_a_caller_named_hangup_is_a_caller(pair: Pair) -> None:
    result = pair.agi("200 result=1 (hangup)\n").execute("GET VARIABLE", '"CALLERID(name)"')
    assert result["result"] == ("1", "hangup")


def test_a_quote_in_a_value_ends_nothing(pair: Pair) -> None:
    pair.agi("200 result=1\n").set_variable("NAME", 'Eve" "x')
    assert pair.sent.getvalue() == 'SET VARIABLE "NAME" "Eve\\" \\"x"\n'


def test_a_line_break_in_a_value_begins_no_second_command(pair: Pair) -> None:
    with pytest.raises(ValueError, match="control character"):
        pair.agi("200 result=1\n").set_variable("NAME", 'Eve"\nEXEC System "id')
    assert pair.sent.getvalue() == ""


def test_a_backslash_at_the_end_does_not_swallow_the_quote(pair: Pair) -> None:
    pair.agi("200 result=1\n").set_variable("NAME", "Eve\\")
    assert pair.sent.getvalue() == 'SET VARIABLE "NAME" "Eve\\\\"\n'


def test_a_key_of_the_database_is_quoted_once(pair: Pair) -> None:
    assert pair.agi("200 result=1 (x)\n").database_get("agents", "1001") == "x"
    assert pair.sent.getvalue() == 'DATABASE GET "agents" "1001"\n'


def test_a_value_may_hold_parentheses_and_line_breaks(pair: Pair) -> None:
    agi = pair.agi("200 result=1 (a) (b=1 (c\nd)\n200 result=1 (next)\n")
    assert agi.get_variable("X") == "a) (b=1 (c\nd"
    assert agi.get_variable("Y") == "next"


def test_it_can_be_made_in_any_thread(pair: Pair) -> None:
    raised: list[Exception] = []

    def make() -> None:
        try:
            pair.agi()
        except ValueError as error:
            raised.append(error)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    assert not raised


def test_a_usage_answer_that_breaks_off_is_a_hang_up() -> None:
    """Without telekit this loops for ever and fills the memory, so it is not shown."""
    with pytest.raises(ours().exceptions.AGIHangup):
        ours().agi("520-Invalid command syntax.  Proper usage follows:\nUsage\n").answer()


EITHER = pytest.mark.parametrize("pair", [stock(), ours()], ids=["stock", "ours"])
"""What scripts rely on and what stays."""


@EITHER
class TestWhatStays:
    def test_results(self, pair: Pair) -> None:
        agi = pair.agi(
            "200 result=0\n200 result=1 (Client test)\n200 result=0\n200 result=50 endpos=800\n200 result=123\n"
            "200 result= (timeout)\n200 result=6\n200 result=35\n200 result=0\n"
        )
        assert agi.env == {"agi_network": "yes"}
        assert agi.answer() is None
        assert agi.get_variable("CALLERID(name)") == "Client test"
        assert agi.get_variable("NONE") == ""
        assert agi.stream_file("welcome", "12") == "2"
        assert agi.get_data("code", 2000, 3) == "123"
        assert agi.get_data("code") == ""
        assert agi.channel_status() == 6
        assert agi.wait_for_digit(100) == "#"
        assert agi.say_digits("007") == ""

    def test_commands(self, pair: Pair) -> None:
        pair.sent.truncate(0)
        pair.sent.seek(0)
        agi = pair.agi("200 result=1\n" * 6)
        agi.set_variable("A", 'already \\"escaped\\"')
        agi.verbose("hello", 3)
        agi.appexec("Dial", "PJSIP/amina,20")
        agi.set_priority(3)
        agi.get_option("beep", [1, "2"], 300)
        agi.set_variable("N", 5)
        assert pair.sent.getvalue().splitlines() == [
            'SET VARIABLE "A" "already \\"escaped\\""',
            'VERBOSE "hello" 3',
            'EXEC Dial "PJSIP/amina,20"',
            "set priority 3",
            'GET OPTION beep "12" 300',
            'SET VARIABLE "N" "5"',
        ]

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            ("510 Invalid or unknown command\n", "AGIInvalidCommand"),
            ("520-Invalid\nUsage\n520 End of proper usage.\n", "AGIUsageError"),
            ("200 result=-1\n", "AGIAppError"),
            ("200 result=-1 (hangup) endpos=800\n", "AGIResultHangup"),
            ("599 what\n", "AGIUnknownError"),
        ],
    )
    def test_errors(self, pair: Pair, reply: str, error: str) -> None:
        with pytest.raises(getattr(pair.exceptions, error)):
            pair.agi(reply).answer()

    def test_a_database_without_the_key(self, pair: Pair) -> None:
        with pytest.raises(pair.exceptions.AGIDBError):
            pair.agi("200 result=0\n").database_get("agents", "1001")


def test_a_hang_up_is_remembered() -> None:
    both = ours()
    agi = both.agi("HANGUP\n200 result=1\n200 result=1\n")
    for _ in range(2):
        with pytest.raises(both.exceptions.AGISIGHUPHangup):
            agi.verbose("x")


def test_a_refusal_to_send_is_telekits_own() -> None:
    with pytest.raises(UnsafeValue):
        ours().agi().verbose("one\ntwo")
