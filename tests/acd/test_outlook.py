"""What a waiting call has to expect: its place, and how long it will still wait."""

from telekit.acd.estimate import ENOUGH
from telekit.acd.events import CallArrived, PlanChanged
from telekit.acd.outlook import Outlook
from telekit.domain.destination import ToVoicemail
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.preference import Preferred
from telekit.domain.queue import Exit
from tests.acd.day import Day, agent, plan, queue, seconds, step
from tests.acd.lively_day import MINUTE, LivelyDay


def test_a_call_that_does_not_wait_has_no_outlook() -> None:
    day = Day(plan([agent("amina")]))
    assert day.distributor.outlook(CallId("nobody"), day.now) is None


def test_the_position_counts_the_calls_that_the_same_agents_could_serve_before() -> None:
    rules = plan(
        [agent("amina", french=5), agent("luc", english=5), agent("nora", french=5, english=5)],
        queue("french", step(french=1)),
        queue("english", step(english=1)),
        queue("spanish", step(spanish=1)),
    )
    day = Day(rules)
    for name in ("a", "b", "c"):
        day.call(name, "french")
        day.answer(f"{name}.1")
    for name, where in (("one", "french"), ("two", "english"), ("three", "french")):
        day.call(name, where)
    positions = {}
    for name in ("c", "one", "two", "three"):
        outlook = day.distributor.outlook(CallId(name), day.now)
        positions[name] = outlook and outlook.position
    assert positions == {"c": 1, "one": 2, "two": 3, "three": 4}


def test_a_call_with_a_higher_priority_comes_before() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=60)
    day.begin("talks")
    day.call("first")
    day.call("urgent", priority=10)
    assert day.outlook("first").position == 2
    assert day.outlook("urgent").position == 1


def test_each_call_ahead_costs_a_conversation_shared_by_those_who_are_there() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc")]), talks=300)
    day.begin("talks-1")
    day.begin("talks-2")
    for number in range(5):
        day.call(f"waits-{number}")
    waits = [day.wait(f"waits-{number}") for number in range(5)]
    assert waits == [300, 300, 600, 600, 900]


def test_lengths_that_vary_give_a_spread() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=100)
    day.live(500)
    day.begin("talks")
    day.call("waits")
    estimate = day.outlook("waits").estimate
    assert estimate is not None
    assert estimate.least == seconds(100)
    assert estimate.most == seconds(500)
    assert estimate.conversations == 2 * ENOUGH


def test_a_wait_is_not_known_well_until_enough_conversations_were_seen() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=60)
    day.begin("talks")
    day.call("waits")
    assert (known := day.outlook("waits").estimate)
    assert known.known_well
    early = LivelyDay(plan([agent("amina")]), talks=60, times=ENOUGH - 1)
    early.begin("talks")
    early.call("waits")
    assert (unknown := early.outlook("waits").estimate)
    assert not unknown.known_well


def test_a_wait_is_not_known_well_when_it_may_as_well_be_thrice_as_long() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=100)
    day.live(1000)
    day.begin("talks")
    day.call("waits")
    assert (estimate := day.outlook("waits").estimate)
    assert not estimate.known_well


def test_nothing_is_estimated_before_the_first_conversation_is_over() -> None:
    day = Day(plan([agent("amina")]))
    day.call("talks")
    day.answer("talks.1")
    day.call("waits")
    assert day.distributor.outlook(CallId("waits"), day.now) == Outlook(1, None)


def test_a_call_ahead_that_others_can_serve_too_is_not_in_the_way() -> None:
    rules = plan(
        [agent("amina", french=5), agent("luc", french=5, english=5)],
        queue("french", step(french=1)),
        queue("english", step(english=1)),
    )
    day = LivelyDay(rules, talks=300, queue="french")
    day.live(300, "english")
    day.begin("talks-1", "french")
    day.begin("talks-2", "english")
    day.after(100)
    day.call("ahead", "french")
    day.call("waits", "english")
    assert day.outlook("waits").position == 2
    assert day.wait("waits") == 200


def test_callers_who_give_up_leave_their_turn_to_those_behind() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=300)
    day.begin("talks")
    for number in range(40):
        day.call(f"impatient-{number}")
        day.after(10)
        day.gone(f"impatient-{number}")
    day.end("talks")
    day.begin("talks-2")
    for number in range(5):
        day.call(f"ahead-{number}")
    day.call("waits")
    assert day.wait("waits") < 5 * 300


def test_a_plan_that_changes_is_heeded_at_once() -> None:
    amina, luc = agent("amina"), agent("luc", "12:00-18:00")
    day = LivelyDay(plan([amina]), "08:00", talks=300)
    day.until("11:58")
    day.begin("talks")
    day.call("waits")
    assert day.wait("waits") == 300
    day.phone("luc")
    day.tell(PlanChanged(plan([amina, luc])))
    assert day.wait("waits") == 2 * MINUTE


