from telekit.domain.fact import Fact, FactKind
from telekit.domain.queue import MissCause
from telekit.history.past_call import Outcome, PastCall
from telekit.history.told_calls import told_calls
from tests.history.facts import NINE, fact, seconds

ARRIVED = fact(0, FactKind.CALL_ARRIVED, dialed="+33199001234", caller="+33199007788")
QUEUED = fact(0, FactKind.QUEUED, queue="help", entered_at=NINE.timestamp(), held_for=None)
TO_LUC = fact(5, FactKind.OFFERED, queue="help", agent="luc", offer="7.1", waited=5.0)
LUC_MISSED = fact(25, FactKind.OFFER_ENDED, queue="help", agent="luc", offer="7.1", cause="no-answer")
TO_AMINA = fact(25, FactKind.OFFERED, queue="help", agent="amina", offer="7.2", waited=25.0)
JOINED = fact(29, FactKind.JOINED, queue="help", agent="amina", offer="7.2", waited=29.0, rang=4.0)
FINISHED = fact(99, FactKind.FINISHED, queue="help", agent="amina", talked=60.0, held=10.0)
ENDED = fact(99, FactKind.CALL_ENDED, by="caller")


def calls(*facts: Fact) -> list[PastCall]:
    return list(told_calls(facts))


def test_an_answered_call_is_put_together() -> None:
    (call,) = calls(ARRIVED, QUEUED, TO_LUC, LUC_MISSED, TO_AMINA, JOINED, FINISHED, ENDED)
    assert (call.call, call.queue, call.caller, call.entered_at) == ("7", "help", "+33199007788", NINE)
    assert (call.outcome, call.agent, call.waited, call.talked) == (
        Outcome.ANSWERED,
        "amina",
        seconds(29),
        seconds(70),
    )
    luc, amina = call.offers
    assert (luc.agent, luc.at, luc.rang, luc.cause) == ("luc", NINE + seconds(5), seconds(20), MissCause.NO_ANSWER)
    assert (amina.agent, amina.rang, amina.taken) == ("amina", seconds(4), True)


def test_a_call_that_was_offered_at_once_entered_then() -> None:
    at_once = fact(0, FactKind.OFFERED, queue="help", agent="amina", offer="7.1", waited=0.0)
    (call,) = calls(ARRIVED, at_once, fact(9, FactKind.ABANDONED, queue="help", waited=9.0), ENDED)
    assert (call.entered_at, call.outcome, call.waited) == (NINE, Outcome.ABANDONED, seconds(9))


def test_a_call_that_went_through_two_queues_has_one_part_for_each() -> None:
    sent = fact(60, FactKind.DIVERTED, queue="help", reason="exit", detail="", waited=60.0)
    again = fact(60, FactKind.QUEUED, queue="more", entered_at=(NINE + seconds(60)).timestamp())
    first, second = calls(ARRIVED, QUEUED, sent, again, fact(70, FactKind.ABANDONED, queue="more", waited=10.0), ENDED)
    assert (first.queue, first.outcome, first.why, first.waited) == ("help", Outcome.LEFT, "exit", seconds(60))
    assert (second.queue, second.entered_at, second.waited) == ("more", NINE + seconds(60), seconds(10))


def test_a_closed_queue_is_entered_and_left_at_one_moment() -> None:
    (call,) = calls(ARRIVED, fact(0, FactKind.DIVERTED, queue="help", reason="closed", detail="", waited=0.0), ENDED)
    assert (call.entered_at, call.outcome, call.why, call.waited) == (NINE, Outcome.LEFT, "closed", seconds(0))


def test_a_call_that_came_back_after_telekit_was_away_is_one() -> None:
    lost = fact(10, FactKind.CALL_ENDED, by="lost")
    back = fact(12, FactKind.CALL_ARRIVED, dialed="+33199001234", caller="+33199007788", returning="…")
    (call,) = calls(ARRIVED, QUEUED, lost, back, QUEUED, TO_AMINA, JOINED, FINISHED, ENDED)
    assert (call.entered_at, call.outcome, call.waited) == (NINE, Outcome.ANSWERED, seconds(29))


def test_a_call_that_never_came_to_a_queue_is_none() -> None:
    assert calls(ARRIVED, fact(0, FactKind.CALL_ROUTED, route="rules.yaml:1", label=""), ENDED) == []


def test_of_a_conversation_without_an_end_it_is_not_known_how_long_it_was() -> None:
    (call,) = calls(ARRIVED, QUEUED, TO_AMINA, JOINED)
    assert (call.outcome, call.talked) == (Outcome.ANSWERED, None)


def test_of_who_still_waits_it_is_not_known_how_it_ended() -> None:
    assert calls(ARRIVED, QUEUED)[0].outcome is Outcome.UNKNOWN


def test_the_part_of_an_agent_who_took_a_caller_over_is_not_counted_twice() -> None:
    taken = fact(99, FactKind.TAKEN_OVER, queue="help", agent="luc", by="amina")
    later = fact(150, FactKind.FINISHED, queue="help", agent="luc", talked=51.0, held=0.0)
    (call,) = calls(ARRIVED, QUEUED, TO_AMINA, JOINED, FINISHED, taken, later, ENDED)
    assert (call.agent, call.talked) == ("amina", seconds(70))
