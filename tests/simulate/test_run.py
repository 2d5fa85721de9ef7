"""Simulated calls beside what is known without simulating."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, stdev

import pytest

from telekit.domain.callback import CallbackRules, Keep
from telekit.domain.destination import ToVoicemail, Treatment
from telekit.domain.names import QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, Strategy
from telekit.planning.demand import Demand
from telekit.planning.erlang import predict
from telekit.simulate.run import Run, Setting
from telekit.simulate.spread import Constant, Exponential, Spread
from telekit.simulate.tally import Tally
from telekit.simulate.traffic import Burst, Traffic
from tests.acd.day import agent, clock, plan, queue, seconds, step

HELP = QueueName("help")
IN_TIME = seconds(20)
OPEN_AT = clock("09:00")
RUNS = 10
HOURS = 20
AN_HOUR = timedelta(hours=1)


def centre(agents: int) -> Plan:
    people = [agent(f"agent-{number}", "00:00-00:00") for number in range(agents)]
    return plan(people, queue("help", step(0, Strategy.LONGEST_IDLE)))


def traffic(calls: float, hours: float, talk: Spread, patience: Spread | None = None) -> Traffic:
    return Traffic(HELP, (Burst(OPEN_AT, OPEN_AT + hours * AN_HOUR, calls),), talk, patience)


def lead(
    rules: Plan, *calls: Traffic, seed: object = 1, counts_from: datetime = OPEN_AT, within: timedelta = IN_TIME
) -> Tally:
    return Run(Setting(rules, OPEN_AT, counts_from, within), calls, seed).go().queue(HELP)


def agrees(expected: float, of: Callable[[Tally], float], runs: Sequence[Tally]) -> None:
    """Check that the mean of the runs lies within three standard errors."""
    values = [of(run) for run in runs]
    error = stdev(values) / sqrt(len(values))
    assert abs(mean(values) - expected) <= 3 * error, f"{mean(values)} is not {expected} with an error of {error}"
    assert error < 0.1 * max(expected, 0.02), "the runs are too few to tell"


@pytest.mark.parametrize(("an_hour", "patience"), [(60, None), (100, 60.0)], ids=["Erlang C", "Erlang A"])
def test_a_queue_of_random_calls_agrees_with_its_formula(an_hour: int, patience: float | None) -> None:
    """Six agents, calls of four minutes each."""
    demand = Demand(an_hour, AN_HOUR, seconds(240), seconds(patience) if patience is not None else None)
    calls = traffic(an_hour * HOURS, HOURS, Exponential(240), Exponential(patience) if patience is not None else None)
    runs = [lead(centre(6), calls, seed=seed, counts_from=OPEN_AT + AN_HOUR) for seed in range(RUNS)]
    expected = predict(demand, 6, IN_TIME)
    assert expected.speed_of_answer is not None
    agrees(expected.waiting, lambda run: run.waiting, runs)
    agrees(expected.service_level, lambda run: run.service_level, runs)
    if patience is not None:
        agrees(expected.abandoning, lambda run: run.abandoning, runs)


def test_every_call_has_one_end() -> None:
    tally = lead(centre(3), traffic(150, 2, Exponential(200), Exponential(40)))
    assert tally.came == tally.answered + tally.gave_up + tally.diverted
    assert min(tally.answered, tally.gave_up) > 20
    assert tally.at_once <= tally.in_time <= tally.answered


def test_one_seed_is_one_day() -> None:
    calls = traffic(100, 1, Exponential(120), Exponential(60))
    assert lead(centre(3), calls, seed="monday") == lead(centre(3), calls, seed="monday")
    assert lead(centre(3), calls, seed="monday") != lead(centre(3), calls, seed="tuesday")


def test_other_rules_lead_the_same_calls() -> None:
    calls = traffic(100, 1, Exponential(120), Exponential(60))
    few, many = lead(centre(1), calls), lead(centre(40), calls)
    assert few.came == many.came == many.answered
    assert few.answered < many.answered


def test_with_agents_enough_nobody_waits_and_talks_are_as_long_as_drawn() -> None:
    tally = lead(centre(40), traffic(100, 1, Constant(90)))
    assert (tally.waiting, tally.service_level, tally.speed_of_answer) == (0.0, 1.0, seconds(0))
    assert tally.talked == tally.came * seconds(90)


def test_the_wrap_up_of_the_rules_keeps_agents_from_calls() -> None:
    people = [agent(f"agent-{number}", "00:00-00:00") for number in range(4)]
    relaxed = plan(people, queue("help", step(), wrap_up=seconds(120)))
    calls = traffic(80, 1, Constant(90), Exponential(60))
    assert lead(relaxed, calls).abandoning > lead(centre(4), calls).abandoning


def test_calls_that_the_rules_send_away_are_told_apart() -> None:
    impatient = plan([agent("amina", "00:00-00:00")], queue("help", step(), exits=(Exit(seconds(30), ToVoicemail()),)))
    tally = lead(impatient, traffic(60, 1, Constant(300)))
    assert tally.diverted > 20
    assert tally.gave_up == 0
    assert tally.came == tally.answered + tally.diverted


def test_nobody_is_called_back_in_a_run_and_who_is_asked_at_night_is_sent_on_at_once() -> None:
    no_agent = Treatment((), ToVoicemail(), offers_callback=True)
    kept = queue("help", step(), callback=CallbackRules(keep=Keep.NEXT_SHIFT), no_agent=no_agent)
    tally = lead(plan([agent("amina", "20:00-21:00")], kept), traffic(60, 1, Constant(300)))
    assert tally.came == tally.diverted > 20
    assert tally.longest == seconds(0)


def test_calls_of_the_first_while_are_led_but_not_counted() -> None:
    calls = traffic(200, 2, Exponential(60))
    later = lead(centre(4), calls, counts_from=OPEN_AT + AN_HOUR)
    assert 0 < later.came < lead(centre(4), calls).came
    assert later.came == later.answered
