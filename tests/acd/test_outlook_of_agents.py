"""What agents do, and when they work, means for the calls that wait for them."""

from telekit.acd.events import AgentPaused, OfferMissed, WrapUpEnded
from telekit.acd.outlook import Outlook
from telekit.domain.agent import Login
from telekit.domain.names import AgentName, OfferId
from telekit.domain.queue import MissCause, Strategy
from tests.acd.day import agent, plan, queue, seconds, step
from tests.acd.lively_day import MINUTE, LivelyDay


def test_the_wait_is_what_is_left_of_the_conversation_and_of_the_wrap_up() -> None:
    day = LivelyDay(plan([agent("amina")], queue(wrap_up=seconds(30))), talks=300)
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 330
    day.after(200)
    assert day.wait("waits") == 130
    day.after(100)
    day.end("talks")
    assert day.wait("waits") == 30


def test_who_is_paused_does_not_count() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc")]), talks=300)
    day.begin("talks-1")
    day.after(200)
    day.begin("talks-2")
    day.call("waits")
    assert day.wait("waits") == 100
    day.tell(AgentPaused(AgentName("amina"), "lunch"))
    assert day.wait("waits") == 300


def test_a_shift_that_starts_soon_shortens_the_wait() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc", "12:00-18:00")]), "08:00", talks=300)
    day.until("11:58")
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 2 * MINUTE


def test_a_shift_for_which_one_logs_in_by_code_is_not_counted_on() -> None:
    rules = plan([agent("amina"), agent("luc", "12:00-18:00", login=Login.CODE)])
    day = LivelyDay(rules, "08:00", talks=300)
    day.until("11:58")
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 300


def test_a_phone_out_of_reach_is_not_counted_on() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc", "12:00-18:00")]), "08:00", talks=300)
    day.phone("luc", reachable=False)
    day.until("11:58")
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 300


def test_a_shift_that_ends_leaves_the_calls_to_the_others() -> None:
    rules = plan([agent("amina", "08:00-12:00"), agent("luc", "08:00-18:00")])
    day = LivelyDay(rules, "08:00", talks=300)
    day.until("11:57")
    day.begin("talks-1")
    day.after(60)
    day.begin("talks-2")
    day.call("waits")
    assert day.wait("waits") == 300


def test_nothing_is_estimated_when_nobody_will_be_there() -> None:
    day = LivelyDay(plan([agent("amina", "08:00-12:00")]), "08:00", talks=300)
    day.until("11:58")
    day.begin("talks")
    day.call("waits")
    assert day.outlook("waits") == Outlook(1, None)


def test_agents_to_whom_the_call_widens_count_from_then_on() -> None:
    rules = plan(
        [agent("amina", french=9), agent("luc", french=3)],
        queue("help", step(french=5), step(45, french=1)),
    )
    day = LivelyDay(rules, talks=300)
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 45


def test_an_agent_whose_phone_rings_will_talk_first() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=300)
    day.call("rings")
    day.call("waits")
    assert day.wait("waits") == 300
    assert day.outlook("waits").position == 2


def test_a_wrap_up_that_agents_end_early_counts_as_it_is() -> None:
    day = LivelyDay(plan([agent("amina")], queue(wrap_up=seconds(50))), talks=300)
    for number in range(25):
        day.begin(f"short-{number}")
        day.after(300)
        day.end(f"short-{number}")
        day.after(10)
        day.tell(WrapUpEnded(AgentName("amina")))
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 310


def test_of_all_whose_phones_ring_for_a_call_one_will_talk() -> None:
    rules = plan([agent("amina"), agent("luc")], queue("help", step(strategy=Strategy.RING_ALL)))
    day = LivelyDay(rules, talks=300)
    day.call("rings")
    day.call("waits")
    assert day.wait("waits") == 0


def test_an_agent_whose_shift_ends_takes_no_call_after_that() -> None:
    rules = plan([agent("amina", "08:00-12:00"), agent("luc", "08:00-18:00")])
    day = LivelyDay(rules, "08:00", talks=300)
    day.until("11:54")
    day.begin("talks-1")
    day.begin("talks-2")
    for number in range(3):
        day.call(f"ahead-{number}")
    day.call("waits")
    assert day.wait("waits") == 900


def test_a_wrap_up_follows_each_conversation_ahead() -> None:
    day = LivelyDay(plan([agent("amina")], queue(wrap_up=seconds(30))), talks=300)
    day.begin("talks")
    day.call("ahead")
    day.call("waits")
    assert day.wait("waits") == 660


def test_an_idle_agent_whose_shift_ends_before_the_call_widens_does_not_count() -> None:
    rules = plan(
        [agent("amina", french=9), agent("luc", "08:00-12:00", french=3)],
        queue("help", step(french=5), step(90, french=1)),
    )
    day = LivelyDay(rules, "08:00", talks=300)
    day.until("11:59")
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 300


def test_who_gets_no_call_in_the_last_minutes_of_a_shift_does_not_count_in_them() -> None:
    rules = plan(
        [agent("amina", "08:00-12:00"), agent("luc", "08:00-18:00")],
        queue("help", last_offer=seconds(300)),
    )
    day = LivelyDay(rules, "08:00", talks=300)
    day.until("11:52")
    day.begin("talks-1")
    day.after(60)
    day.begin("talks-2")
    day.call("waits")
    assert day.wait("waits") == 300


def test_an_agent_who_gets_no_call_for_a_while_counts_from_then_on() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc")]), talks=300)
    day.call("refused")
    day.tell(OfferMissed(OfferId("refused.1"), MissCause.REJECTED))
    day.answer("refused.2")
    day.call("waits")
    assert day.wait("waits") == 30


def test_an_agent_in_a_call_of_their_own_is_taken_to_talk_as_long_as_others() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=300)
    day.phone("amina", engaged=True)
    day.after(100)
    day.call("waits")
    assert day.wait("waits") == 200


def test_who_takes_some_time_to_answer_is_waited_for_so_long() -> None:
    day = LivelyDay(plan([agent("amina")], queue(wrap_up=seconds(30))), talks=300, answers=10)
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 340
    day.after(300)
    day.end("talks")
    day.after(30)
    day.call("next")
    assert day.wait("next") == 10 + 300 + 30 + 10
    day.after(4)
    assert day.wait("next") == 6 + 300 + 30 + 10
