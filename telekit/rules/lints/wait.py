"""`unbounded-wait`: a queue in which a caller may wait for ever.

A wait has an end when a step sends the call on, or when there is an hour of the week at which none of the agents is on
shift, for then `no_agent` sends it on.
"""

from collections.abc import Iterator

from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, Queue
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.served import reach
from telekit.rules.lints.subject import Subject
from telekit.rules.lints.way import ways_from


def findings(subject: Subject) -> Iterator[Finding]:
    """Find the queues of a plan whose callers may wait for ever."""
    plan, staffing = subject.plan, subject.staffing
    for queue in plan.queues.values():
        last = queue.exits[-1] if queue.exits else None
        if last is not None and not _leads_back(plan, queue, last):
            continue
        if not staffing.is_always_there(staffing.able(reach(queue, len(queue.steps) - 1))):
            continue
        if last is None:
            message = (
                "a caller may wait here for ever: somebody is on shift day and night, and no step sends the call on"
            )
            hint = "add a step such as {after: 10m, go: voicemail}"
            yield Finding(LintName.UNBOUNDED_WAIT, queue.origin, f"queues.{queue.name}", message, hint)
        else:
            message = "a caller who comes back from here is not sent on again, and may wait for ever"
            hint = "after a menu, add a step such as {after: 20m, go: voicemail}; else lead to where calls end"
            yield Finding(LintName.UNBOUNDED_WAIT, last.origin, f"queues.{queue.name}.steps", message, hint)


def _leads_back(plan: Plan, queue: Queue, last: Exit) -> bool:
    """Say whether a call that takes a queue's last exit can come to the same queue again."""
    return queue.name in ways_from(plan, [last.go])[0]
