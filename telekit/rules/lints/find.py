"""What is right in the rules but hardly meant: lints, each with a name, told where there is no mistake."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from telekit.rules.diagnostic import Diagnostic
from telekit.rules.lints import (
    agents,
    clock_change,
    exceptions,
    lookups,
    opening,
    repeated,
    rest,
    routes,
    served,
    shifts,
    steps,
    unused,
    wait,
    ways,
)
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LINTS
from telekit.rules.lints.silence import hear
from telekit.rules.lints.subject import Subject
from telekit.rules.loader import Reading
from telekit.rules.source import Source

JUDGES: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    routes.findings,
    lookups.findings,
    repeated.findings,
    opening.findings,
    served.findings,
    wait.findings,
    steps.findings,
    ways.findings,
    agents.findings,
    shifts.findings,
    clock_change.findings,
    rest.findings,
    exceptions.findings,
    unused.findings,
)


def find_lints(reading: Reading, now: datetime) -> list[Diagnostic]:
    """Give every lint, sorted by place; `now` tells what is past, and when clocks change next."""
    return list(told(find(reading, now), reading.written.sources))


def find(reading: Reading, now: datetime) -> list[Finding]:
    """Give what is found and not silenced, sorted by place."""
    subject = Subject(reading.plan, reading.written, now)
    order = {name: number for number, name in enumerate(reading.written.sources)}
    found = list(hear([one for judge in JUDGES for one in judge(subject)], reading.written.sources))
    found.sort(key=lambda one: (order.get(one.origin.file, len(order)), one.origin.line, one.origin.column))
    return found


def told(found: Iterable[Finding], sources: dict[str, Source]) -> Iterator[Diagnostic]:
    """Write findings as they are shown."""
    for one in found:
        at = one.origin
        source = sources.get(at.file)
        excerpt = source.line(at.line) if source is not None else ""
        severity, name = LINTS[one.name].severity, one.name.value
        yield Diagnostic(at.file, at.line, at.column, one.path, one.message, one.hint, excerpt, severity, name)
