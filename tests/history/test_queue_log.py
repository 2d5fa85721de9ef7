from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from telekit.domain.queue import MissCause
from telekit.history.logged_calls import logged_calls
from telekit.history.past_call import Outcome, PastCall
from telekit.history.queue_log import BadLine, Entry, read_queue_log

AT = 1_795_424_400
"""Nine o'clock in London on the 23rd of November 2026."""
NINE = datetime.fromtimestamp(AT, UTC)


def entries(*lines: str) -> list[Entry]:
    """Read lines `after|call|queue|…`, the moment told in seconds after nine; none may be bad."""
    moments = (f"{AT + int(after)}|{rest}" for after, _, rest in (line.partition("|") for line in lines))
    read = list(read_queue_log(moments))
    assert all(isinstance(each, Entry) for each in read)
    return [each for each in read if isinstance(each, Entry)]


def calls(*lines: str) -> list[PastCall]:
    return list(logged_calls(entries(*lines)))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_line_is_read_field_by_field() -> None:
    assert entries("4|1.7|help|PJSIP/amina|connect|4|1.8|3") == [
        Entry(1, NINE + seconds(4), "1.7", "help", "PJSIP/amina", "CONNECT", ("4", "1.8", "3"))
    ]


def test_none_is_nothing() -> None:
    (entry,) = entries("0|NONE|NONE|NONE|QUEUESTART|")
    assert (entry.call, entry.queue, entry.agent, entry.data) == ("", "", "", ("",))


