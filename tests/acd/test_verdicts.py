"""Why an agent may not be offered a call, told by the checks that decide."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from telekit.acd.eligibility import Obstacle
from telekit.acd.events import AgentLoggedOut, AgentPaused, OfferDropped
from telekit.acd.verdict import Verdict
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.origin import Origin
from telekit.domain.queue import MissCause, Strategy
from tests.acd.day import Day, agent, clock, plan, queue, seconds, step

SKILLS, SHIFTS, PHONE = (Origin("rules/agents.yaml", line, 5) for line in (3, 4, 5))


def _verdict(day: Day, name: str, step: int = 0) -> Verdict:
    return next(verdict for verdict in day.distributor.explain("help", step) if verdict.agent == name)


def _written(name: str, shift: str = "08:00-18:00", **skills: int) -> Agent:
    """Make an agent whose every key has an origin."""
    return replace(agent(name, shift, **skills), places={"skills": SKILLS, "shifts": SHIFTS, "phone": PHONE})


def test_a_skill_that_is_lacking_is_named_with_its_place() -> None:
    day = Day(plan([_written("luc", french=8)], queue("help", step(billing=5, french=5))))
    assert _verdict(day, "luc") == Verdict(
        AgentName("luc"), Obstacle.SKILL_LACKING, None, "lacks billing", None, SKILLS
    )


def test_a_skill_that_is_too_weak_is_told_with_both_levels() -> None:
    day = Day(plan([_written("luc", billing=5)], queue("help", step(billing=7))))
    assert _verdict(day, "luc") == Verdict(
        AgentName("luc"), Obstacle.SKILL_TOO_WEAK, None, "billing 5 < 7", None, SKILLS
    )


def test_a_shift_that_ended_is_named() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")]), at="13:00")
    verdict = _verdict(day, "amina")
    assert (verdict.obstacle, verdict.detail) == (Obstacle.OFF_SHIFT, "08:00-13:00 ended 13:00")
    assert verdict.until_at == clock("08:00") + seconds(86400)


def test_a_shift_that_ends_too_soon_is_told() -> None:
    day = Day(plan([agent("amina", "08:00-13:00")], queue(last_offer=seconds(300))), at="12:56")
    assert (_verdict(day, "amina").obstacle, _verdict(day, "amina").detail) == (
        Obstacle.SHIFT_ENDS_SOON,
        "shift ends 13:00",
    )


def test_the_first_obstacle_is_told_skill_before_shift_before_login_before_presence() -> None:
    day = Day(plan([agent("amina", "08:00-13:00", french=5)], queue("help", step(french=6), step(30, french=5))))
    day.tell(AgentPaused("amina", "lunch"))
    assert _verdict(day, "amina", 0).obstacle is Obstacle.SKILL_TOO_WEAK
    assert _verdict(day, "amina", 1).obstacle is Obstacle.PAUSED
    day.tell(AgentLoggedOut("amina"))
    assert _verdict(day, "amina", 1).obstacle is Obstacle.LOGGED_OUT
    day.until("13:00")
    assert _verdict(day, "amina", 1).obstacle is Obstacle.OFF_SHIFT


def test_who_may_be_offered_a_call_is_told_with_the_step_that_lets_them() -> None:
    day = Day(plan([agent("amina", french=5)], queue("help", step(french=6), step(30, french=5))))
    assert _verdict(day, "amina", 1) == Verdict(AgentName("amina"), None, 1)
    assert _verdict(day, "amina", 1).eligible


def _paused(day: Day) -> None:
    day.tell(AgentPaused("amina", "lunch"))


def _skipped(day: Day) -> None:
    day.call("c")
    day.miss("c.1", MissCause.REJECTED)


def _offered(day: Day) -> None:
    day.call("c")


def _talking(day: Day) -> None:
    day.call("c")
    day.answer("c.1")


def _own_call(day: Day) -> None:
    day.phone("amina", engaged=True)


def _wrapping_up(day: Day) -> None:
    _talking(day)
    day.end("c")


def _settling(day: Day) -> None:
    day.call("c")
    day.phone("amina", engaged=True)
    day.miss("c.1")
    day.gone("c")


def _unregistered(day: Day) -> None:
    day.phone("amina", reachable=False)


@pytest.mark.parametrize(
    ("happens", "obstacle", "detail", "wait"),
    [
        (_paused, Obstacle.PAUSED, "lunch", None),
        (_skipped, Obstacle.SKIPPED, "skipped: rejected", 30),
        (_offered, Obstacle.OFFERED, "call c", 30),
        (_talking, Obstacle.ON_CALL, "", None),
        (_own_call, Obstacle.ON_CALL, "own call", None),
        (_wrapping_up, Obstacle.WRAP_UP, "", 45),
        (_settling, Obstacle.PHONE_SETTLES, "", 2),
        (_unregistered, Obstacle.UNREACHABLE, "sip:amina is not registered", None),
    ],
)
def test_a_presence_that_is_against_it_is_told_and_until_when(
    happens: Callable[[Day], None], obstacle: Obstacle, detail: str, wait: float | None
) -> None:
    day = Day(plan([agent("amina")], queue(wrap_up=seconds(45))))
    happens(day)
    verdict = _verdict(day, "amina")
    assert (verdict.obstacle, verdict.detail) == (obstacle, detail)
    assert verdict.until_at == (None if wait is None else day.now + seconds(wait))


def test_an_unreachable_phone_is_told_with_its_place() -> None:
    day = Day(plan([_written("amina")]), reachable=False)
    assert _verdict(day, "amina").origin == PHONE


def _obstacles(day: Day) -> list[Obstacle | None]:
    return [verdict.obstacle for verdict in day.distributor.explain_call("c")]


def test_a_call_that_an_agent_missed_is_against_it_while_another_rings_for_it_or_is_free() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.miss("c.1")
    assert _obstacles(day) == [Obstacle.MISSED, Obstacle.OFFERED]
    day.tell(OfferDropped("c.2"))
    assert _obstacles(day) == [Obstacle.MISSED, None]


def test_a_call_that_everybody_missed_is_against_nobody() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    day.call("c")
    day.miss("c.1")
    day.miss("c.2")
    assert _obstacles(day) == [Obstacle.OFFERED, None]


@pytest.mark.parametrize("strategy", Strategy)
def test_who_would_ring_first_is_whom_a_call_that_comes_is_offered_to(strategy: Strategy) -> None:
    agents = [agent("amina", french=5), agent("luc", french=9), agent("zoe", french=3), agent("sam", french=1)]
    day = Day(plan(agents, queue("help", step(french=3, strategy=strategy), step(30, french=1))))
    for number in range(4):
        _, rings = day.distributor.explain_newcomer(QueueName("help"))
        day.call(f"c{number}")
        waits = day.distributor.call(CallId(f"c{number}"))
        assert waits is not None
        assert rings == tuple(offer.agent for offer in waits.offers)
        day.after(5)


def test_for_a_call_that_comes_each_is_judged_at_the_first_step_whose_skills_they_have() -> None:
    agents = [agent("amina", french=5), agent("luc", french=3), agent("sam", french=1)]
    day = Day(plan(agents, queue("help", step(french=5), step(30, french=3))))
    day.tell(AgentPaused("amina"))
    verdicts, rings = day.distributor.explain_newcomer(QueueName("help"))
    assert [(verdict.obstacle, verdict.step) for verdict in verdicts] == [
        (Obstacle.PAUSED, 0),
        (None, 1),
        (Obstacle.SKILL_TOO_WEAK, None),
    ]
    assert rings == ()


def test_an_unknown_call_or_queue_is_refused() -> None:
    day = Day(plan([agent("amina")]))
    with pytest.raises(KeyError):
        day.distributor.explain_call("c")
    with pytest.raises(KeyError):
        day.distributor.explain("nowhere")
    with pytest.raises(KeyError):
        day.distributor.agent("stranger")
