"""Which rows a call's facts lead to. Source: Asterisk apps/app_queue.c, for what each row has."""

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.reports.queue_log import QueueLog
from tests.history.facts import NINE, fact

CALLER = "+33199007788"
ARRIVED = fact(0, FactKind.CALL_ARRIVED, dialed="+33199001234", caller=CALLER)
ENTERED = fact(0, FactKind.ENTERED, queue="help", priority=0)
QUEUED = fact(0, FactKind.QUEUED, queue="help", entered_at=NINE.timestamp(), held_for=None)
TO_LUC = fact(5.2, FactKind.OFFERED, queue="help", agent="luc", offer="7.1", waited=5.2)
TO_AMINA = fact(25, FactKind.OFFERED, queue="help", agent="amina", offer="7.2", waited=25.0)
JOINED = fact(29, FactKind.JOINED, queue="help", agent="amina", offer="7.2", waited=29.0, rang=4.0, leg="9.1")
FINISHED = fact(99, FactKind.FINISHED, queue="help", agent="amina", talked=60.0, held=10.0)
WAITS = (ARRIVED, ENTERED, QUEUED)
TALKS = (*WAITS, TO_AMINA, JOINED)
CAME = ["0|7|help|NONE|DID|+33199001234", f"0|7|help|NONE|ENTERQUEUE||{CALLER}|1"]
CONNECTED = [*CAME, "29|7|help|amina|CONNECT|29|9.1|4"]


def rows(*facts: Fact) -> list[str]:
    """Give rows, their moments told in seconds after nine."""
    log = QueueLog()
    told = (str(row).partition("|") for fact in facts for row in log.rows(fact))
    return [f"{int(at) - int(NINE.timestamp())}|{rest}" for at, _, rest in told]


def ended(by: str, after: float = 99) -> Fact:
    return fact(after, FactKind.CALL_ENDED, by=by)


@pytest.mark.parametrize(("by", "event"), [("caller", "COMPLETECALLER"), ("telekit", "COMPLETEAGENT")])
def test_an_answered_call_enters_connects_and_completes_by_who_hung_up(by: str, event: str) -> None:
    missed = fact(25, FactKind.OFFER_ENDED, queue="help", agent="luc", offer="7.1", cause="no-answer")
    assert rows(*WAITS, TO_LUC, missed, TO_AMINA, JOINED, FINISHED, ended(by)) == [
        *CAME,
        "25|7|help|luc|RINGNOANSWER|19800",
        "29|7|help|amina|CONNECT|29|9.1|4",
        f"99|7|help|amina|{event}|29|70|1",
    ]


def test_a_caller_who_hid_has_no_number() -> None:
    hidden = fact(0, FactKind.CALL_ARRIVED, dialed="+33199001234", caller=None)
    assert rows(hidden, ENTERED, QUEUED)[1] == "0|7|help|NONE|ENTERQUEUE|||1"


def test_who_gives_up_while_it_rings_cancels_the_ring_and_abandons() -> None:
    gone = fact(9.5, FactKind.WITHDRAWN, agent="luc", offer="7.1", reason="call-gone")
    over = fact(9.5, FactKind.OFFER_ENDED, queue="help", agent="luc", offer="7.1", cause=None)
    gives_up = fact(9.5, FactKind.ABANDONED, queue="help", waited=9.5)
    assert rows(*WAITS, TO_LUC, gone, over, gives_up, ended("caller", 9.5)) == [
        *CAME,
        "9|7|help|luc|RINGCANCELED|4300",
        "9|7|help|NONE|ABANDON|1|1|9",
    ]


def test_of_phones_that_ring_at_once_only_who_answers_is_told() -> None:
    to_luc = fact(25, FactKind.OFFERED, queue="help", agent="luc", offer="7.1", waited=25.0)
    taken_back = fact(29, FactKind.WITHDRAWN, agent="luc", offer="7.1", reason="answered")
    over = fact(29, FactKind.OFFER_ENDED, queue="help", agent="luc", offer="7.1", cause=None)
    assert rows(*WAITS, to_luc, TO_AMINA, JOINED, taken_back, over) == CONNECTED


