"""Callers for whom nobody is there: asked once whether to be called back at the next shift, or sent on."""

from datetime import timedelta

import pytest

from telekit.acd.actions import CallbackEnded, CallbackOffered, CallbackPromised, Divert, Offer
from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    CallArrived,
    CallbackAgreed,
    CallbackDeclined,
    PlanChanged,
)
from telekit.domain.agent import Login
from telekit.domain.callback import Callback, CallbackRules, Keep
from telekit.domain.destination import ToCallback, ToVoicemail, Treatment
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.queue import Overflow, Queue
from tests.acd.day import Day, agent, clock, plan, queue, seconds

NUMBER = "+33199007788"
KEPT = CallbackRules(keep=Keep.NEXT_SHIFT)
ASKS = Treatment(("no-agent",), ToVoicemail(), offers_callback=True)
DAY = timedelta(days=1)


def help_desk(**rest: object) -> Queue:
    return queue("help", **({"callback": KEPT, "no_agent": ASKS} | rest))  # type: ignore[arg-type]


def night(shift: str = "08:00-18:00", at: str = "22:00", *, login: Login = Login.ROSTER, **rest: object) -> Day:
    """Begin a night on which nobody is there; amina comes in the morning."""
    return Day(plan([agent("amina", shift, login=login)], help_desk(**rest)), at)


def asked(day: Day) -> list[tuple[str, str]]:
    return [(each.call, each.reason.value) for each in day.all(CallbackOffered)]


def declines(day: Day, call: str) -> None:
    day.tell(CallbackDeclined(CallId(call)))


def agrees(day: Day, call: str) -> None:
    day.tell(CallbackAgreed(CallId(call), NUMBER))


def test_who_accepts_keeps_the_place_and_is_called_back_at_the_next_shift_before_who_comes_then() -> None:
    day = night()
    day.call("late")
    assert (asked(day), day.diverted()) == ([("late", "no-agent")], [])
    agrees(day, "late")
    assert [each.entered_at for each in day.all(CallbackPromised)] == [clock("22:00")]
    day.until(clock("07:59:59") + DAY)
    assert day.all(CallbackEnded, day.actions) == []
    day.until(clock("08:00") + DAY)
    assert [(offer.call, offer.callback) for offer in day.all(Offer)] == [("late", NUMBER)]


def test_who_declines_goes_where_the_queue_sends_everybody() -> None:
    day = night()
    day.call("c")
    declines(day, "c")
    assert [(each.call, each.treatment.play, each.treatment.then) for each in day.all(Divert)] == [
        ("c", ("no-agent",), ToVoicemail())
    ]
    assert day.diverted() == [("c", "no-agent")]


def test_who_hangs_up_on_the_question_has_given_up_and_nobody_calls_back() -> None:
    day = night()
    day.call("c")
    day.gone("c")
    day.until(clock("08:00") + DAY)
    assert (day.offered(), day.distributor.waiting()) == ([], ())


def test_who_gives_no_answer_is_sent_on_after_five_minutes() -> None:
    day = night()
    day.call("c")
    day.after(299)
    assert day.diverted() == []
    day.after(1)
    assert day.diverted() == [("c", "no-agent")]


def test_an_agent_who_comes_in_the_middle_of_the_question_has_the_caller() -> None:
    day = night(login=Login.CODE, at="09:00")
    day.call("c")
    assert asked(day) == [("c", "no-agent")]
    day.tell(AgentLoggedIn(AgentName("amina")))
    assert day.offered() == [("c", "amina")]
    declines(day, "c")
    assert day.diverted() == []


def test_a_caller_is_asked_once_and_sent_on_when_nobody_is_there_again() -> None:
    day = night(login=Login.CODE, at="09:00")
    day.tell(AgentLoggedIn(AgentName("amina")))
    day.call("first")
    day.answer("first.1")
    day.call("c")
    assert asked(day) == []
    day.tell(AgentLoggedOut(AgentName("amina")))
    assert asked(day) == [("c", "no-agent")]
    day.tell(AgentLoggedIn(AgentName("amina")))
    declines(day, "c")
    assert day.diverted() == [], "somebody is there"
    day.tell(AgentLoggedOut(AgentName("amina")))
    assert (asked(day), day.diverted()) == ([], [("c", "no-agent")])


def test_with_somebody_there_nobody_is_asked() -> None:
    day = night(at="09:00")
    day.call("first")
    day.answer("first.1")
    day.call("c")
    assert (asked(day), day.diverted()) == ([], [])


@pytest.mark.parametrize(
    ("shift", "rest"),
    [
        ("08:00-18:00", {"callback": CallbackRules()}),
        ("08:00-18:00", {"callback": None}),
        ("", {}),
        ("08:00-18:00", {"no_agent": Treatment(("no-agent",), ToVoicemail())}),
    ],
    ids=["kept today only", "no callbacks", "nobody ever comes", "not offered"],
)
def test_who_cannot_be_promised_one_is_sent_on_at_once(shift: str, rest: dict[str, object]) -> None:
    day = night(shift, **rest)
    day.call("c")
    assert (asked(day), day.diverted()) == ([], [("c", "no-agent")])


def test_behind_too_many_nobody_is_asked_unless_the_overflow_itself_offers_it() -> None:
    for go, expected in ((ToVoicemail(), []), (ToCallback(), [("second", "no-agent")])):
        day = night(overflow=(Overflow(go, waiting=1),))
        day.call("first")
        agrees(day, "first")
        day.call("second")
        assert asked(day) == expected
        assert day.diverted() == ([] if expected else [("second", "no-agent")])


def test_the_last_offer_of_a_shift_is_over_and_the_next_shift_counts() -> None:
    day = night(at="17:58", last_offer=seconds(300))
    day.call("c")
    assert asked(day) == [("c", "no-agent")]


def test_a_caller_who_is_back_after_a_restart_is_asked_again_and_keeps_the_place() -> None:
    day = night()
    day.call("c", entered="21:58")
    assert asked(day) == [("c", "no-agent")]
    day.call("c", entered="21:58")
    assert asked(day) == [("c", "no-agent")]
    agrees(day, "c")
    assert [each.entered_at for each in day.all(CallbackPromised)] == [clock("21:58")]


def test_a_promise_survives_a_restart_in_the_night() -> None:
    day = night(at="23:00")
    state = Callback(NUMBER, clock("22:01"))
    day.tell(CallArrived(CallId("late"), QueueName("help"), entered_at=clock("22:00"), callback=state))
    assert (asked(day), day.diverted()) == ([], [])
    day.until(clock("08:00") + DAY)
    assert day.offered() == [("late", "amina")]


def test_new_rules_that_offer_it_no_more_send_on_who_is_being_asked() -> None:
    day = night()
    day.call("c")
    day.tell(PlanChanged(plan([agent("amina")], help_desk(no_agent=Treatment(("no-agent",))))))
    assert day.diverted() == [("c", "no-agent")]


def test_the_answer_is_awaited_no_longer_under_new_rules() -> None:
    day = night()
    day.call("c")
    day.after(100)
    day.tell(PlanChanged(plan([agent("amina")], help_desk())))
    assert (asked(day), day.diverted()) == ([], [])
    day.after(200)
    assert day.diverted() == [("c", "no-agent")]


def test_a_no_to_another_question_is_no_no_to_this_one() -> None:
    day = night(login=Login.CODE, at="09:00")
    day.tell(AgentLoggedIn(AgentName("amina")))
    day.call("first")
    day.answer("first.1")
    day.call("c")
    declines(day, "c")
    day.tell(AgentLoggedOut(AgentName("amina")))
    assert asked(day) == [("c", "no-agent")]
