"""Ways on which a caller is sent in vain."""

from collections.abc import Iterator

from telekit.domain.destination import Destination, HangUp, ToCallback, ToMenu, ToNumber, ToQueue, Treatment
from telekit.domain.origin import Origin
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.domain.route import Menu, Numbers
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.subject import Subject
from telekit.rules.lints.way import out_of_menu
from telekit.rules.week import WHOLE_WEEK


def findings(subject: Subject) -> Iterator[Finding]:
    """Find callers who are sent to where nobody is, round in a circle, back to telekit, or out without a word."""
    for queue in subject.plan.queues.values():
        yield from _in_vain(subject, queue)
        yield from _silent(queue)
    for menu in subject.plan.menus.values():
        yield from _circular(subject.plan, menu)
    yield from _leading_back(subject.plan)


def _in_vain(subject: Subject, queue: Queue) -> Iterator[Finding]:
    plan, staffing = subject.plan, subject.staffing
    then = queue.closed.then
    if isinstance(then, ToQueue) and not _ever_open_meanwhile(subject, queue, plan.queues[then.queue]):
        message = f"whoever comes while it is closed is sent to queue '{then.queue}', which is closed then too"
        hint = "send them to where somebody is, such as voicemail"
        yield Finding(LintName.SENT_IN_VAIN, queue.origin, f"queues.{queue.name}.closed", message, hint)
    then = queue.no_agent.then
    if isinstance(then, ToQueue):
        others = staffing.able(plan.queues[then.queue].steps)
        if not others & ~staffing.able(queue.steps):
            message = f"where nobody is on shift for it, nobody is for queue '{then.queue}' either"
            hint = "send callers to a queue that others serve, or to voicemail"
            yield Finding(LintName.SENT_IN_VAIN, queue.origin, f"queues.{queue.name}.no_agent", message, hint)


def _ever_open_meanwhile(subject: Subject, queue: Queue, other: Queue) -> bool:
    """Say whether another queue may be open while one is closed."""
    plan = subject.plan
    if any(one.queue in (queue.name, other.name) for one in plan.queue_exceptions):
        return True
    has_holidays = plan.holidays != frozenset()
    if has_holidays and other.open_on_holidays and not queue.open_on_holidays:
        return True
    if not queue.opening:
        return not has_holidays or queue.open_on_holidays
    # Hours of every few weeks are closed in the others.
    sure = subject.staffing.surely_open(queue)
    return bool(subject.staffing.open_minutes(other) & ~sure & WHOLE_WEEK)


def _silent(queue: Queue) -> Iterator[Finding]:
    for key, treatment in (("closed", queue.closed), ("no_agent", queue.no_agent)):
        if _says_nothing(treatment):
            message = "a caller is hung up here without a word"
            yield Finding(
                LintName.SILENT_END,
                queue.origin,
                f"queues.{queue.name}.{key}",
                message,
                f"write what they hear, such as {{play: {key.replace('_', '-')}}}",
            )


def _says_nothing(treatment: Treatment) -> bool:
    return not treatment.play and isinstance(treatment.then, HangUp)


def _circular(plan: Plan, menu: Menu) -> Iterator[Finding]:
    for key, to in menu.choices.items():
        if isinstance(to, ToMenu) and to.menu != menu.name and _only_back(plan, plan.menus[to.menu], menu):
            message = f"key {key} leads nowhere else: from menu '{to.menu}' every way leads back to this one"
            hint = "let a key there lead to a queue, to voicemail or out"
            yield Finding(LintName.CIRCULAR_KEY, menu.origin, f"menus.{menu.name}.{key}", message, hint)


def _only_back(plan: Plan, start: Menu, home: Menu) -> bool:
    """Say whether from one menu only menus follow until another one is reached."""
    seen = {home.name, start.name}
    ahead = [start]
    while ahead:
        for to in out_of_menu(ahead.pop()):
            if not isinstance(to, ToMenu):
                return False
            if to.menu not in seen:
                seen.add(to.menu)
                ahead.append(plan.menus[to.menu])
    return True


def _leading_back(plan: Plan) -> Iterator[Finding]:
    """Find numbers that are rung outside and lead to a route."""
    tests = list(dict.fromkeys(route.dialed for route in plan.routes if route.dialed is not None))
    exactly: set[str] = set()
    prefixes: set[str] = set()
    for test in tests:
        exactly.update(test.exactly, *(plan.lists[name] for name in test.lists))
        prefixes.update(test.prefixes)
    ours = Numbers(frozenset(exactly), tuple(prefixes))
    for number, origin, path in _rung(plan):
        if number in ours.exactly or number.startswith(ours.prefixes):
            message = f"{number} is a number that a route leads to telekit: the call comes back as a new one"
            yield Finding(LintName.LEADS_BACK, origin, path, message, "ring another number")


def _rung(plan: Plan) -> Iterator[tuple[str, Origin, str]]:
    """Give the numbers that telekit rings outside, each with where it is written."""
    for agent in plan.agents.values():
        for phone in agent.phones:
            if phone.confirm:
                yield phone.address, agent.places.get("phone", agent.origin), f"agents.{agent.name}.phone"
    for to, origin, path in _sent(plan):
        if isinstance(to, ToNumber):
            yield to.number, origin, path


def _sent(plan: Plan) -> Iterator[tuple[Destination | ToCallback, Origin, str]]:
    for queue in plan.queues.values():
        path = f"queues.{queue.name}"
        yield queue.closed.then, queue.origin, f"{path}.closed"
        yield queue.no_agent.then, queue.origin, f"{path}.no_agent"
        yield from ((one.go, one.origin, f"{path}.steps") for one in queue.exits)
        yield from ((one.go, one.origin, f"{path}.overflow") for one in queue.overflow)
    for menu in plan.menus.values():
        yield from ((to, menu.origin, f"menus.{menu.name}") for to in out_of_menu(menu))
    for number, route in enumerate(plan.routes, 1):
        yield route.destination, route.origin, f"routes[{number}]"
