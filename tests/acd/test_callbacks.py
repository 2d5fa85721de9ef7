"""Calls whose callers have hung up to be called back: the same line, the same place, the same agents."""

from datetime import datetime, timedelta

import pytest

from telekit.acd import callbacks
from telekit.acd.actions import (
    CallbackEnded,
    CallbackOffered,
    CallbackPromised,
    CallbackTried,
    Joined,
    Offer,
    OfferEnded,
    Queued,
)
from telekit.acd.events import (
    AgentPaused,
    AgentResumed,
    CallArrived,
    CallbackAgreed,
    CallbackCancelled,
    CallbackFailed,
    CallbackRests,
    OfferMissed,
    PlanChanged,
)
from telekit.acd.seat import Seat
from telekit.domain.callback import Callback, CallbackOutcome, CallbackRules, Keep
from telekit.domain.destination import ToCallback, ToVoicemail
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit, Invitation, MissCause, Overflow, Queue, Strategy
from tests.acd.day import Day, agent, clock, hours, plan, queue, seconds, step

NUMBER = "+33199007788"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
RULES = CallbackRules(tries=2, every=10 * MINUTE)


def help_desk(*steps: object, **rest: object) -> Queue:
    return queue("help", *steps, **({"callback": RULES} | rest))  # type: ignore[arg-type]


def busy_day(shift: str = "08:00-18:00", at: str = "09:00", **rest: object) -> Day:
    """Begin a day on which the only agent talks with the caller `first`."""
    day = Day(plan([agent("amina", shift)], help_desk(**rest)), at)
    day.call("first")
    day.answer("first.1")
    return day


def promise(day: Day, call: str) -> None:
    day.tell(CallbackAgreed(CallId(call), NUMBER))
    assert [promised.number for promised in day.all(CallbackPromised)] == [NUMBER]


def promised_day(shift: str = "08:00-18:00", at: str = "09:00", **rest: object) -> Day:
    """Begin such a day on which the caller `absent` has hung up to be called back."""
    day = busy_day(shift, at, **rest)
    day.call("absent")
    promise(day, "absent")
    return day


def due_day(**rest: object) -> Day:
    """Let it be the turn of `absent`: the agent has put down `first`."""
    day = promised_day(**rest)
    day.after(20)
    day.end("first")
    return day


def fail(day: Day, offer: str) -> None:
    day.tell(CallbackFailed(OfferId(offer), MissCause.NO_ANSWER))


def ended(day: Day) -> list[tuple[str, CallbackOutcome]]:
    return [(each.call, each.outcome) for each in day.all(CallbackEnded)]


def test_a_callback_is_offered_in_its_turn_after_who_came_earlier_and_before_who_came_later() -> None:
    """Callbacks that overtake waiting callers are what users of other systems complain of (FreePBX issue 621)."""
    day = busy_day()
    for call in ("earlier", "absent", "later"):
        day.after(1)
        day.call(call)
    promise(day, "absent")
    day.after(60)
    order = []
    for call in ("first", "earlier", "absent"):
        day.end(call)
        order += day.offered()
        day.answer(day.all(Offer)[0].offer)
    assert order == [("earlier", "amina"), ("absent", "amina"), ("later", "amina")]


def test_no_more_callbacks_are_made_at_once_than_agents_are_free() -> None:
    """Callbacks that exceed the agents are the other half of that complaint (FreePBX issue 621)."""
    day = Day(plan([agent("amina"), agent("luc")], help_desk(step(strategy=Strategy.RING_ALL))))
    state = Callback(NUMBER, day.now)
    for number in range(5):
        day.tell(CallArrived(CallId(f"c{number}"), QueueName("help"), entered_at=clock("08:50"), callback=state))
    running = {offer.agent: offer.call for offer in day.distributor.offers()}
    assert running == {"amina": "c0", "luc": "c1"}


def test_an_offer_of_a_callback_carries_the_number() -> None:
    day = due_day()
    assert [offer.callback for offer in day.all(Offer)] == [NUMBER]


def test_nobody_is_called_back_while_they_still_hear_that_they_will_be() -> None:
    day = promised_day()
    day.end("first")
    assert day.offered() == []
    day.after(10)
    assert day.offered() == [("absent", "amina")]


def test_a_caller_for_whom_a_phone_rings_already_is_not_let_go() -> None:
    day = Day(plan([agent("amina")], help_desk()))
    day.call("c")
    day.tell(CallbackAgreed(CallId("c"), NUMBER))
    assert day.last == []


