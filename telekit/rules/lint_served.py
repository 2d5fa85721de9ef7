"""`never-served`: a queue, or a step of one, for whose calls no agent is ever on shift while the queue is open."""

from collections.abc import Iterator, Sequence

from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step
from telekit.domain.skill import Requirement
from telekit.rules.lint_finding import Finding, LintName
from telekit.rules.staffing import Staffing

MOST_NAMED = 3
"""Agents that are named; the others are counted."""


def findings(plan: Plan, staffing: Staffing) -> Iterator[Finding]:
    """Find the queues and steps of a plan that nobody serves at any hour."""
    for queue in plan.queues.values():
        if not staffing.is_ever_there(staffing.able(queue.steps), queue):
            yield _of_queue(queue, staffing)
        elif (step := _dead_end(queue, staffing)) is not None:
            yield _finding(queue, f"queues.{queue.name}.steps", step, [step], staffing, "a call that has come this far")


def _of_queue(queue: Queue, staffing: Staffing) -> Finding:
    return _finding(queue, f"queues.{queue.name}", queue.steps[0], queue.steps, staffing, "a call of this queue")


def _dead_end(queue: Queue, staffing: Staffing) -> Step | None:
    """Give the step from which on nobody may be offered the call, whoever there was before."""
    dead: Step | None = None
    for number in range(len(queue.steps) - 1, 0, -1):
        if staffing.is_ever_there(staffing.able(reach(queue, number)), queue):
            return dead
        dead = queue.steps[number]
    return dead


def reach(queue: Queue, number: int) -> Sequence[Step]:
    """Give the steps whose agents may be offered a call at this step, or at a later one."""
    first = max(at for at in range(number + 1) if at == 0 or queue.steps[at].replace)
    return queue.steps[first:]


def _finding(queue: Queue, path: str, at: Step, steps: Sequence[Step], staffing: Staffing, call: str) -> Finding:
    skilled = staffing.names(staffing.able(steps))
    asked = " or ".join(dict.fromkeys(_told(step.requirement) for step in steps))
    if skilled:
        others = len(skilled) - MOST_NAMED
        named = ", ".join(skilled[:MOST_NAMED]) + (f" and {others} others" if others > 0 else "")
        while_open = "while the queue is open" if queue.opening else "at any hour"
        why = f"of those who have {asked} ({named}) nobody works {while_open}"
        hint = "give one of them a shift then"
    else:
        why, hint = f"no agent has {asked}", "give an agent the skills, or ask for less"
    origin = at.origin if at.origin.file else queue.origin
    return Finding(LintName.NEVER_SERVED, origin, path, f"{call} is never served: {why}", hint)


def _told(requirement: Requirement) -> str:
    return " and ".join(f"{skill} {least}" for skill, least in requirement.least) or "any skills"
