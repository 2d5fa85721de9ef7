"""From a call's arrival to the agent who answers it."""

from telekit.acd.actions import Abandoned, Finished, Joined, Offer, OfferEnded, Queued
from telekit.acd.events import PhoneGone, PlanChanged
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, PauseAfter
from tests.acd.day import Day, agent, hours, plan, queue, seconds, sip, step


def test_a_call_is_offered_to_the_agent_who_has_the_skill() -> None:
    day = Day(plan([agent("luc", english=8), agent("amina", french=9)], queue("help", step(french=5))))
    assert day.call("c") == [
        Offer("c.1", "c", "help", "amina", sip("amina"), seconds(20), 0, seconds(0)),
        *day.all(object)[1:],
    ]
    assert day.presence("amina") is Presence.OFFERED
    assert day.presence("luc") is Presence.AVAILABLE


def test_an_answer_joins_and_the_end_frees_the_agent() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c")
    day.after(7)
    day.answer("c.1")
    assert day.all(Joined) == [Joined("c.1", "c", "help", "amina", seconds(7), seconds(7))]
    assert day.presence("amina") is Presence.ON_CALL
    day.after(60)
    day.end("c")
    assert day.all(Finished) == [Finished("c", "help", "amina", seconds(60))]
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_missed_call_keeps_its_place_and_goes_to_the_next_agent() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.after(20)
    day.miss("c.1")
    assert day.all(OfferEnded)[0].cause is MissCause.NO_ANSWER
    assert day.offered() == [("c", "luc")]
    assert day.distributor.queue("help").calls[0].entered_at == day.now - seconds(20)


def test_a_phone_whose_switch_is_gone_rings_no_more_and_its_agent_has_missed_nothing() -> None:
    day = Day(plan([agent("amina"), agent("luc")], queue(missed={MissCause.NO_ANSWER: PauseAfter(1, None)})))
    day.call("c")
    day.tell(PhoneGone(sip("amina")))
    assert day.withdrawn() == [("c.1", "phone-gone")]
    assert day.offered() == [("c", "luc")]
    assert day.presence("amina") is Presence.UNREACHABLE
    day.tell(PhoneGone(sip("paul")))
    day.phone("amina")
    assert day.presence("amina") is Presence.AVAILABLE


def test_a_phone_that_the_rules_have_since_taken_from_its_agent_rings_no_more_either_when_its_switch_is_gone() -> None:
    day = Day(plan([agent("amina", phones=(sip("old"),))]))
    day.call("c")
    day.tell(PlanChanged(plan([agent("amina", phones=(sip("new"),))])))
    day.phone("new")
    day.tell(PhoneGone(sip("old")))
    assert day.withdrawn() == [("c.1", "phone-gone")]
    assert [offer.phone for offer in day.all(Offer)] == [sip("new")]


def test_a_call_for_which_nobody_is_free_waits() -> None:
    day = Day(plan([agent("amina")]))
    day.call("first")
    day.call("second")
    assert day.all(Queued) == [Queued("second", "help", day.now)]
    day.gone("first")
    assert day.all(Abandoned) == [Abandoned("first", "help", seconds(0))]
    assert day.offered() == [("second", "amina")]


def test_wrap_up_is_kept() -> None:
    day = Day(plan([agent("amina")], queue("help", wrap_up=seconds(30))))
    day.call("c")
    day.answer("c.1")
    day.end("c")
    assert day.presence("amina") is Presence.WRAP_UP
    day.call("d")
    assert day.offered() == []
    day.after(29)
    assert day.offered() == []
    day.after(1)
    assert day.offered() == [("d", "amina")]


def test_nobody_off_shift_is_offered_a_call() -> None:
    """Pain 18: elsewhere agents who forget to log out are rung after work."""
    day = Day(plan([agent("amina", "13:00-18:00"), agent("luc", "08:00-13:00", french=1)]), at="12:00")
    day.call("c")
    assert day.offered() == [("c", "luc")]


def test_a_phone_that_rings_at_the_end_of_the_shift_stops() -> None:
    day = Day(plan([agent("amina", "08:00-13:00"), agent("luc", "13:00-18:00")]), at="12:59:50")
    day.call("c")
    day.until("13:00")
    assert day.withdrawn() == [("c.1", "shift-ended")]
    assert day.offered() == [("c", "luc")]


def test_a_call_to_a_closed_queue_is_sent_away() -> None:
    day = Day(plan([agent("amina")], queue("help", opening=hours("10:00-12:00"))))
    day.call("c")
    assert day.diverted() == [("c", "closed")]


def test_a_call_that_nobody_there_could_take_is_sent_away() -> None:
    day = Day(plan([agent("amina", "13:00-18:00", french=9), agent("luc")], queue("help", step(french=5))))
    day.call("c")
    assert day.diverted() == [("c", "no-agent")]


def test_a_call_is_sent_away_when_the_last_able_agent_goes() -> None:
    day = Day(plan([agent("amina", "08:00-10:00")]))
    day.call("c")
    day.answer("c.1")
    day.call("d")
    assert day.diverted() == []
    day.until("10:00")
    assert day.diverted() == [("d", "no-agent")]
    assert day.presence("amina") is Presence.ON_CALL
