"""The order of checks that docs/decisions.md tells is the one in which telekit checks."""

import re
from collections.abc import Callable

from telekit.acd.eligibility import Obstacle
from telekit.acd.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentResumed, PlanChanged, WrapUpEnded
from telekit.domain.agent import Login
from telekit.domain.names import AgentName, QueueName
from telekit.domain.plan import Plan
from tests.acd.day import Day, agent, plan, queue, seconds, step
from tests.docs.page import DOCS

ROW = re.compile(r"^\| (?P<number>\d+) \| `(?P<reason>[^`]+)`(?P<own>, own call)? \|", re.MULTILINE)
OWN_CALL = ", own call"
ALONE = ("offered", "skipped", "phone hangs up", "missed this call", "held for another")
"""Reasons that do not go with the others: of an agent who is free otherwise, or for one call alone."""

AMINA, HELP = AgentName("amina"), QueueName("help")


def told() -> list[str]:
    """Give the page's reasons in its order."""
    rows = list(ROW.finditer((DOCS / "decisions.md").read_text()))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    return [row["reason"] + (row["own"] or "") for row in rows]


def test_the_page_tells_every_reason_that_there_is() -> None:
    assert {reason.removesuffix(OWN_CALL) for reason in told()} == {obstacle.value for obstacle in Obstacle}


def rules(shift: str = "08:00-18:00", **skills: int) -> Plan:
    asked = queue("help", step(french=5), last_offer=seconds(600), wrap_up=seconds(3600))
    return plan([agent("amina", shift, login=Login.CODE, **skills)], asked)


def reason(day: Day) -> str:
    (verdict,) = day.distributor.explain(HELP)
    if verdict.obstacle is None:
        return "none"
    return verdict.obstacle.value + (OWN_CALL if verdict.detail == "own call" else "")


def test_while_several_reasons_are_against_an_agent_the_first_is_told_until_it_is_gone() -> None:
    day = Day(rules(french=5))
    day.tell(AgentLoggedIn(AMINA))
    day.call("c")
    day.answer("c.1")
    day.tell(AgentLoggedOut(AMINA))
    day.phone("amina", reachable=False, engaged=True)
    day.tell(PlanChanged(rules("14:00-18:00")))
    gone: list[Callable[[], object]] = [
        lambda: day.tell(PlanChanged(rules("14:00-18:00", french=3))),
        lambda: day.tell(PlanChanged(rules("14:00-18:00", french=5))),
        lambda: day.tell(PlanChanged(rules("08:00-09:05", french=5))),
        lambda: day.tell(PlanChanged(rules("08:00-18:00", french=5))),
        lambda: day.tell(AgentLoggedIn(AMINA), AgentPaused(AMINA, "lunch")),
        lambda: day.end("c"),
        lambda: day.tell(WrapUpEnded(AMINA)),
        lambda: (day.tell(AgentResumed(AMINA)), day.after(3)),
        lambda: day.phone("amina", reachable=False),
        lambda: day.phone("amina"),
    ]
    seen = [reason(day)]
    for mend in gone:
        mend()
        seen.append(reason(day))
    assert seen.pop() == "none"
    assert seen == [each for each in told() if each not in ALONE]