def test_a_row_of_the_database_table_tells_its_moment_by_a_local_date() -> None:
    (entry,) = read_queue_log(["2026-11-23 10:00:00.250000|1.7|help|NONE|ENTERQUEUE|||1"], ZoneInfo("Europe/Paris"))
    assert isinstance(entry, Entry)
    assert entry.at == NINE + timedelta(milliseconds=250)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("so much for that", "1 fields where there are 5 at least, parted by |"),
        (f"{AT}|1.7|help|NONE", "4 fields where there are 5 at least, parted by |"),
        ("today|1.7|help|NONE|ABANDON|1|1|4", "'today' is no moment: neither seconds since 1970 nor a date"),
        ("1e99|1.7|help|NONE|ABANDON|1|1|4", "'1e99' is no moment: neither seconds since 1970 nor a date"),
        ("nan|1.7|help|NONE|ABANDON|1|1|4", "'nan' is no moment: neither seconds since 1970 nor a date"),
        ("17|1.7|help|NONE|ABANDON|1|1|4", "'17' is no moment: neither seconds since 1970 nor a date"),
        (f"{AT}|1.7|help|NONE||1", "the event is missing"),
        ("\0\0\0\0" + f"{AT}|1.7|help|NONE|ABANDON|", "it holds zeros, as a file does whose disk lost power"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_read(line: str, why: str) -> None:
    good = f"{AT}|1.7|help|NONE|ENTERQUEUE|||1\r\n"
    before, bad, after = read_queue_log([good, line, good])
    assert isinstance(before, Entry)
    assert isinstance(after, Entry)
    assert bad == BadLine(2, line, why)


def test_empty_lines_are_counted_and_passed_over() -> None:
    (entry,) = read_queue_log(["\n", "  \n", f"{AT}|1.7|help|NONE|ENTERQUEUE|||1\n"])
    assert entry.number == 3


def test_an_answered_call_is_put_together() -> None:
    (call,) = calls(
        "0|1.7|help|NONE|ENTERQUEUE||+33199007788|1",
        "21|1.7|help|PJSIP/luc|RINGNOANSWER|20000",
        "25|1.7|help|PJSIP/amina|CONNECT|25|1.9|3",
        "99|1.7|help|PJSIP/amina|COMPLETECALLER|25|74|1",
    )
    assert (call.call, call.queue, call.caller) == ("1.7", "help", "+33199007788")
    assert (call.entered_at, call.outcome, call.agent) == (NINE, Outcome.ANSWERED, "PJSIP/amina")
    assert (call.waited, call.talked) == (seconds(25), seconds(74))
    luc, amina = call.offers
    assert (luc.agent, luc.at, luc.rang) == ("PJSIP/luc", NINE + seconds(1), seconds(20))
    assert (luc.taken, luc.cause) == (False, MissCause.NO_ANSWER)
    assert (amina.agent, amina.at, amina.rang, amina.taken) == ("PJSIP/amina", NINE + seconds(22), seconds(3), True)


def test_a_phone_that_did_not_ring_was_not_left_unanswered() -> None:
    call = calls("0|1|help|NONE|ENTERQUEUE|||1", "0|1|help|luc|RINGNOANSWER|0", "9|1|help|NONE|ABANDON|1|1|9")[0]
    assert call.offers[0].cause is None


@pytest.mark.parametrize(
    ("line", "outcome", "why"),
    [
        ("33|1.7|help|NONE|ABANDON|1|4|33", Outcome.ABANDONED, ""),
        ("33|1.7|help|NONE|EXITWITHTIMEOUT|1|4|33", Outcome.LEFT, "exitwithtimeout"),
        ("33|1.7|help|NONE|EXITEMPTY|1|4|33", Outcome.LEFT, "exitempty"),
        ("33|1.7|help|NONE|EXITWITHKEY|2|1|4|33", Outcome.LEFT, "exitwithkey"),
        ("33|1.7|help|NONE|WITHDRAW|1|4|33|too late", Outcome.LEFT, "withdraw"),
        ("33|1.7|help|PJSIP/luc|AGENTDUMP|", Outcome.LEFT, "agentdump"),
        ("33|1.7|help|PJSIP/luc|SYSCOMPAT|", Outcome.LEFT, "syscompat"),
    ],
)
def test_every_way_out_of_the_line_is_known(line: str, outcome: Outcome, why: str) -> None:
    (call,) = calls("0|1.7|help|NONE|ENTERQUEUE|||4", line)
    assert (call.outcome, call.why, call.waited, call.talked) == (outcome, why, seconds(33), None)


@pytest.mark.parametrize(
    "line",
    [
        "60|1.7|help|luc|COMPLETEAGENT|5|55|1",
        "60|1.7|help|luc|BLINDTRANSFER|100|default|5|55|1",
        "60|1.7|help|luc|ATTENDEDTRANSFER|BRIDGE|b4e2|5|55|1",
        "60|1.7|help|luc|ATTENDEDTRANSFER|LINK|PJSIP/a|PJSIP/b|5|55|1",
        "60|1.7|help|luc|TRANSFER|100|default|5|55",
    ],
)
def test_every_end_of_a_conversation_is_known(line: str) -> None:
    (call,) = calls("0|1.7|help|NONE|ENTERQUEUE|||1", "5|1.7|help|luc|CONNECT|5|1.8|2", line)
    assert (call.outcome, call.waited, call.talked) == (Outcome.ANSWERED, seconds(5), seconds(55))


def test_a_call_whose_beginning_was_rotated_away_begins_where_its_wait_tells() -> None:
    gone, talked = calls(
        "50|1.7|help|NONE|ABANDON|1|1|80",
        "51|1.8|help|luc|CONNECT|61|1.9|2",
        "70|1.8|help|luc|COMPLETEAGENT|61|19|1",
        "71|1.6|help|luc|COMPLETEAGENT|10|700|1",
    )
    assert (gone.entered_at, gone.outcome) == (NINE - seconds(30), Outcome.ABANDONED)
    assert (talked.entered_at, talked.talked) == (NINE - seconds(10), seconds(19))


def test_a_start_of_asterisk_ends_what_nobody_ended() -> None:
    waits, talks = calls(
        "0|1.7|help|NONE|ENTERQUEUE|||1",
        "1|1.8|help|NONE|ENTERQUEUE|||2",
        "5|1.8|help|luc|CONNECT|4|1.9|2",
        "60|NONE|NONE|NONE|QUEUESTART|",
    )
    assert waits.outcome is Outcome.UNKNOWN
    assert (talks.outcome, talks.waited, talks.talked) == (Outcome.ANSWERED, seconds(4), None)


def test_a_call_that_enters_again_has_left_though_nothing_told_so() -> None:
    first, second = calls(
        "0|1.7|help|NONE|ENTERQUEUE|||1", "90|1.7|more|NONE|ENTERQUEUE|||1", "99|1.7|more|NONE|ABANDON|1|1|9"
    )
    assert (first.queue, first.outcome) == ("help", Outcome.UNKNOWN)
    assert (second.queue, second.outcome) == ("more", Outcome.ABANDONED)


def test_what_other_programs_write_does_no_harm() -> None:
    (call,) = calls(
        "0|NONE|NONE|luc|PAUSEALL|lunch",
        "0|1.7|NONE|NONE|DID|100",
        "0|1.7|help|NONE|ENTERQUEUE",
        "1|1.7|help|luc|WRAPUPSTART|30",
        "5|1.7|help|luc|CONNECT|many",
        "8|1.7|help|luc|COMPLETEAGENT|",
    )
    assert (call.caller, call.waited, call.talked) == (None, seconds(5), seconds(3))
