"""Ways on which a caller who presses nothing would be sent round for ever."""

from collections.abc import Callable, Iterator, Sequence

from telekit.domain.destination import Destination, ToMenu, ToQueue
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.domain.route import Menu
from telekit.rules.week import WHOLE_WEEK, minutes_of

Stop = Menu | Queue


def endless_rings(plan: Plan) -> Iterator[Sequence[Stop]]:
    """Give every ring of menus and queues that is certain to have no end, each once.

    A menu leads on by `nothing`, a closed queue by `closed`; so a ring is endless if all its queues are ever closed
    at one instant. What exceptions close is not looked at.
    """
    for ring in _rings(plan, [*plan.menus.values(), *plan.queues.values()], lambda queue: queue.closed.then):
        if _ever_closed_together(plan, [queue for queue in ring if isinstance(queue, Queue)]):
            yield ring


def unstaffed_rings(plan: Plan) -> Iterator[Sequence[Stop]]:
    """Give every ring that a call goes round while none of its queues has an agent on shift, each once."""
    for ring in _rings(plan, list(plan.queues.values()), lambda queue: queue.no_agent.then):
        if any(isinstance(stop, Queue) for stop in ring):
            yield ring


def _rings(plan: Plan, starts: Sequence[Stop], then: Callable[[Queue], Destination]) -> Iterator[Sequence[Stop]]:
    seen: set[tuple[type[Stop], str]] = set()
    for start in starts:
        way: list[Stop] = []
        stop: Stop | None = start
        while stop is not None and (type(stop), stop.name) not in seen:
            seen.add((type(stop), stop.name))
            way.append(stop)
            stop = _next_stop(plan, stop.nothing if isinstance(stop, Menu) else then(stop))
        ring = next((way[index:] for index, passed in enumerate(way) if passed is stop), [])
        if ring:
            yield ring


def _next_stop(plan: Plan, onward: Destination) -> Stop | None:
    if isinstance(onward, ToMenu):
        return plan.menus.get(onward.menu)
    return plan.queues.get(onward.queue) if isinstance(onward, ToQueue) else None


def _ever_closed_together(plan: Plan, queues: Sequence[Queue]) -> bool:
    on_holidays = [queue for queue in queues if queue.open_on_holidays]
    has_holidays = plan.holidays != frozenset()
    return not _cover_the_week(queues) or (has_holidays and not _cover_the_week(on_holidays))


def _cover_the_week(queues: Sequence[Queue]) -> bool:
    """Say whether at every minute of every week at least one of the queues is open."""
    open_minutes = 0
    for queue in queues:
        if not queue.opening:
            return True
        for hours in queue.opening:
            open_minutes |= minutes_of(hours, every_week=True)
    return open_minutes == WHOLE_WEEK
