"""The numbers that the rules lead, for a dialplan in which callers come in with those of others."""

from collections.abc import Iterator

from telekit.domain.plan import Plan
from telekit.pbx.freeswitch.render.element import HERE, element, extension, go, included
from telekit.pbx.freeswitch.render.numbers import expressions


def render_public(plan: Plan) -> str:
    """Write extensions for the context `public`; none where the rules name no numbers that were dialled."""
    return included(leading(plan))


def leading(plan: Plan, dialplan: str = HERE, *first: str) -> Iterator[str]:
    """Write the extensions; they lead to telekit in a dialplan, unless told in that by which the call came.

    `first` are actions that come before.
    """
    for expression in dict.fromkeys(_expressions(plan)):
        # Never the whole of what was dialled, which may be anything: it would be read as more than a number.
        leads = go("$1", "telekit-in", dialplan)
        condition = element("condition", *first, leads, field="destination_number", expression=expression)
        yield extension("telekit", condition)


def _expressions(plan: Plan) -> Iterator[str]:
    for route in plan.routes:
        if route.dialed is not None:
            yield from expressions(plan, route.dialed)
