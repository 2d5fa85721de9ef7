"""The routes in the fallback: a test on a number is a context of its own, asked with DIALPLAN_EXISTS.

So any number of prefixes and lists is looked up by Asterisk's own index, and a number is never part of an expression.
"""

from collections.abc import Iterator

from telekit.domain.plan import Plan
from telekit.domain.route import Numbers, Route
from telekit.pbx.asterisk.render.context import context, numbers
from telekit.pbx.asterisk.render.destination import destination_lines
from telekit.pbx.render import word

NO_NUMBER = ("anonymous", "unknown", "restricted", "unavailable", "private")
"""What stands for a number where none was given."""


def routing_contexts(plan: Plan) -> Iterator[str]:
    """Write where calls start in the fallback, and the numbers that the routes ask for."""
    tests: dict[Numbers, str] = {}
    yield context("telekit-fallback", _lines(plan, tests), "Callers without a place take the first route that fits.")
    for name, members in plan.lists.items():
        yield numbers(_list(name), (word.number(number) for number in sorted(members)))
    for test, tested in tests.items():
        patterns = [
            *(word.number(number) for number in sorted(test.exactly)),
            *(f"_{word.number(prefix)}!" for prefix in test.prefixes),
            *(NO_NUMBER if test.anonymous else ()),
        ]
        yield numbers(tested, patterns, (_list(name) for name in test.lists))


def _list(name: str) -> str:
    return f"telekit-list-{word.name(name)}"


def _lines(plan: Plan, tests: dict[Numbers, str]) -> Iterator[str]:
    yield "Set(TELEKIT_CALLER=${TOLOWER(${CALLERID(num)})})"
    yield 'ExecIf($["${CALLERID(pres):0:7}" != "allowed" | "${TELEKIT_CALLER}" = ""]?Set(TELEKIT_CALLER=anonymous))'
    yield 'GotoIf($["${TELEKIT_PLACE}" = ""]?new)'
    yield "Set(TELEKIT_QUEUE=${FILTER(A-Za-z0-9_.-,${CUT(TELEKIT_PLACE,:,3)})})"
    yield "GotoIf($[${DIALPLAN_EXISTS(telekit-queue-${TELEKIT_QUEUE},s,wait)}]?telekit-queue-${TELEKIT_QUEUE},s,wait)"
    yield "(new)NoOp()"
    taken: list[tuple[int, Route]] = []
    for number, route in enumerate(plan.routes, 1):
        if route.given:
            continue  # without telekit nothing is looked up
        taken.append((number, route))
        condition = " & ".join(_conditions(route, tests))
        yield f"; {route.origin} {route.label}".rstrip()
        if not condition:
            yield f"Goto(route{number})"
            break
        yield f"GotoIf($[{condition}]?route{number})"
    else:
        yield "Hangup()"
    for number, route in taken:
        first, *rest = destination_lines(route.destination)
        yield f"(route{number}){first}"
        yield from rest


def _conditions(route: Route, tests: dict[Numbers, str]) -> Iterator[str]:
    for test, variable in ((route.dialed, "TELEKIT_DIALED"), (route.caller, "TELEKIT_CALLER")):
        if test is not None:
            name = tests.setdefault(test, f"telekit-number-{len(tests) + 1}")
            yield f"${{DIALPLAN_EXISTS({name},${{{variable}}},1)}}"