@pytest.mark.parametrize(
    ("reason", "event"), [("exit", "EXITWITHTIMEOUT"), ("no-agent", "EXITEMPTY"), ("closed", "EXITEMPTY")]
)
def test_a_call_that_waited_and_is_sent_on_exits(reason: str, event: str) -> None:
    sent = fact(60, FactKind.DIVERTED, queue="help", reason=reason, detail="", waited=60.0)
    assert rows(*WAITS, sent) == [*CAME, f"60|7|help|NONE|{event}|1|1|60"]


def test_a_call_that_is_refused_at_the_door_leads_to_no_row() -> None:
    refused = fact(0, FactKind.DIVERTED, queue="help", reason="closed", detail="", waited=0.0)
    assert rows(ARRIVED, ENTERED, refused, ended("telekit", 4)) == []


def test_a_call_that_is_sent_to_another_queue_enters_that_one() -> None:
    sent = fact(60, FactKind.DIVERTED, queue="help", reason="exit", detail="", waited=60.0)
    there = fact(60, FactKind.ENTERED, queue="more", priority=5)
    waits = fact(60, FactKind.QUEUED, queue="more", entered_at=NINE.timestamp() + 60)
    assert rows(*WAITS, sent, there, waits, fact(70, FactKind.ABANDONED, queue="more", waited=10.0))[3:] == [
        "60|7|more|NONE|DID|+33199001234",
        f"60|7|more|NONE|ENTERQUEUE||{CALLER}|1",
        "70|7|more|NONE|ABANDON|1|1|10",
    ]


def test_positions_are_those_in_the_line_by_priority_and_wait() -> None:
    def comes(call: str, after: float, priority: int) -> tuple[Fact, ...]:
        entered = fact(after, FactKind.ENTERED, call=call, queue="help", priority=priority)
        return entered, fact(after, FactKind.QUEUED, call=call, queue="help", entered_at=NINE.timestamp() + after)

    def goes(call: str, after: float) -> Fact:
        return fact(after, FactKind.ABANDONED, call=call, queue="help", waited=0.0)

    three = (*comes("1", 0, 0), *comes("2", 1, 0), *comes("3", 2, 9))
    assert rows(*three, goes("2", 5), goes("1", 6), goes("3", 7)) == [
        "0|1|help|NONE|ENTERQUEUE|||1",
        "1|2|help|NONE|ENTERQUEUE|||2",
        "2|3|help|NONE|ENTERQUEUE|||1",
        "5|2|help|NONE|ABANDON|3|2|4",
        "6|1|help|NONE|ABANDON|2|1|6",
        "7|3|help|NONE|ABANDON|1|1|5",
    ]


def test_a_caller_on_hold_is_told_as_queuemetrics_reads_it() -> None:
    held = fact(40, FactKind.HELD, queue="help", agent="amina")
    back = fact(50, FactKind.RESUMED, queue="help", agent="amina", held=10.0)
    assert rows(*TALKS, held, back)[3:] == ["40|7|help|amina|CALLERONHOLD|", "50|7|help|amina|CALLEROFFHOLD|"]


@pytest.mark.parametrize(
    ("way", "row"),
    [
        ("blind", "90|7|help|amina|BLINDTRANSFER|+33199005512||29|61|1"),
        ("attended", "90|7|help|amina|ATTENDEDTRANSFER|BRIDGE|+33199005512|29|61|1"),
    ],
)
def test_a_call_that_is_passed_on_ends_for_the_queue_there_and_then(way: str, row: str) -> None:
    passed = fact(90, FactKind.TRANSFERRED, queue="help", agent="amina", offer="7.2", way=way, to="+33199005512")
    finished = fact(90, FactKind.FINISHED, queue="help", agent="amina", talked=61.0, held=0.0)
    taken = fact(91, FactKind.TAKEN_OVER, queue="help", agent="luc", by="amina")
    later = fact(150, FactKind.FINISHED, queue="help", agent="luc", talked=51.0, held=0.0)
    assert rows(*TALKS, passed, finished, taken, later, ended("transfer", 150)) == [*CONNECTED, row]