def test_a_person_who_is_not_reached_is_tried_again_later_at_the_same_place_and_it_is_no_miss_of_the_agent() -> None:
    day = due_day()
    fail(day, "absent.1")
    tried = day.all(CallbackTried)[0]
    assert (tried.tries, tried.again_at) == (1, day.now + RULES.every)
    assert [each.cause for each in day.all(OfferEnded)] == [None]
    assert day.presence("amina") is Presence.AVAILABLE
    day.after(599)
    assert day.presence("amina") is Presence.AVAILABLE
    day.after(1)
    assert day.offered() == [("absent", "amina")]
    assert day.distributor.queue(QueueName("help")).calls[0].entered_at == clock("09:00")


def test_after_the_last_try_the_callback_has_ended() -> None:
    day = due_day()
    fail(day, "absent.1")
    day.after(600)
    fail(day, "absent.2")
    assert [each.again_at for each in day.all(CallbackTried)] == [None]
    assert ended(day) == [("absent", CallbackOutcome.NOT_REACHED)]
    assert day.distributor.waiting() == ()
    assert day.presence("amina") is Presence.AVAILABLE


def test_an_agent_who_does_not_answer_has_missed_it_and_no_try_is_lost() -> None:
    day = due_day()
    day.miss("absent.1", MissCause.REJECTED)
    assert day.presence("amina") is Presence.PAUSED
    day.after(30)
    assert day.offered() == [("absent", "amina")]
    assert day.all(CallbackTried, day.actions) == []


def test_a_person_who_calls_again_has_the_place_and_the_callback_ends() -> None:
    day = promised_day()
    day.after(60)
    day.call("later")
    day.after(60)
    day.tell(CallArrived(CallId("again"), QueueName("help"), instead_of=CallId("absent")))
    assert [(each.outcome, each.back_as) for each in day.all(CallbackEnded)] == [(CallbackOutcome.BACK, "again")]
    assert [(each.call, each.entered_at) for each in day.all(Queued)] == [("again", clock("09:00"))]
    day.end("first")
    assert day.offered() == [("again", "amina")]


def test_who_is_back_is_not_sent_away_for_the_time_that_they_were_not_on_the_line() -> None:
    day = promised_day(exits=(Exit(2 * MINUTE, ToVoicemail()),))
    day.after(600)
    assert day.diverted() == []
    day.tell(CallArrived(CallId("again"), QueueName("help"), instead_of=CallId("absent")))
    day.after(600)
    assert day.diverted() == []


def test_who_calls_again_too_late_is_a_caller_like_any_other() -> None:
    day = promised_day()
    day.tell(CallbackCancelled(CallId("absent")))
    assert ended(day) == [("absent", CallbackOutcome.CANCELLED)]
    day.after(60)
    day.tell(CallArrived(CallId("again"), QueueName("help"), instead_of=CallId("absent")))
    assert [each.entered_at for each in day.all(Queued)] == [day.now]


def test_an_agent_who_is_rung_for_a_callback_is_free_for_who_is_back() -> None:
    day = due_day()
    day.tell(CallArrived(CallId("again"), QueueName("help"), instead_of=CallId("absent")))
    assert day.withdrawn() == [("absent.1", "call-gone")]
    assert day.offered() == [("again", "amina")]


def test_a_callback_that_is_answered_is_a_conversation_like_any_other() -> None:
    day = promised_day(wrap_up=MINUTE)
    day.after(60)
    day.end("first")
    day.after(60)
    day.answer("absent.1")
    assert [(each.call, each.waited) for each in day.all(Joined)] == [("absent", 2 * MINUTE)]
    day.end("absent")
    assert day.presence("amina") is Presence.WRAP_UP


def test_a_caller_is_asked_once_at_the_step_that_says_so_and_waits_on_meanwhile() -> None:
    day = busy_day(invitations=(Invitation(4 * MINUTE),))
    day.call("c")
    day.after(239)
    assert day.all(CallbackOffered) == []
    day.after(1)
    assert [each.reason.value for each in day.all(CallbackOffered)] == ["step"]
    day.after(600)
    assert day.all(CallbackOffered) == []
    day.end("first")
    assert day.offered() == [("c", "amina")]


