"""What `telekit test` prints of a failure: what was expected, what happened, and why, as `telekit explain` tells it."""

from collections.abc import Iterator

from telekit.cli.answer import choice_in, routes_told
from telekit.cli.instant import tell_instant
from telekit.cli.verdicts import verdict_lines
from telekit.domain.plan import Plan
from telekit.ruletests.coverage import Coverage
from telekit.ruletests.rehearsal import Failure, Trace

MOST_HEARD = 12
"""So many lines of what the caller went through are told, the last ones."""


def failure_told(failure: Failure, plan: Plan) -> Iterator[str]:
    """Tell a failure to a person, line by line."""
    if failure.impossible:
        yield f"{failure.origin}: {failure.impossible}"
    before = ""
    for difference in failure.differences:
        place = f"{difference.origin}: "
        yield f"{place if place != before else ''}{difference.what}"
        before = place
        yield f"  expected  {difference.expected}"
        yield f"  happened  {difference.happened}"
    if failure.trace is not None:
        yield from _trace(failure.trace, plan)


def coverage_told(coverage: Coverage) -> Iterator[str]:
    """Tell which parts of the rules no test reached."""
    reached = len(coverage.tests) - len(coverage.missed)
    yield f"coverage: {reached} of {len(coverage.tests)} parts of the rules were reached ({coverage.share:.0%})"
    kinds = max((len(part.kind) for part in coverage.missed), default=0)
    names = max((len(part.name) for part in coverage.missed), default=0)
    for part in coverage.missed:
        yield f"  {part.kind.ljust(kinds)}  {part.name.ljust(names)}  {part.origin}"


def _trace(trace: Trace, plan: Plan) -> Iterator[str]:
    yield f"at     {tell_instant(trace.at, plan.zone, year=True)}, {plan.zone}"
    if trace.route is not None:
        yield from routes_told(trace.route, trace.near_misses)
    yield from (choice_in(choice, plan) for choice in trace.way)
    if trace.queue is not None:
        yield f"queue  {trace.queue}  {plan.queues[trace.queue].origin}"
        yield from verdict_lines(trace.verdicts, plan, trace.queue, rings=trace.rings, everybody=False)
    left_out = len(trace.story) - MOST_HEARD
    yield "the caller:"
    if left_out > 0:
        yield f"  ({left_out} lines before)"
    yield from (f"  {line}" for line in trace.story[-MOST_HEARD:])
