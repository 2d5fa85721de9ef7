"""The numbers that the rules lead, for a dialplan in which callers come in with those of others."""

from collections.abc import Iterator

from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.render.element import element, extension, go, included
from telekit.pbx.freeswitch.render.numbers import expressions


def render_public(plan: Plan) -> str:
    """Write extensions for the context `public`; none where the rules name no numbers that were dialled."""
    return included(extension("telekit", _leads(expression)) for expression in dict.fromkeys(_expressions(plan)))


def _leads(expression: str) -> str:
    # Never the whole of what was dialled, which may be anything: it would be read as more than a number.
    return element("condition", go("$1", "telekit-in"), field="destination_number", expression=expression)


def _expressions(plan: Plan) -> Iterator[str]:
    for route in plan.routes:
        if route.dialed is not None:
            yield from expressions(plan, route.dialed)
