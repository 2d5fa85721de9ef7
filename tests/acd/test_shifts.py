"""The roster is a gate: no phone rings outside its person's shift, and whoever waits in vain is told so."""

from telekit.acd.actions import Divert, DivertReason, Offer, Queued, Withdraw
from telekit.acd.distributor import Distributor
from telekit.acd.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, CallArrived, PhoneSeen, TimePassed
from telekit.domain.agent import Login
from telekit.domain.presence import Presence
from telekit.domain.queue import CLOSED, NO_AGENT
from tests.acd.day import Day, agent, clock, hours, plan, queue, seconds, sip, step


def test_an_agent_who_comes_on_shift_takes_the_first_call_that_waits() -> None:
    day = Day(plan([agent("amina", "10:00-18:00"), agent("luc", "08:00-18:00")]))
    day.call("x")
    day.answer("x.1")
    day.call("a")
    day.call("b")
    day.until("10:00")
    assert day.offered() == [("a", "amina")]


def test_agents_who_come_on_shift_at_one_instant_take_the_first_calls_between_them() -> None:
    agents = [agent("x"), agent("amina", "10:00-18:00"), agent("luc", "10:00-18:00"), agent("zoe", "10:00-18:00")]
    day = Day(plan(agents))
    day.call("busy")
    day.answer("busy.1")
    for call in ("a", "b", "c", "d"):
        day.call(call)
    day.until("10:00")
    assert day.offered() == [("a", "amina"), ("b", "luc"), ("c", "zoe")]


def test_the_last_offer_may_start_just_before_its_time() -> None:
    for at, offered in (("12:54:59", [("c", "amina")]), ("12:55", [])):
        day = Day(plan([agent("amina", "08:00-13:00")], queue(last_offer=seconds(300))), at=at)
        day.call("c")
        assert day.offered() == offered


def test_an_agent_near_the_end_still_takes_calls_of_queues_that_do_not_mind() -> None:
    agents = [agent("amina", "08:00-13:00"), agent("luc")]
    day = Day(plan(agents, queue("long", last_offer=seconds(300)), queue("short")), at="12:54")
    for call in ("x", "y"):
        day.call(call, "short")
        day.answer(f"{call}.1")
    day.call("first", "long")
    day.call("second", "short")
    day.until("12:56")
    day.end("x")
    assert day.offered() == [("second", "amina")]


def test_an_agent_whose_shift_is_over_is_not_offered_a_call_even_by_a_distributor_that_is_behind() -> None:
    names = [f"early{number}" for number in range(100)]
    agents = [agent(name, "08:00-13:00") for name in names] + [agent("late", "08:00-18:00")]
    distributor = Distributor(plan(agents), clock("12:59"))
    distributor.drain(clock("12:59"))
    for name in (*names, "late"):
        distributor.handle(PhoneSeen(sip(name), True), clock("12:59"))
    actions = distributor.handle(CallArrived("c", "help"), clock("13:00"))
    while (woken := distributor.wakes_at()) is not None and woken <= clock("13:00"):
        actions += distributor.handle(TimePassed(), clock("13:00"))
    assert [action.agent for action in actions if isinstance(action, Offer)] == ["late"]
    assert not [action for action in actions if isinstance(action, Queued)]


def test_thousands_of_shifts_that_start_at_once_are_worked_off_in_small_parts() -> None:
    agents = [agent(f"a{number}", "09:00-18:00") for number in range(500)]
    distributor = Distributor(plan(agents), clock("08:00"))
    distributor.drain(clock("08:00"))
    now, looks = clock("09:00"), 0
    while (woken := distributor.wakes_at()) is not None and woken <= now:
        assert len(distributor.handle(TimePassed(), now)) <= 20
        looks += 1
    assert looks > 20
    assert all(seen.presence.presence is Presence.UNREACHABLE for seen in distributor.agents())


def test_a_queue_that_is_closed_sends_its_calls_away() -> None:
    day = Day(plan([agent("amina")], queue(opening=hours("10:00-12:00"))))
    day.call("c")
    assert day.all(Divert) == [Divert("c", "help", CLOSED, DivertReason.CLOSED, seconds(0))]


def test_a_call_that_waits_when_its_queue_closes_stays() -> None:
    day = Day(plan([agent("amina")], queue(opening=hours("08:00-12:00"))), at="11:59")
    day.call("x")
    day.answer("x.1")
    day.call("c")
    day.until("12:01")
    day.end("x")
    assert day.offered() == [("c", "amina")]


def test_a_call_that_was_let_in_before_a_restart_waits_on_although_its_queue_has_closed() -> None:
    day = Day(plan([agent("amina")], queue(opening=hours("08:00-12:00"))), at="12:01")
    day.call("c", entered="11:59")
    assert day.offered() == [("c", "amina")]


def test_a_call_for_a_queue_that_does_not_exist_is_sent_away() -> None:
    day = Day(plan([agent("amina")]))
    day.call("c", "nowhere")
    assert day.diverted() == [("c", "queue-gone")]


