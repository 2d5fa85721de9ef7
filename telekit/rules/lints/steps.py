"""Steps and overflows of a queue that come to nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from telekit.domain.destination import ToMenu
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, Invitation, Overflow, Queue, Step
from telekit.rules.duration import write_duration
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.staffing import Staffing
from telekit.rules.lints.subject import Subject
from telekit.rules.lints.way import ways_from


def findings(subject: Subject) -> Iterator[Finding]:
    """Find steps that no call comes to, that ask nobody else, or that come too soon, and overflows never met."""
    for queue in subject.plan.queues.values():
        yield from _hidden(subject.plan, queue)
        yield from _adding_nobody(queue, subject.staffing)
        yield from _outlasted(queue)
        yield from _forestalled(queue)


def _hidden(plan: Plan, queue: Queue) -> Iterator[Finding]:
    """Find the first step after one that sends every call away for good."""
    steps = _in_order(queue)
    for number, step in enumerate(steps[:-1]):
        if isinstance(step, Exit) and queue.name not in ways_from(plan, [step.go])[0]:
            away = f"menu '{step.go.menu}'" if isinstance(step.go, ToMenu) else "where the one before it sends calls"
            message = f"no call ever comes to this step: from {away} no way leads back to this queue"
            hint = "remove it, or let a key lead back"
            yield Finding(LintName.HIDDEN_STEP, steps[number + 1].origin, _path(queue), message, hint)
            return


def _adding_nobody(queue: Queue, staffing: Staffing) -> Iterator[Finding]:
    for number, step in enumerate(queue.steps):
        if not number or step.replace:
            continue
        able, before = staffing.able([step]), staffing.able(_until(queue, number))
        if able and not able & ~before:
            message = "this step changes nothing: whoever meets it may be asked before it already"
            hint = "ask for less than before, write replace: true, or remove it"
            yield Finding(LintName.STEP_ADDS_NOBODY, step.origin, _path(queue), message, hint)


def _until(queue: Queue, number: int) -> Sequence[Step]:
    """Give the steps whose agents may be offered a call before this step."""
    first = max(at for at in range(number) if at == 0 or queue.steps[at].replace)
    return queue.steps[first:number]


def _outlasted(queue: Queue) -> Iterator[Finding]:
    before = timedelta(0)
    for step in _in_order(queue):
        if step.after and step.after - before < queue.ring:
            rings, left = write_duration(queue.ring), write_duration(step.after - before)
            message = f"a phone rings for {rings}, and this step comes {left} after the one before it"
            does = "takes the call away from the first" if isinstance(step, Exit) else "asks nobody while that rings"
            hint = f"it {does}; ring shorter, or let it come later"
            yield Finding(LintName.RING_OUTLASTS_STEP, step.origin, _path(queue), message, hint)
        before = step.after


def _forestalled(queue: Queue) -> Iterator[Finding]:
    """Find overflows that never count, since an earlier one holds whenever they do."""
    for number, late in enumerate(queue.overflow):
        early = next((one for one in queue.overflow[:number] if _forestalls(one, late)), None)
        if early is not None:
            message = f"this overflow is never taken: the one at {early.origin} holds whenever it does"
            hint = "put the stricter one first, or remove it"
            yield Finding(LintName.HIDDEN_OVERFLOW, late.origin, f"queues.{queue.name}.overflow", message, hint)


def _forestalls(early: Overflow, late: Overflow) -> bool:
    """Say whether an overflow holds wherever a later one does."""
    if early.waiting is not None and late.waiting is not None:
        return early.waiting <= late.waiting
    return early.per_agent is not None and late.per_agent is not None and early.per_agent <= late.per_agent


def _in_order(queue: Queue) -> list[Step | Exit | Invitation]:
    return sorted([*queue.steps, *queue.exits, *queue.invitations], key=lambda one: one.after)


def _path(queue: Queue) -> str:
    return f"queues.{queue.name}.steps"
