"""What agents and lines do to a day."""

from datetime import timedelta

from telekit.domain.destination import ToMenu, ToQueue, ToVoicemail
from telekit.domain.names import MenuName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, MissCause, PauseAfter, Skip
from telekit.domain.route import Menu
from telekit.simulate.conduct import ALWAYS_THERE, Conduct, Recurring
from telekit.simulate.result import Result
from telekit.simulate.run import Run, Setting
from telekit.simulate.slots import Slots
from telekit.simulate.spread import Constant, Exponential
from telekit.simulate.traffic import Traffic
from telekit.simulate.trip import End
from tests.acd.day import ZONE, agent, plan, queue, seconds, step
from tests.simulate.test_run import AN_HOUR, HELP, OPEN_AT, traffic

SALES = QueueName("sales")
END_AT = OPEN_AT + 8 * AN_HOUR
QUIET = traffic(40, 8, Constant(60))
BUSY = traffic(400, 8, Exponential(200), Exponential(60))
TWO = [agent("amina", "00:00-00:00"), agent("luc", "00:00-00:00")]
CENTRE = plan(TWO, queue("help", step()))


def led(rules: Plan, conduct: Conduct, *calls: Traffic) -> Result:
    slots = Slots(OPEN_AT, END_AT, ZONE, AN_HOUR)
    return Run(Setting(rules, OPEN_AT, OPEN_AT, seconds(20), conduct, END_AT, slots), calls, "monday").go()


def agents_hours(result: Result, kind: str) -> float:
    return float(getattr(result.timesheet.of(["amina", "luc"]), kind)) / 3600  # type: ignore[list-item]


def test_who_lets_it_ring_answers_so_much_later() -> None:
    tally = led(CENTRE, Conduct(pickup=Constant(7.0)), QUIET).queue(HELP)
    assert tally.answered > 20
    assert tally.waited >= tally.answered * seconds(7)


def test_longer_than_it_rings_nobody_answers() -> None:
    skipping = plan(TWO, queue("help", step(), missed={MissCause.NO_ANSWER: Skip(seconds(1))}))
    result = led(skipping, Conduct(pickup=Constant(30.0)), traffic(40, 8, Constant(60), Constant(300)))
    assert set(result.ends) == {End.GAVE_UP}


def test_every_offer_that_nobody_takes_makes_the_caller_wait_for_the_next() -> None:
    skipping = plan(TWO, queue("help", step(), missed={MissCause.NO_ANSWER: Skip(seconds(1))}))
    never, often = (led(skipping, Conduct(missed=share), QUIET).queue(HELP) for share in (0.0, 0.5))
    assert never.answered == often.answered
    assert often.waited > 20 * seconds(10)


def test_who_is_paused_for_missed_calls_comes_back() -> None:
    pausing = plan(TWO, queue("help", step(), missed={MissCause.NO_ANSWER: PauseAfter(1)}))
    result = led(pausing, Conduct(missed=0.3, returns=Constant(600.0)), QUIET)
    misses = agents_hours(result, "paused") / (600 / 3600)
    assert 5 < misses < 60
    assert result.queue(HELP).answered == result.queue(HELP).came


def test_breaks_are_as_long_and_as_frequent_as_told() -> None:
    result = led(CENTRE, Conduct(breaks=Recurring(3600.0, 900.0)), QUIET)
    assert 2 * 8 * 0.12 < agents_hours(result, "paused") < 2 * 8 * 0.28  # 15 minutes in each hour and a quarter
    total = sum(agents_hours(result, kind) for kind in ("handling", "available", "rung", "paused"))
    assert abs(total - 16) < 0.1


def test_a_lost_line_cuts_off_its_conversation_and_comes_back() -> None:
    result = led(CENTRE, Conduct(losses=Recurring(1800.0, 120.0)), BUSY)
    assert 5 < result.queue(HELP).cut_off < 40
    assert 0 < agents_hours(result, "paused") < 2
    assert led(CENTRE, ALWAYS_THERE, BUSY).queue(HELP).cut_off == 0


def test_occupancy_is_handle_time_over_handle_time_and_available() -> None:
    result = led(CENTRE, ALWAYS_THERE, QUIET)
    hours = result.timesheet.of(["amina", "luc"])  # type: ignore[list-item]
    talked = result.queue(HELP).talked.total_seconds()
    assert hours.occupancy is not None
    assert abs(hours.occupancy - talked / (2 * 8 * 3600)) < 0.01


def test_who_is_sent_to_another_queue_waits_there_and_counts_once() -> None:
    rules = plan(
        [agent("amina", "00:00-00:00", help=5), agent("luc", "00:00-00:00", sales=5)],
        queue("help", step(help=1), exits=(Exit(seconds(30), ToQueue(SALES)),)),
        queue("sales", step(sales=1)),
    )
    result = led(rules, ALWAYS_THERE, traffic(200, 8, Constant(200), Constant(400)))
    there, total = result.queue(SALES), result.all_calls()
    assert there.passed_in == there.came == result.queue(HELP).passed_on > 50
    assert there.answered > 20
    assert total.came == result.queue(HELP).came == total.answered + total.gave_up
    assert total.waited == result.queue(HELP).waited + there.waited + there.answered * seconds(30)


def test_who_comes_back_from_a_menu_keeps_the_place() -> None:
    rules = plan(TWO[:1], queue("help", step(), exits=(Exit(seconds(30), ToMenu(MenuName("ask"))),)))
    menu = Menu(MenuName("ask"), (), {}, ToQueue(HELP), tries=1, timeout=seconds(5))
    rules = Plan(rules.zone, agents=rules.agents, shifts=rules.shifts, queues=rules.queues, menus={menu.name: menu})
    tally = led(rules, ALWAYS_THERE, traffic(100, 8, Constant(240), Constant(1200))).queue(HELP)
    assert tally.passed_on > 20
    assert tally.longest > timedelta(minutes=2)
    assert tally.gave_up + tally.answered == tally.came - tally.passed_in


def test_voicemail_is_an_end() -> None:
    rules = plan(TWO[:1], queue("help", step(), exits=(Exit(seconds(30), ToVoicemail()),)))
    result = led(rules, ALWAYS_THERE, traffic(100, 8, Constant(240)))
    assert set(result.ends) == {End.ANSWERED, End.VOICEMAIL}
    assert sum(result.ends.values()) == result.queue(HELP).came