def test_a_call_is_sent_away_when_nobody_there_could_ever_take_it() -> None:
    agents = [agent("amina", "13:00-18:00", french=9), agent("luc", french=4)]
    day = Day(plan(agents, queue("help", step(french=5))))
    day.call("c")
    assert day.all(Divert) == [Divert("c", "help", NO_AGENT, DivertReason.NO_AGENT, seconds(0))]
    assert len(day.last) == 1


def test_a_call_waits_for_agents_of_a_later_step() -> None:
    day = Day(plan([agent("luc", french=4)], queue("help", step(french=5), step(30, french=3))))
    day.call("c")
    assert day.diverted() == []
    day.after(30)
    assert day.offered() == [("c", "luc")]


def test_a_call_is_sent_away_when_a_step_replaces_those_who_could_take_it() -> None:
    agents = [agent("amina", french=9), agent("luc", "13:00-18:00", english=9)]
    day = Day(plan(agents, queue("help", step(french=5), step(30, replace=True, english=5))))
    day.tell(AgentPaused("amina"))
    day.call("c")
    day.after(30)
    assert day.diverted() == [("c", "no-agent")]


def test_agents_who_are_paused_or_unreachable_or_talk_count_as_there() -> None:
    day = Day(plan([agent("amina"), agent("luc"), agent("zoe")]), reachable=False)
    day.phone("luc")
    day.tell(AgentPaused("amina"))
    day.call("x")
    day.answer("x.1")
    day.tell(AgentLoggedOut("zoe"))
    day.call("c")
    assert day.diverted() == []


def test_agents_who_did_not_log_in_do_not_count_as_there() -> None:
    day = Day(plan([agent("amina", login=Login.CODE)]))
    day.call("c")
    assert day.diverted() == [("c", "no-agent")]
    day.tell(AgentLoggedIn("amina"))
    day.call("d")
    assert day.offered() == [("d", "amina")]


def test_calls_are_sent_away_when_the_last_who_could_take_them_logs_out() -> None:
    day = Day(plan([agent("amina", french=9), agent("luc")], queue("help", step(french=1)), queue("other")))
    day.tell(AgentPaused("amina"), AgentPaused("luc"))
    day.call("c")
    day.call("d", "other")
    day.tell(AgentLoggedOut("amina"))
    assert day.diverted() == [("c", "no-agent")]


def test_calls_are_sent_away_when_nobody_may_be_offered_one_any_more_before_the_shift_ends() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")], queue(last_offer=seconds(300))), at="12:50")
    day.call("x")
    day.answer("x.1")
    day.call("c")
    day.until("12:55")
    assert day.diverted() == [("c", "no-agent")]


def test_a_change_of_shift_leaves_nobody_without_an_agent() -> None:
    day = Day(plan([agent("amina", "08:00-13:00"), agent("luc", "13:00-18:00")]), at="12:59")
    day.tell(AgentPaused("amina"))
    day.call("c")
    day.until("13:00")
    assert day.diverted() == []
    assert day.offered() == [("c", "luc")]


def test_a_change_of_shift_leaves_nobody_without_an_agent_while_it_is_being_worked_off() -> None:
    changing = plan([agent("amina", "08:00-13:00"), agent("luc", "13:00-18:00")])
    distributor = Distributor(changing, clock("12:59"), batch=1)
    distributor.drain(clock("12:59"))
    distributor.handle(CallArrived("c", "help"), clock("12:59"))
    actions = distributor.drain(clock("13:00"))
    assert not [action for action in actions if isinstance(action, Divert)]


def test_a_phone_that_rings_at_the_end_of_the_shift_stops_before_all_else_that_is_due() -> None:
    agents = [agent(f"early{number}", "08:00-13:00") for number in range(50)]
    distributor = Distributor(plan([*agents, agent("late")]), clock("12:59:50"), batch=1)
    distributor.drain(clock("12:59:50"))
    distributor.handle(PhoneSeen(sip("early49"), True), clock("12:59:50"))
    distributor.handle(CallArrived("c", "help"), clock("12:59:50"))
    assert next(type(a) for a in distributor.handle(TimePassed(), clock("13:00"))) is Withdraw


def test_however_many_agents_near_their_end_the_one_who_is_not_gets_the_call_at_once() -> None:
    agents = [agent(f"early{number}", "08:00-13:00") for number in range(60)]
    day = Day(plan([*agents, agent("late")], queue(last_offer=seconds(300))), at="12:56")
    actions = day.distributor.handle(CallArrived("c", "help"), day.now)
    assert [action.agent for action in actions if isinstance(action, Offer)] == ["late"]


def test_a_call_whose_only_agent_is_being_rung_at_the_last_minute_is_not_sent_away() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")], queue(last_offer=seconds(300))), at="12:54:55")
    day.call("c")
    day.until("12:55")
    assert day.diverted() == []
    day.miss("c.1")
    assert day.diverted() == [("c", "no-agent")]
