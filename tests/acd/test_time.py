"""A clock that jumps, news of time that come late, and many things at one instant."""

from telekit.acd.actions import Finished, Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import CallArrived, PhoneSeen, TimePassed
from telekit.domain.presence import Presence
from telekit.roster.block import FOREVER
from tests.acd.day import Day, agent, clock, plan, queue, seconds, sip, step


def test_a_clock_that_is_put_back_does_not_turn_back_time() -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(30))))
    day.call("c")
    day.answer("c.1")
    day.now = clock("08:30")
    day.end("c")
    assert [finished.talked for finished in day.all(Finished)] == [seconds(0)]
    assert day.distributor.agent("amina").wrap_until_at == clock("09:00:30")
    assert day.distributor.wakes_at() > clock("09:00")


def test_a_call_that_entered_in_the_future_entered_now() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c", entered="09:30")
    assert [offer.waited for offer in day.all(Offer)] == [seconds(0)]


def test_what_was_due_long_ago_happens_in_its_order_before_the_news() -> None:
    day = Day(plan([agent("amina", "08:00-10:00,11:00-12:00")], queue(wrap_up=seconds(30))))
    day.call("c")
    day.answer("c.1")
    day.end("c")
    day.now = clock("11:30")
    day.tell(TimePassed())
    told = [(action.now.presence, action.now.since_at) for action in day.last if hasattr(action, "was")]
    assert told == [
        (Presence.AVAILABLE, clock("09:00:30")),
        (Presence.LOGGED_OUT, clock("10:00")),
        (Presence.AVAILABLE, clock("11:00")),
    ]


def test_an_offer_is_judged_by_the_moment_it_is_made_not_by_that_of_late_news() -> None:
    distributor = Distributor(plan([agent("amina", "08:00-10:00"), agent("luc", "08:00-12:00")]), clock("09:00"))
    distributor.drain(clock("09:00"))
    for name in ("amina", "luc"):
        distributor.handle(PhoneSeen(sip(name), True), clock("09:00"))
    actions = distributor.handle(CallArrived("c", "help"), clock("10:00"))
    assert [action.agent for action in actions if isinstance(action, Offer)] == ["luc"]


def test_it_sleeps_for_ever_when_time_alone_changes_nothing() -> None:
    day = Day(plan([agent("amina", "00:00-00:00")]))
    assert day.distributor.agent("amina").off_at == FOREVER
    assert day.distributor.wakes_at() is None


def test_nothing_wakes_it_for_an_offer_that_was_answered_or_a_call_that_has_left() -> None:
    day = Day(plan([agent("amina", "00:00-00:00")], queue("help", step(), step(30))))
    day.call("c")
    day.call("waits")
    assert day.distributor.wakes_at() == clock("09:00:30")
    day.answer("c.1")
    day.gone("waits")
    assert day.distributor.wakes_at() is None


def test_it_wakes_for_the_next_step_of_a_waiting_call() -> None:
    day = Day(plan([agent("amina", french=1)], queue("help", step(french=5), step(30, french=1))))
    day.call("c")
    assert day.distributor.wakes_at() == day.now + seconds(30)


def test_a_plan_with_nothing_in_it_is_fine() -> None:
    day = Day(plan([]))
    day.call("c")
    assert day.diverted() == [("c", "no-agent")]


def test_looks_that_were_asked_for_do_not_pile_up_until_the_end_of_the_shift() -> None:
    day = Day(plan([agent("amina", "08:00-18:00")], queue(wrap_up=seconds(5))))
    for number in range(50):
        day.talk(f"c{number}")
        day.after(5)
    day.now, looks = clock("18:00"), 0
    while (woken := day.distributor.wakes_at()) is not None and woken <= day.now:
        day.distributor.handle(TimePassed(), day.now)
        looks += 1
    assert looks <= 2
