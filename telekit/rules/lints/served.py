"""`never-served`: a queue, or a step of one, for whose calls no agent is ever on shift while the queue is open.

`unstaffed-skill`: what is asked for and no agent has, however the rest is met.
"""

from collections.abc import Iterator, Sequence

from telekit.domain.names import SkillName
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step
from telekit.domain.skill import Requirement
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.staffing import Staffing
from telekit.rules.lints.subject import Subject

MOST_NAMED = 3
"""Agents that are named; the others are counted."""


def findings(subject: Subject) -> Iterator[Finding]:
    """Find the queues and steps of a plan that nobody serves at any hour."""
    plan, staffing = subject.plan, subject.staffing
    best = _best(plan)
    for queue in plan.queues.values():
        yield from _unstaffed(queue, best)
        if not staffing.is_ever_there(staffing.able(queue.steps), queue):
            found = _of_queue(queue, staffing) if not _all_unstaffed(queue.steps, best) else None
        else:
            found = _of_step(queue, staffing, best)
        if found is not None:
            yield found


def _best(plan: Plan) -> dict[SkillName, int]:
    """Give for each skill that anybody has the highest proficiency in it."""
    best: dict[SkillName, int] = {}
    for agent in plan.agents.values():
        for skill, proficiency in agent.skills.items():
            if proficiency > best.get(skill, 0):
                best[skill] = proficiency
    return best


def _unstaffed(queue: Queue, best: dict[SkillName, int]) -> Iterator[Finding]:
    """Find each skill that a queue asks for in vain, where it does so first."""
    told: set[tuple[SkillName, int]] = set()
    for number, step in enumerate(queue.steps):
        for asked in step.requirement.least:
            skill, least = asked
            if best.get(skill, 0) >= least or asked in told:
                continue
            told.add(asked)
            has, hint = f"no agent has {skill}", "give an agent the skill, or ask for another"
            if skill in best:
                has = f"no agent has {skill} {least}, the best has {best[skill]}"
                hint = f"ask for {best[skill]} at most, or write higher what an agent has"
            path = f"queues.{queue.name}.{'steps' if number else 'requires'}"
            message = f"nobody can ever be asked by this: {has}"
            yield Finding(LintName.UNSTAFFED_SKILL, _place(queue, step), path, message, hint)


def _all_unstaffed(steps: Sequence[Step], best: dict[SkillName, int]) -> bool:
    """Say whether each of these steps is told of already, for asking what nobody has."""
    return all(any(best.get(skill, 0) < least for skill, least in step.requirement.least) for step in steps)


def _of_step(queue: Queue, staffing: Staffing, best: dict[SkillName, int]) -> Finding | None:
    step = _dead_end(queue, staffing)
    if step is None or _all_unstaffed([step], best):
        return None
    return _finding(queue, f"queues.{queue.name}.steps", step, [step], staffing, "a call that has come this far")


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
    return Finding(LintName.NEVER_SERVED, _place(queue, at), path, f"{call} is never served: {why}", hint)


def _place(queue: Queue, step: Step) -> Origin:
    return step.origin if step.origin.file else queue.origin


def _told(requirement: Requirement) -> str:
    return " and ".join(f"{skill} {least}" for skill, least in requirement.least) or "any skills"