def test_callers_who_will_come_with_a_higher_priority_are_counted_on() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=300)
    for number in range(20):
        day.call(f"urgent-{number}", priority=10)
        day.answer(f"urgent-{number}.1")
        day.after(300)
        day.end(f"urgent-{number}")
        day.after(200)
    day.begin("talks")
    day.call("usual")
    day.call("urgent", priority=10)
    assert day.wait("urgent") == 300
    day.gone("urgent")
    assert day.outlook("usual").position == 1
    assert day.wait("usual") > 300


def test_priorities_that_age_let_nobody_before_for_long() -> None:
    day = LivelyDay(plan([agent("amina")], queue(ages=seconds(1))), talks=300)
    for number in range(20):
        day.call(f"urgent-{number}", priority=10)
        day.answer(f"urgent-{number}.1")
        day.after(300)
        day.end(f"urgent-{number}")
        day.after(200)
    day.begin("talks")
    day.call("usual")
    assert (estimate := day.outlook("usual").estimate)
    assert estimate.least == estimate.most == seconds(300)


def test_nothing_is_estimated_of_a_call_that_may_be_sent_away_before() -> None:
    day = LivelyDay(plan([agent("amina")], queue(exits=(Exit(seconds(200), ToVoicemail()),))), talks=300)
    day.begin("talks")
    day.call("waits")
    assert day.outlook("waits").estimate is None
    day.gone("waits")
    day.after(150)
    day.call("waits-less")
    assert day.wait("waits-less") == 150


def test_a_call_ahead_that_will_be_sent_away_leaves_its_turn() -> None:
    rules = plan(
        [agent("amina")],
        queue("help"),
        queue("short", exits=(Exit(seconds(200), ToVoicemail()),)),
    )
    day = LivelyDay(rules, talks=300)
    day.begin("talks")
    day.call("goes", "short")
    day.call("waits")
    assert day.outlook("waits").position == 2
    assert day.wait("waits") == 300


def test_a_long_line_before_many_agents_is_estimated_like_a_short_one() -> None:
    day = LivelyDay(plan([agent(f"agent-{number:03}") for number in range(400)]), talks=300)
    for number in range(400):
        day.begin(f"talks-{number}")
    for number in range(400):
        day.call(f"waits-{number}")
    assert day.outlook("waits-399").position == 400
    assert day.wait("waits-0") == 300
    assert day.wait("waits-399") == 300
    day.call("one-more")
    assert day.wait("one-more") == 600


def test_the_same_line_gives_the_same_estimate() -> None:
    def outlook() -> Outlook:
        day = LivelyDay(plan([agent("amina"), agent("luc")]), talks=100)
        day.live(500)
        for name in ("a", "b", "c", "d"):
            day.call(name)
        return day.outlook("d")

    assert outlook() == outlook()


def test_a_call_that_is_held_for_an_agent_waits_for_them_or_for_the_end_of_that() -> None:
    day = LivelyDay(plan([agent("amina"), agent("luc")]), talks=300)
    day.begin("talks")
    for name, span in (("patient", 600), ("less-so", 40)):
        preferred = Preferred(AgentName("amina"), seconds(span))
        day.tell(CallArrived(CallId(name), QueueName("help"), preferred=preferred))
    assert day.wait("patient") == 300
    assert day.wait("less-so") == 40


def test_a_conversation_that_lasts_is_compared_with_those_that_lasted_longer() -> None:
    day = LivelyDay(plan([agent("amina")]), talks=100)
    day.live(500)
    day.begin("talks")
    day.after(200)
    day.call("waits")
    assert day.wait("waits") == 300


def test_conversations_of_a_queue_of_which_none_was_seen_are_taken_for_the_usual() -> None:
    day = LivelyDay(plan([agent("amina")], queue("help"), queue("new")), talks=300)
    day.begin("talks", "new")
    day.call("ahead", "new")
    day.call("waits")
    assert day.outlook("waits").position == 2
    assert day.wait("waits") == 600


def test_of_a_crowd_that_is_not_ones_own_only_the_part_that_falls_to_ones_agents_counts() -> None:
    both = [agent("amina", english=1, french=1), agent("luc", english=1, french=1)]
    others = [agent(f"agent-{number:03}", english=1) for number in range(298)]
    rules = plan([*both, *others], queue("english", step(english=1)), queue("french", step(french=1)))
    day = LivelyDay(rules, talks=300, queue="french")
    day.live(300, "english")
    for number in range(300):
        day.begin(f"talks-{number}", "english")
    for number in range(300):
        day.call(f"ahead-{number}", "english")
    day.call("waits", "french")
    assert day.outlook("waits").position == 301
    assert day.wait("waits") == 600
