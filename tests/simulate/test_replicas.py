"""Runs again and again."""

from telekit.domain.names import QueueName
from telekit.simulate.likely import difference, likely
from telekit.simulate.replicas import replicas
from telekit.simulate.run import Setting
from telekit.simulate.spread import Exponential
from tests.acd.day import agent, plan, queue, step
from tests.simulate.test_run import HELP, IN_TIME, OPEN_AT, centre, traffic

RUNS = 6


def abandoning(agents: int, calls: float = 100, seed: str = "monday") -> list[float]:
    setting = Setting(centre(agents), OPEN_AT, OPEN_AT, IN_TIME)
    arriving = [traffic(calls, 1, Exponential(120), Exponential(60))]
    return [run[HELP].abandoning for run in replicas(setting, arriving, RUNS, seed)]


def test_each_run_has_calls_of_its_own_and_one_seed_always_the_same() -> None:
    assert len(set(abandoning(3))) == RUNS
    assert abandoning(3) == abandoning(3) != abandoning(3, seed="tuesday")


def test_one_agent_more_shows_although_days_differ() -> None:
    with_three, with_four = abandoning(3), abandoning(4)
    paired = difference(with_three, with_four)
    assert paired.mean < 0
    assert paired.is_beyond_chance
    assert paired.margin < likely(with_three).margin + likely(with_four).margin


def test_rules_that_are_the_same_show_no_difference() -> None:
    assert difference(abandoning(3), abandoning(3)).mean == 0.0


def test_two_queues_that_share_agents_are_told_apart() -> None:
    rules = plan([agent("amina", "00:00-00:00")], queue("help", step()), queue("sales", step()))
    setting = Setting(rules, OPEN_AT, OPEN_AT, IN_TIME)
    help_calls, quiet = traffic(40, 1, Exponential(60), Exponential(60)), traffic(0, 1, Exponential(60))
    quiet = type(quiet)(QueueName("sales"), quiet.bursts, quiet.talk)
    (run,) = replicas(setting, [help_calls, quiet], 1, "monday")
    assert (run[HELP].came > 20, run[QueueName("sales")].came) == (True, 0)
    assert run[QueueName("sales")].speed_of_answer is None
