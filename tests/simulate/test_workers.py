"""Runs again and again."""

from telekit.domain.names import QueueName
from telekit.simulate.likely import difference, likely
from telekit.simulate.run import Setting
from telekit.simulate.spread import Exponential
from telekit.simulate.workers import go_all, tasks_of
from tests.acd.day import agent, plan, queue, step
from tests.simulate.test_run import HELP, IN_TIME, OPEN_AT, centre, traffic

RUNS = 6


def abandoning(agents: int, calls: float = 100, seed: str = "monday", cores: int = 1) -> list[float]:
    setting = Setting(centre(agents), OPEN_AT, OPEN_AT, IN_TIME)
    arriving = [traffic(calls, 1, Exponential(120), Exponential(60))]
    return [run.queue(HELP).abandoning for run in go_all(tasks_of(setting, arriving, RUNS, seed), cores, [].append)]


def test_each_run_has_calls_of_its_own_and_one_seed_always_the_same() -> None:
    assert len(set(abandoning(3))) == RUNS
    assert abandoning(3) == abandoning(3) != abandoning(3, seed="tuesday")


def test_several_cores_say_the_same_as_one() -> None:
    assert abandoning(3, cores=2) == abandoning(3)


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
    (run,) = go_all(tasks_of(setting, [help_calls, quiet], 1, "monday"), 1, [].append)
    assert (run.queue(HELP).came > 20, run.queue(QueueName("sales")).came) == (True, 0)
    assert run.queue(QueueName("sales")).speed_of_answer is None
