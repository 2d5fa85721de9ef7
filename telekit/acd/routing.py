"""Which route a call takes: the first whose tests all pass."""

from collections.abc import Mapping

from telekit.domain.call import Arrival
from telekit.domain.lookup import Known, Lookup
from telekit.domain.names import LookupName
from telekit.domain.plan import Plan
from telekit.domain.route import Inquiry, Numbers, Route

LONGEST_WAY = 50
"""Destinations that one call may pass through, so that rules that lead in a circle end by themselves."""


NOTHING: Known = {}

Answers = Mapping[LookupName, Known]
"""What was looked up for a call; a lookup that failed has given nothing."""


def next_stop(plan: Plan, arrival: Arrival, answers: Answers) -> Route | Lookup | None:
    """Give the first route that takes the call, None for none, or what is to be looked up before that is known."""
    known = all_known(answers)
    for route in plan.routes:
        for inquiry in route.inquiries:
            if inquiry.lookup not in answers and mismatch(plan, inquiry, arrival, known) is None:
                return plan.lookups[inquiry.lookup]
        if mismatch(plan, route, arrival, known) is None:
            return route
    return None


def all_known(answers: Answers) -> Known:
    """Put the answers together; what is given twice is what was given last."""
    return {variable: text for answer in answers.values() for variable, text in answer.items()}


def first_match(plan: Plan, arrival: Arrival, known: Known = NOTHING) -> Route | None:
    """Give the first route that takes the call, or None; all that is known about it is known already."""
    return next((route for route in plan.routes if mismatch(plan, route, arrival, known) is None), None)


def inquiries_before(plan: Plan, route: Route | None, arrival: Arrival, known: Known) -> tuple[Inquiry, ...]:
    """Give what would be looked up on the way to a route."""
    asked: dict[LookupName, Inquiry] = {}
    for each in plan.routes:
        for inquiry in each.inquiries:
            if mismatch(plan, inquiry, arrival, known) is None:
                asked.setdefault(inquiry.lookup, inquiry)
        if each is route:
            break
    return tuple(asked.values())


def mismatch(plan: Plan, route: Route | Inquiry, arrival: Arrival, known: Known = NOTHING) -> str | None:
    """Give the first test that keeps the call off a route (`dialed`, `caller`, or what a lookup gives).

    None when it takes the call.
    """
    if route.dialed is not None and not _passes(plan, route.dialed, arrival.dialed):
        return "dialed"
    if route.caller is not None and not _passes(plan, route.caller, arrival.caller.number):
        return "caller"
    return next((variable for variable, texts in route.given if known.get(variable) not in texts), None)


def _passes(plan: Plan, test: Numbers, number: str | None) -> bool:
    if number is None:
        return test.anonymous
    return (
        number in test.exactly
        or number.startswith(test.prefixes)
        or any(number in plan.lists[name] for name in test.lists)
    )
