"""`unbounded-wait`: a queue in which a caller may wait for ever.

A wait has an end when a step sends the call on, or when there is an hour of the week at which none of the agents is on
shift, for then `no_agent` sends it on.
"""

from collections.abc import Iterator

from telekit.domain.destination import Destination, ToCallback, ToMenu, ToQueue
from telekit.domain.names import MenuName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, Queue
from telekit.rules.lint_finding import Finding, LintName
from telekit.rules.lint_served import reach
from telekit.rules.staffing import Staffing


def findings(plan: Plan, staffing: Staffing) -> Iterator[Finding]:
    """Find the queues of a plan whose callers may wait for ever."""
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
    menus: set[MenuName] = set()
    queues: set[QueueName] = set()
    ahead: list[Destination] = [last.go]
    while ahead:
        match ahead.pop():
            case ToQueue(name):
                if name == queue.name:
                    return True
                if name not in queues:
                    queues.add(name)
                    ahead += _ways_out(plan.queues[name])
            case ToMenu(name):
                if name not in menus:
                    menus.add(name)
                    menu = plan.menus[name]
                    ahead += [menu.nothing, *menu.choices.values()]
            case _:
                pass
    return False


def _ways_out(queue: Queue) -> Iterator[Destination]:
    yield queue.closed.then
    yield queue.no_agent.then
    yield from (exit_.go for exit_ in queue.exits)
    yield from (overflow.go for overflow in queue.overflow if not isinstance(overflow.go, ToCallback))
