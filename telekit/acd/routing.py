"""Which route a call takes: the first whose tests all pass."""

from telekit.domain.call import Arrival
from telekit.domain.plan import Plan
from telekit.domain.route import Numbers, Route

LONGEST_WAY = 50
"""Destinations that one call may pass through, so that rules that lead in a circle end by themselves."""


def first_match(plan: Plan, arrival: Arrival) -> Route | None:
    """Give the first route that takes the call, or None."""
    for route in plan.routes:
        if mismatch(plan, route, arrival) is None:
            return route
    return None


def mismatch(plan: Plan, route: Route, arrival: Arrival) -> str | None:
    """Give the first test that keeps the call off a route (`dialed`, `caller`), or None when it takes the call."""
    if route.dialed is not None and not _passes(plan, route.dialed, arrival.dialed):
        return "dialed"
    if route.caller is not None and not _passes(plan, route.caller, arrival.caller.number):
        return "caller"
    return None


def _passes(plan: Plan, test: Numbers, number: str | None) -> bool:
    if number is None:
        return test.anonymous
    return (
        number in test.exactly
        or number.startswith(test.prefixes)
        or any(number in plan.lists[name] for name in test.lists)
    )
