"""Who calls and what was dialled, from what Asterisk tells first."""

import pytest

from telekit.domain.call import Caller
from telekit.pbx.asterisk.agi.caller import caller_of, dialed_of, script_of
from telekit.pbx.asterisk.agi.codec import Decoder, Environment
from tests.pbx.asterisk.agi.fake import environment


def told(script: str = "route", **changes: str) -> Environment:
    (found,) = Decoder().feed(environment(script, **changes))
    assert isinstance(found, Environment)
    return found


def test_a_caller_has_number_and_name() -> None:
    assert caller_of(told(callerid="+33199000199", calleridname="Zoé")) == Caller("+33199000199", "Zoé")


@pytest.mark.parametrize("number", ["", "unknown", "anonymous", "Anonymous", "restricted"])
def test_no_number_is_no_number(number: str) -> None:
    assert caller_of(told(callerid=number, calleridname="unknown")) == Caller(None)


@pytest.mark.parametrize("presentation", ["32", "35", "64", "67", "x"])
def test_a_number_that_may_not_be_shown_is_not_known(presentation: str) -> None:
    assert caller_of(told(callingpres=presentation)) == Caller(None)


def test_a_number_that_was_checked_by_the_network_may_be_shown() -> None:
    assert caller_of(told(callingpres="3")).number == "+33199000199"


@pytest.mark.parametrize("number", ['"; drop', "${SHELL(id)}", "a&b", "1)(2", "é", "0123;tag=1"])
def test_an_odd_number_is_kept_as_data(number: str) -> None:
    assert caller_of(told(callerid=number)).number == number


def test_what_cannot_be_printed_is_taken_out() -> None:
    assert caller_of(told(callerid="+331\r\x07", calleridname="E\x1bve")) == Caller("+331", "Eve")


def test_a_caller_whose_words_hold_a_line_break_is_anonymous() -> None:
    assert caller_of(told(calleridname="Eve\nagi_callerid: +33199005566")) == Caller(None)


def test_the_extension_is_what_was_dialled() -> None:
    assert dialed_of(told(extension="+33199001234", dnid="+33199000010"), {}) == "+33199001234"


def test_what_the_dialplan_says_comes_before_the_extension() -> None:
    assert dialed_of(told(extension="+33 199", dnid="+33199000010"), {"dialed": "+33199"}) == "+33199"


def test_where_the_extension_is_none_that_one_dials_the_trunk_says_it() -> None:
    assert dialed_of(told(extension="s", dnid="+33199000010"), {}) == "+33199000010"
    assert dialed_of(told(extension="+", dnid="+33199000010"), {"dialed": "+"}) == "+33199000010"
    assert dialed_of(told(extension="s", dnid="unknown"), {}) == "s"


def test_the_dialplan_names_the_script_and_sends_arguments() -> None:
    told_script = told("survey?place=1795.5%3A0%3Abilling&empty=&name=Zo%C3%A9", arg_1="one", arg_2="two words")
    assert script_of(told_script) == (
        "survey",
        {"place": "1795.5:0:billing", "empty": "", "name": "Zoé", "1": "one", "2": "two words"},
    )


def test_a_script_may_come_without_arguments() -> None:
    assert script_of(told("route")) == ("route", {})
    assert script_of(told("/route/")) == ("route", {})
