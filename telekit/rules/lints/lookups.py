"""`unused-lookup`: calls that wait for an answer that nothing asks for, or a lookup that no route asks."""

from collections.abc import Iterator

from telekit.domain.names import LookupName, VariableName
from telekit.domain.preference import GivenAgent
from telekit.domain.route import Inquiry
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.subject import Subject


def findings(subject: Subject) -> Iterator[Finding]:
    """Find lookups without a use, and places at which one is asked in vain."""
    plan = subject.plan
    wanted: set[VariableName] = set()
    vain: list[Inquiry] = []
    asked: set[LookupName] = set()
    for route in reversed(plan.routes):
        wanted.update(variable for variable, _ in route.given)
        if route.prefer is not None and isinstance(route.prefer.which, GivenAgent):
            wanted.add(route.prefer.which.variable)
        for inquiry in reversed(route.inquiries):
            asked.add(inquiry.lookup)
            if wanted.isdisjoint(plan.lookups[inquiry.lookup].gives):
                vain.append(inquiry)
            wanted.update(variable for variable, _ in inquiry.given)
    for inquiry in vain:
        gives = ", ".join(plan.lookups[inquiry.lookup].gives)
        message = f"calls wait for '{inquiry.lookup}' here, and nothing after it asks for what it gives ({gives})"
        hint = "remove it, or put it before the routes that ask"
        yield Finding(LintName.UNUSED_LOOKUP, inquiry.origin, "routes", message, hint)
    for lookup in plan.lookups.values():
        if lookup.name not in asked:
            path, message = f"lookups.{lookup.name}", "no route asks this lookup"
            hint = f"put '- lookup: {lookup.name}' before the routes that need it, or remove it"
            yield Finding(LintName.UNUSED_LOOKUP, lookup.origin, path, message, hint)