def test_a_transfer_of_which_it_is_told_late_is_one_all_the_same() -> None:
    passed = fact(100, FactKind.TRANSFERRED, queue="help", agent="amina", offer="7.2", way="blind", to="*44")
    assert rows(*TALKS, FINISHED, ended("transfer"), passed)[3:] == ["99|7|help|amina|BLINDTRANSFER|*44||29|70|1"]


def test_a_call_that_goes_on_after_a_conversation_was_left_by_the_agent() -> None:
    another = fact(110, FactKind.PRESENCE, call=None, agent="luc", now="available")
    assert rows(*TALKS, FINISHED, another)[3:4] == ["99|7|help|amina|COMPLETEAGENT|29|70|1"]


def test_a_caller_who_hangs_up_to_be_called_back_leaves_by_a_key_and_enters_again_when_they_talk() -> None:
    promised = fact(30, FactKind.CALLBACK_PROMISED, queue="help", number="+33199005512")
    turn = fact(90, FactKind.OFFERED, queue="help", agent="amina", offer="7.2", callback="+33199005512", waited=90.0)
    joined = fact(99, FactKind.JOINED, queue="help", agent="amina", offer="7.2", waited=99.0, rang=9.0, leg="9.1")
    finished = fact(120, FactKind.FINISHED, queue="help", agent="amina", talked=21.0, held=0.0)
    assert rows(*WAITS, promised, ended("caller", 30), turn, joined, finished) == [
        *CAME,
        "30|7|help|NONE|EXITWITHKEY|1|1|1|30",
        "99|7|help|NONE|ENTERQUEUE||+33199005512|1",
        "99|7|help|amina|CONNECT|0|9.1|9",
        "120|7|help|amina|COMPLETEAGENT|0|21|1",
    ]


def test_a_call_that_comes_back_to_its_place_has_entered_once() -> None:
    lost = ended("lost", 10)
    back = fact(12, FactKind.CALL_ARRIVED, dialed="+33199001234", caller=CALLER, returning="…")
    place = fact(12, FactKind.ENTERED, queue="help", priority=0, entered_at=NINE.timestamp())
    assert rows(*WAITS, lost, back, place, QUEUED, TO_AMINA, JOINED) == CONNECTED


def test_a_lost_call_that_others_serve_stands_before_nobody_until_it_comes_back_to_its_place() -> None:
    def comes(call: str, after: float) -> tuple[Fact, ...]:
        entered = fact(after, FactKind.ENTERED, call=call, queue="help", priority=0)
        return entered, fact(after, FactKind.QUEUED, call=call, queue="help", entered_at=NINE.timestamp() + after)

    back = fact(30, FactKind.CALL_ARRIVED), fact(30, FactKind.QUEUED, queue="help", entered_at=NINE.timestamp())
    told = rows(*WAITS, ended("lost", 10), *comes("8", 20), *back, *comes("9", 40))
    assert told[2:] == ["20|8|help|NONE|ENTERQUEUE|||1", "40|9|help|NONE|ENTERQUEUE|||3"]


def test_who_answered_while_no_telekit_was_there_is_told_with_the_spans_that_were() -> None:
    late = fact(40, FactKind.JOINED, queue="help", agent="amina", offer="7.2", waited=29.0, rang=4.0, leg="9.1")
    assert rows(*WAITS, TO_AMINA, late, FINISHED, ended("lost"))[2:] == [
        "40|7|help|amina|CONNECT|29|9.1|4",
        "99|7|help|amina|COMPLETECALLER|29|70|1",
    ]


def test_other_rules_are_told_as_a_reload_and_a_start_as_nothing() -> None:
    kinds = (FactKind.STARTED, FactKind.PLAN_LOADED, FactKind.PLAN_LOADED)
    assert rows(*(fact(after, kind, call=None) for after, kind in enumerate(kinds))) == [
        "2|NONE|NONE|NONE|CONFIGRELOAD|"
    ]


def test_nothing_is_kept_of_a_call_once_it_is_over_whatever_comes_late() -> None:
    log = QueueLog()
    late = fact(120, FactKind.OFFER_ENDED, queue="help", agent="luc", offer="7.1", cause=None)
    for each in (*TALKS, FINISHED, ended("caller"), late, fact(130, FactKind.REPAIRED, breach="call-without-end")):
        log.rows(each)
    assert log.state.calls == {}
