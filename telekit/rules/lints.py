"""What is right in the rules but hardly meant: lints, each with a name, told where there is no mistake."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from telekit.domain.plan import Plan
from telekit.rules import lint_served, lint_wait
from telekit.rules.diagnostic import Diagnostic, Severity
from telekit.rules.lint_finding import Finding
from telekit.rules.source import Source, read_source
from telekit.rules.staffing import Staffing


def find_lints(plan: Plan, now: datetime) -> list[Diagnostic]:
    """Give every lint of a plan, sorted by place; `now` tells which year's clock changes count."""
    staffing = Staffing(plan, now)
    found = [*lint_served.findings(plan, staffing), *lint_wait.findings(plan, staffing)]
    found.sort(key=lambda one: (one.origin.file, one.origin.line, one.origin.column))
    return list(_told(found))


def _told(found: list[Finding]) -> Iterator[Diagnostic]:
    sources: dict[str, Source | Diagnostic] = {}
    for one in found:
        at = one.origin
        if at.file not in sources:
            sources[at.file] = read_source(Path(at.file))
        source = sources[at.file]
        excerpt = source.line(at.line) if isinstance(source, Source) else ""
        name = one.name.value
        yield Diagnostic(at.file, at.line, at.column, one.path, one.message, one.hint, excerpt, Severity.LINT, name)
