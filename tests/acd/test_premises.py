"""What a plan needs may be made before the plan holds."""

import gc

from telekit.acd.actions import Action
from telekit.acd.events import PlanChanged
from telekit.acd.hall import Hall
from telekit.acd.premises import Premises
from telekit.domain.names import QueueName
from tests.acd.day import Day, agent, plan, queue, seconds, step

BEFORE = plan([agent("amina"), agent("luc")], queue("help", last_offer=seconds(60)), queue("gone"))
AFTER = plan([agent("luc", french=4), agent("nora")], queue("help", step(), step(20)), queue("new"))


def decided(change: PlanChanged) -> list[Action]:
    """Let calls wait, ring and talk across a change; give what is decided from then on."""
    day = Day(BEFORE)
    for call in ("a", "b", "c"):
        day.call(call)
    day.answer("a.1")
    day.call("d", "gone")
    told = list(day.tell(change))
    for agent_ in AFTER.agents.values():
        told += day.phone(agent_.phones[0])
    told += day.call("e", "new")
    return told + day.after(120)


def test_a_plan_with_premises_made_before_holds_as_one_without() -> None:
    told = decided(PlanChanged(AFTER))
    assert told
    assert decided(PlanChanged(AFTER, Premises(AFTER))) == told


def test_the_premises_that_were_made_are_those_that_are_moved_into() -> None:
    day, premises = Day(BEFORE), Premises(AFTER)
    day.tell(PlanChanged(AFTER, premises))
    assert day.distributor.plan is AFTER
    assert day.distributor.roster is premises.roster


def test_it_is_not_part_of_the_news() -> None:
    assert PlanChanged(AFTER, Premises(AFTER)) == PlanChanged(AFTER)
    assert "premises" not in repr(PlanChanged(AFTER, Premises(AFTER)))


def test_a_plan_that_no_longer_holds_goes_at_once_and_without_the_collector() -> None:
    day, gone = Day(BEFORE), BEFORE.queues[QueueName("gone")]
    day.call("a")
    gc.collect()
    gc.disable()
    try:
        day.tell(PlanChanged(AFTER))
        left = [each for each in gc.get_objects() if isinstance(each, Hall) and each.queue is gone]
    finally:
        gc.enable()
    assert left == []
