"""Shifts and opening hours that overlap with themselves, or that a last offer leaves nothing of."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from telekit.domain.hours import Hours
from telekit.domain.names import ShiftName
from telekit.rules.duration import write_duration
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.rhythm import rhythm_of_hours, when
from telekit.rules.lints.subject import Subject
from telekit.rules.week import DAY
from telekit.rules.weekly import write_hours


def findings(subject: Subject) -> Iterator[Finding]:
    """Find hours told twice, agents on two shifts at once, and shifts without a last offer."""
    plan, today = subject.plan, subject.today
    for shift in plan.shifts.values():
        yield from _twice(shift.hours, f"shifts.{shift.name}", today)
    for queue in plan.queues.values():
        yield from _twice(queue.opening, f"queues.{queue.name}.open", today)
    yield from _two_shifts(subject)
    yield from _without_offer(subject)


def _twice(lines: Sequence[Hours], path: str, today: date) -> Iterator[Finding]:
    """Find the lines of one list that hold a time that an earlier one holds."""
    if len(lines) < 2:
        return
    numbered = [(str(number), hours) for number, hours in enumerate(lines)]
    told: set[int] = set()
    works = rhythm_of_hours(numbered, today).works
    for before, work in pairwise(works):
        late = max(int(before.label), int(work.label))
        if work.start < before.end and before.label != work.label and late not in told:
            told.add(late)
            first = lines[min(int(before.label), int(work.label))]
            message = f"{when(work.start)} is in these hours and in those before them, '{write_hours(first)}'"
            hint = "let each time stand once"
            yield Finding(LintName.OVERLAPPING_HOURS, lines[late].origin, path, message, hint)


def _two_shifts(subject: Subject) -> Iterator[Finding]:
    """Find agents who work two shifts at once; agents with the same shifts are told once."""
    plan, judged = subject.plan, set[tuple[ShiftName, ...]]()
    for agent in plan.agents.values():
        if len(agent.shifts) < 2 or agent.shifts in judged:
            continue
        judged.add(agent.shifts)
        works = subject.rhythms.of(agent.shifts).works
        for before, work in pairwise(works):
            if work.start < before.end and before.label != work.label:
                message = f"shifts '{before.label}' and '{work.label}' of this agent both run {when(work.start)}"
                hint = "they count once; leave one out, or mend its hours"
                place = agent.places.get("shifts", agent.origin)
                yield Finding(LintName.OVERLAPPING_SHIFTS, place, f"agents.{agent.name}.shifts", message, hint)
                break


def _without_offer(subject: Subject) -> Iterator[Finding]:
    """Find queues whose last offer comes before the first for those who work one short shift only."""
    plan, staffing = subject.plan, subject.staffing
    longest = {shift.name: max(map(_length, shift.hours)) for shift in plan.shifts.values()}
    for queue in plan.queues.values():
        if not queue.last_offer:
            continue
        for name in staffing.names(staffing.able(queue.steps)):
            shifts = plan.agents[name].shifts
            if len(shifts) == 1 and longest[shifts[0]] <= queue.last_offer:
                lasts = write_duration(longest[shifts[0]])
                message = (
                    f"'{name}' gets no call: shift '{shifts[0]}' lasts {lasts}, and the last offer may start "
                    f"{write_duration(queue.last_offer)} before its end"
                )
                hint = "write a shorter last_offer"
                yield Finding(
                    LintName.LAST_OFFER_TOO_EARLY, queue.origin, f"queues.{queue.name}.last_offer", message, hint
                )
                break


def _length(hours: Hours) -> timedelta:
    start, end = (one.hour * 60 + one.minute for one in (hours.span.start, hours.span.end))
    return timedelta(minutes=(end - start) % DAY or DAY)
