"""`never-open` and `unstaffed-hours`: opening hours that never come, or in which nobody works."""

from collections.abc import Iterator
from datetime import timedelta

from telekit.domain.queue import Queue
from telekit.roster.roster import Roster
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.staffing import Staffing
from telekit.rules.lints.subject import Subject
from telekit.rules.week import minutes_of, told

SOON = timedelta(days=366)


def findings(subject: Subject) -> Iterator[Finding]:
    """Find queues that stay closed, and the hours of others in which calls find nobody."""
    plan, staffing = subject.plan, subject.staffing
    roster: Roster | None = None
    for queue in plan.queues.values():
        if not queue.opening:
            continue
        if any(hours.since is None for hours in queue.opening):
            yield from _unstaffed(queue, staffing)
            continue
        roster = roster or subject.roster
        opens_at = roster.next_opening(queue.name, subject.now)
        if roster.why_closed(queue.name, subject.now) is None or (opens_at and opens_at - subject.now < SOON):
            yield from _unstaffed(queue, staffing)
        else:
            when = f"not before {opens_at.astimezone(plan.zone):%a %d %b %Y}" if opens_at else "never"
            message, hint = f"this queue opens {when}", "mend the hours or the date from which they count"
            yield Finding(LintName.NEVER_OPEN, queue.opening[0].origin, f"queues.{queue.name}.open", message, hint)


def _unstaffed(queue: Queue, staffing: Staffing) -> Iterator[Finding]:
    """Find the hours of a queue, each for itself, in which none of those who could serve it is ever on shift."""
    able = staffing.able(queue.steps)
    if not staffing.is_ever_there(able, queue):
        return
    worked = staffing.minutes_ever(able)
    for hours in queue.opening:
        alone = minutes_of(hours, every_week=False) & ~worked
        if alone:
            message = f"open while no shift of anybody who could take its calls runs: {told(alone)}"
            hint = "give somebody a shift then, or open it when they work"
            path = f"queues.{queue.name}.open"
            yield Finding(LintName.UNSTAFFED_HOURS, hours.origin, path, message, hint)