def test_a_caller_for_whom_a_phone_rings_as_the_step_comes_is_asked_when_it_rings_no_more() -> None:
    day = Day(plan([agent("amina")], help_desk(invitations=(Invitation(15 * SECOND),))))
    day.call("c")
    day.after(18)
    assert day.all(CallbackOffered) == []
    day.tell(OfferMissed(OfferId("c.1"), MissCause.NO_ANSWER))
    assert day.offered() == [("c", "amina")], "another ring comes before the question"
    day.tell(AgentPaused(AgentName("amina")))
    assert [each.reason.value for each in day.all(CallbackOffered)] == ["step"]
    day.after(600)
    assert day.all(CallbackOffered) == [], "they are asked once"


def test_a_caller_who_is_answered_as_the_step_comes_is_not_asked() -> None:
    day = Day(plan([agent("amina")], help_desk(invitations=(Invitation(15 * SECOND),))))
    day.call("c")
    day.after(18)
    day.answer("c.1")
    day.end("c")
    day.after(600)
    assert day.all(CallbackOffered) == []


def test_a_caller_who_is_one_too_many_is_asked_and_waits_on_meanwhile() -> None:
    day = busy_day(overflow=(Overflow(ToCallback(), waiting=1),))
    day.call("second")
    assert day.all(CallbackOffered) == []
    day.call("third")
    assert [(each.call, each.reason.value, each.detail) for each in day.all(CallbackOffered)] == [
        ("third", "overflow", "1 waits")
    ]
    assert set(day.distributor.waiting()) == {"second", "third"}


def test_nobody_is_promised_a_callback_when_the_last_shift_is_about_to_end() -> None:
    day = busy_day("08:00-12:00", "11:50", invitations=(Invitation(MINUTE),))
    day.call("c")
    assert day.distributor.may_call_back(CallId("c"), day.now)
    day.until("11:59:30")
    assert not day.distributor.may_call_back(CallId("c"), day.now)


def test_nobody_is_promised_a_callback_that_experience_says_comes_too_late() -> None:
    day = Day(plan([agent("amina", "08:00-12:00")], help_desk()), "08:00")
    for number in range(6):
        day.call(f"past{number}")
        day.answer(f"past{number}.1")
        day.after(1800)
        day.end(f"past{number}")
    day.call("first")
    day.answer("first.1")
    day.call("soon")
    assert day.distributor.may_call_back(CallId("soon"), day.now)
    day.call("too late")
    assert not day.distributor.may_call_back(CallId("too late"), day.now)


def test_a_queue_without_rules_for_it_promises_none() -> None:
    day = busy_day(callback=None)
    day.call("c")
    assert not day.distributor.may_call_back(CallId("c"), day.now)


def test_a_callback_lapses_when_the_last_eligible_shift_is_over() -> None:
    day = promised_day("08:00-12:00", "11:00", opening=hours("08:00-20:00"))
    day.until("11:59:59")
    assert ended(day) == []
    day.until("12:00")
    assert ended(day) == [("absent", CallbackOutcome.LAPSED)]


def test_a_callback_waits_for_a_later_shift_while_the_queue_is_open() -> None:
    day = promised_day("08:00-12:00,14:00-18:00", "11:00", opening=hours("08:00-20:00"))
    day.until("12:00")
    day.end("first")
    assert ended(day) == []
    day.until("14:00")
    assert day.offered() == [("absent", "amina")]


def test_it_is_worked_out_once_for_all_callbacks_whether_somebody_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[AgentName] = []
    comes_before = callbacks._comes_before

    def noted(seat: Seat, until_at: datetime) -> bool:
        looked_at.append(seat.name)
        return comes_before(seat, until_at)

    monkeypatch.setattr(callbacks, "_comes_before", noted)
    day = busy_day("08:00-12:00", "11:00", opening=hours("08:00-20:00"))
    state = Callback(NUMBER, day.now)
    for number in range(20):
        day.tell(CallArrived(CallId(f"c{number}"), QueueName("help"), entered_at=day.now, callback=state))
    day.until("12:00")
    assert len(ended(day)) == 20
    assert looked_at == ["amina"]


def test_a_callback_does_not_wait_for_a_shift_after_the_queue_has_closed() -> None:
    day = promised_day("08:00-12:00,14:00-18:00", "11:00", opening=hours("08:00-13:00"))
    day.until("12:00")
    assert ended(day) == [("absent", CallbackOutcome.LAPSED)]


def test_a_callback_is_kept_for_the_next_shift_where_the_rules_say_so() -> None:
    kept = CallbackRules(keep=Keep.NEXT_SHIFT)
    day = promised_day("08:00-12:00", "11:00", opening=hours("08:00-20:00"), callback=kept)
    day.until("12:00")
    day.end("first")
    assert ended(day) == []
    day.until(clock("08:00") + timedelta(days=1))
    assert day.offered() == [("absent", "amina")]


