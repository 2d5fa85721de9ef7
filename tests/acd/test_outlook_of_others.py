"""What other calls and queues mean for a call's place and expected wait."""

from telekit.acd.events import CallArrived
from telekit.domain.destination import ToMenu
from telekit.domain.names import AgentName, CallId, MenuName, QueueName
from telekit.domain.preference import Preferred
from telekit.domain.queue import Exit
from tests.acd.day import agent, plan, queue, seconds, step
from tests.acd.lively_day import LivelyDay

STRANGERS = plan(
    [agent("amina", french=5), agent("luc", spanish=5)],
    queue("french", step(french=1)),
    queue("spanish", step(spanish=1)),
)


def test_calls_that_others_serve_are_not_in_the_way() -> None:
    day = LivelyDay(STRANGERS, talks=300, queue="french")
    day.begin("talks-1", "spanish")
    day.begin("talks-2", "french")
    day.call("ahead", "spanish", priority=5)
    day.call("waits", "french")
    assert day.outlook("waits").position == 1
    assert day.wait("waits") == 300


def test_callers_who_will_come_to_others_go_before_nobody() -> None:
    day = LivelyDay(STRANGERS, talks=300, queue="french")
    for number in range(60):
        day.call(f"urgent-{number}", "spanish", priority=10)
        day.answer(f"urgent-{number}.1")
        day.after(60)
        day.end(f"urgent-{number}")
    day.begin("talks", "french")
    day.call("waits", "french")
    assert (estimate := day.outlook("waits").estimate)
    assert estimate.most == seconds(300)


def test_an_exit_that_a_call_has_taken_is_behind_it() -> None:
    exits = (Exit(seconds(60), ToMenu(MenuName("stay"))),)
    day = LivelyDay(plan([agent("amina")], queue(exits=exits)), talks=300)
    day.begin("talks")
    entered_at = day.now - seconds(70)
    day.tell(CallArrived(CallId("back"), QueueName("help"), entered_at=entered_at, exited=seconds(60)))
    assert day.wait("back") == 300


def test_a_held_call_that_widens_meanwhile_is_everybodys_it_widened_to() -> None:
    rules = plan(
        [agent("amina", french=9), agent("luc", french=9), agent("nora", french=3)],
        queue("help", step(french=5), step(20, french=1)),
    )
    day = LivelyDay(rules, talks=300)
    day.begin("talks-1")
    day.begin("talks-2")
    preferred = Preferred(AgentName("amina"), seconds(40))
    day.tell(CallArrived(CallId("held"), QueueName("help"), preferred=preferred))
    assert day.wait("held") == 40


def test_a_wait_of_hours_is_not_estimated() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=300)
    day.begin("talks")
    for number in range(30):
        day.call(f"waits-{number}")
    assert day.wait("waits-22") == 23 * 300
    assert day.outlook("waits-29").estimate is None
