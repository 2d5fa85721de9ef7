"""Where calls are sent on."""

from collections.abc import Iterable, Iterator

from telekit.domain.destination import Destination, ToCallback, ToMenu, ToQueue
from telekit.domain.names import MenuName, QueueName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.domain.route import Menu


def ways_from(plan: Plan, starts: Iterable[Destination]) -> tuple[set[QueueName], set[MenuName]]:
    """Give the queues and menus that a call can come to that is sent to one of these destinations."""
    queues: set[QueueName] = set()
    menus: set[MenuName] = set()
    ahead = list(starts)
    while ahead:
        match ahead.pop():
            case ToQueue(name) if name not in queues:
                queues.add(name)
                ahead += out_of_queue(plan.queues[name])
            case ToMenu(name) if name not in menus:
                menus.add(name)
                ahead += out_of_menu(plan.menus[name])
            case _:
                pass
    return queues, menus


def out_of_queue(queue: Queue) -> Iterator[Destination]:
    """Give where a queue sends calls on."""
    yield queue.closed.then
    yield queue.no_agent.then
    yield from (exit_.go for exit_ in queue.exits)
    yield from (overflow.go for overflow in queue.overflow if not isinstance(overflow.go, ToCallback))


def out_of_menu(menu: Menu) -> Iterator[Destination]:
    """Give where a menu sends calls on."""
    yield menu.nothing
    yield from menu.choices.values()