def test_a_callback_whose_queue_is_gone_has_ended() -> None:
    day = promised_day()
    day.tell(PlanChanged(plan([agent("amina")], queue("other"))))
    assert ended(day) == [("absent", CallbackOutcome.QUEUE_GONE)]
    assert day.diverted() == []


def test_a_callback_from_before_a_restart_has_its_place_and_rests_until_its_next_try() -> None:
    day = Day(plan([agent("amina")], help_desk()))
    state = Callback(NUMBER, clock("08:50"), tries=1, again_at=clock("09:05"))
    day.tell(CallArrived(CallId("absent"), QueueName("help"), entered_at=clock("08:40"), callback=state))
    day.until("09:04:59")
    assert day.offered() == []
    day.until("09:05")
    assert day.offered() == [("absent", "amina")]
    fail(day, day.all(Offer)[0].offer)
    assert ended(day) == [("absent", CallbackOutcome.NOT_REACHED)]


def test_a_try_counts_also_when_the_offer_that_it_was_made_for_is_over() -> None:
    day = due_day()
    day.tell(AgentPaused(AgentName("amina")))
    assert day.withdrawn() == [("absent.1", "agent-gone")]
    fail(day, "absent.1")
    assert [(each.agent, each.tries) for each in day.all(CallbackTried)] == [(None, 1)]
    day.tell(AgentResumed(AgentName("amina")))
    day.after(599)
    assert day.presence("amina") is Presence.AVAILABLE
    day.after(1)
    assert day.offered() == [("absent", "amina")]


def test_a_try_that_failed_for_an_offer_of_before_is_no_matter_of_the_one_that_runs() -> None:
    day = due_day()
    day.tell(AgentPaused(AgentName("amina")))
    day.tell(AgentResumed(AgentName("amina")))
    assert day.offered() == [("absent", "amina")]
    fail(day, "absent.1")
    assert day.last == []


def test_a_callback_that_is_told_anew_rests_until_its_next_try() -> None:
    day = Day(plan([agent("amina", "10:00-18:00")], help_desk(opening=hours("08:00-18:00"))))
    for again_at in (None, clock("10:05")):
        state = Callback(NUMBER, clock("08:50"), again_at=again_at)
        day.tell(CallArrived(CallId("absent"), QueueName("help"), entered_at=clock("08:40"), callback=state))
    day.until("10:04:59")
    assert day.offered() == []
    day.until("10:05")
    assert day.offered() == [("absent", "amina")]


def test_a_callback_rests_as_long_as_it_is_told_to_and_no_longer() -> None:
    day = promised_day()
    day.tell(CallbackRests(CallId("absent"), day.now + seconds(30)))
    day.end("first")
    day.after(29)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("absent", "amina")]
    day.tell(CallbackRests(CallId("absent"), day.now + seconds(30)))
    assert day.last == []


def test_it_may_be_the_turn_of_a_callback_earlier_than_it_was_to_rest() -> None:
    day = promised_day()
    day.end("first")
    day.tell(CallbackRests(CallId("absent"), None))
    assert day.offered() == [("absent", "amina")]


def test_a_caller_on_the_line_does_not_rest() -> None:
    day = busy_day()
    day.call("c")
    day.tell(CallbackRests(CallId("c"), day.now + MINUTE))
    day.end("first")
    assert day.offered() == [("c", "amina")]


def test_a_callback_counts_as_a_call_ahead() -> None:
    day = promised_day()
    day.call("present")
    outlook = day.distributor.outlook(CallId("present"), day.now)
    assert outlook is not None
    assert outlook.position == 2


def test_an_offer_of_a_callback_is_given_up_when_nothing_is_heard_of_it() -> None:
    day = due_day(ring=seconds(20))
    day.after(119)
    assert day.withdrawn() == []
    day.after(1)
    assert day.withdrawn() == [("absent.1", "overdue")]


def test_a_callback_widens_at_its_steps_also_past_an_exit_that_it_does_not_take() -> None:
    widens = step(120, english=1)
    exits = (Exit(MINUTE, ToVoicemail()),)
    agents = [agent("amina", french=5), agent("luc", english=5)]
    day = Day(plan(agents, help_desk(step(french=1), widens, exits=exits)))
    day.call("first")
    day.answer("first.1")
    day.call("absent")
    promise(day, "absent")
    day.after(119)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("absent", "luc")]
