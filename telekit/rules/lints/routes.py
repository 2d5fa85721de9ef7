"""`shadowed-route` and `no-fallback`: which calls come to a route, and which to none.

Calls that no test of any route tells apart are one class; so a few classes stand for all calls that can come, and what
is said of them is said of every call.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from telekit.domain.names import VariableName
from telekit.domain.plan import Plan
from telekit.domain.route import Given, Inquiry, Route
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.number_class import Classes, numbers_in
from telekit.rules.lints.subject import Subject

_MOST_GIVEN = 1000
"""Combinations of what lookups may give that are gone through for one route; with more it is not judged."""

ANYBODY = "any caller"


@dataclass(slots=True)
class _Taken:
    """What earlier routes take of the calls to one class of numbers."""

    callers: int = 0
    """The classes of callers whose calls are all taken."""
    given: list[tuple[int, Given]] = field(default_factory=list)
    """Classes of callers that are taken if lookups gave this."""


def findings(subject: Subject) -> Iterator[Finding]:
    """Find routes that no call takes, and calls that no route takes."""
    plan = subject.plan
    if not plan.routes:
        return
    tests: list[Route | Inquiry] = [*plan.routes, *(inquiry for route in plan.routes for inquiry in route.inquiries)]
    dialed = Classes([one.dialed for one in tests], plan.lists, withheld=False)
    callers = Classes([one.caller for one in tests], plan.lists, withheld=True)
    taken = [_Taken() for _ in dialed.samples]
    for number, route in enumerate(plan.routes):
        to, by = dialed.passing(route.dialed), callers.passing(route.caller)
        if all(_takes_all(taken[each], by, route.given) for each in numbers_in(to)):
            yield _shadowed(plan, number, dialed, callers)
        for each in numbers_in(to):
            if route.given:
                taken[each].given.append((by, route.given))
            else:
                taken[each].callers |= by
    yield from _left_over(plan, dialed, callers, [each.callers for each in taken])


def _takes_all(taken: _Taken, callers: int, given: Given) -> bool:
    """Say whether earlier routes take all calls of some callers, if lookups gave this."""
    left = callers & ~taken.callers
    if not left:
        return True
    if not given or not taken.given:
        return False
    ways = 1
    for _, texts in given:
        ways *= len(texts)
    if ways > _MOST_GIVEN:
        return False
    variables = [variable for variable, _ in given]
    return all(
        _takes(taken, left, dict(zip(variables, texts, strict=True))) for texts in product(*(one for _, one in given))
    )


def _takes(taken: _Taken, callers: int, known: Mapping[VariableName, str]) -> bool:
    """Say the same where it is known what lookups gave; of what is not known, they may have given anything."""
    for by, given in taken.given:
        if all(known.get(variable) in texts for variable, texts in given):
            callers &= ~by
    return not callers


def _shadowed(plan: Plan, number: int, dialed: Classes, callers: Classes) -> Finding:
    route = plan.routes[number]
    path = f"routes[{number + 1}]"
    to, by = dialed.passing(route.dialed), callers.passing(route.caller)
    if not to or not by:
        message, hint = "no call ever takes this route: no number passes its test", "mend the test, or remove the route"
        return Finding(LintName.SHADOWED_ROUTE, route.origin, path, message, hint)
    alone = next((one for one in plan.routes[:number] if _covers(one, route, to, by, dialed, callers)), None)
    who = f"the one at {alone.origin} takes" if alone else "those before it together take"
    message = f"no call ever takes this route: {who} every call that it could"
    hint = "put it before, ask for less there, or remove it"
    return Finding(LintName.SHADOWED_ROUTE, route.origin, path, message, hint)


def _covers(one: Route, other: Route, to: int, by: int, dialed: Classes, callers: Classes) -> bool:
    asked = dict(other.given)
    return (
        not to & ~dialed.passing(one.dialed)
        and not by & ~callers.passing(one.caller)
        and all(variable in asked and asked[variable] <= texts for variable, texts in one.given)
    )


def _left_over(plan: Plan, dialed: Classes, callers: Classes, taken: list[int]) -> Iterator[Finding]:
    """Find calls that no route is certain to take: first those to a number that some route names."""
    left = {each: callers.all & ~by for each, by in enumerate(taken) if callers.all & ~by}
    if not left:
        return
    each = min(left, key=lambda number: (dialed.samples[number] not in dialed.named, number))
    first = next((route for route in plan.routes if route.dialed and dialed.passing(route.dialed) >> each & 1), None)
    to = f"to {dialed.samples[each]}" if first else "to a number that no route names"
    by = "" if left[each] == callers.all else f" from {callers.told(left[each])}"
    given = any(route.given for route in plan.routes if dialed.passing(route.dialed) >> each & 1)
    sure = " unless a lookup gives what one asks for" if given else ""
    origin = first.origin if first else plan.routes[-1].origin
    message = f"no route takes a call {to}{by}{sure}: it is hung up"
    hint = "let the last route take every call, such as {go: voicemail}"
    yield Finding(LintName.NO_FALLBACK, origin, "routes", message, hint)
