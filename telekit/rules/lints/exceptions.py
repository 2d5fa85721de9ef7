"""Exceptions that are past, that change nothing, or that hold a time twice."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from itertools import pairwise

from telekit.domain.agent import Agent
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Hours, Span
from telekit.domain.names import AgentName
from telekit.domain.origin import NOWHERE, Origin
from telekit.domain.queue import Queue
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.rhythm import joined, when, work_of
from telekit.rules.lints.subject import Subject

KEPT = timedelta(days=31)
"""So long after its day an exception is still of use: reports and replays of that day go by it."""

_ALL_DAY = Span(time(0), time(0))


def findings(subject: Subject) -> Iterator[Finding]:
    """Find exceptions that are expired, needless, or overlap with another of the same day."""
    plan, today = subject.plan, subject.today
    every: list[AgentException | QueueException] = [*plan.agent_exceptions, *plan.queue_exceptions]
    for one in every:
        if one.on + KEPT < today:
            message = f"{one.on} is long past"
            hint = "remove it, unless a test of the rules is about that day"
            yield _finding(LintName.EXPIRED_EXCEPTION, one.origin, message, hint)
    coming = [one for one in plan.agent_exceptions if one.on >= today]
    for each in coming:
        yield from _needless_of_agent(subject, each)
    for other in plan.queue_exceptions:
        if other.on >= today:
            yield from _needless_of_queue(subject, other)
    yield from _overlapping(coming)


def _needless_of_agent(subject: Subject, one: AgentException) -> Iterator[Finding]:
    plan = subject.plan
    day = f"{one.on:%a %d %b %Y}"
    usual = _spans(_lines(subject, plan.agents[one.agent]), one.on)
    if one.off is not None and not usual:
        message = f"'{one.agent}' does not work on {day} anyway"
        yield _finding(LintName.NEEDLESS_EXCEPTION, one.origin, message, "mend the date, or remove it")
    if one.off is None and usual and _alike(usual, one.spans):
        message = f"'{one.agent}' works these very hours on {day} anyway"
        yield _finding(LintName.NEEDLESS_EXCEPTION, one.origin, message, "mend the date or the hours, or remove it")
    if one.instead_of is not None and not _worked(subject, one.instead_of, one.on):
        message = f"'{one.instead_of}', instead of whom '{one.agent}' works, does not work on {day} anyway"
        hint = "mend the date or the name, or leave instead_of out"
        yield _finding(LintName.NEEDLESS_EXCEPTION, one.origin, message, hint)


def _worked(subject: Subject, name: AgentName, day: date) -> bool:
    """Say whether an agent would work on a day, by the week's pattern or by an exception of their own."""
    dated = any(one.agent == name and one.on == day for one in subject.plan.agent_exceptions)
    return dated or bool(_spans(_lines(subject, subject.plan.agents[name]), day))


def _needless_of_queue(subject: Subject, one: QueueException) -> Iterator[Finding]:
    queue = subject.plan.queues[one.queue]
    day = f"{one.on:%a %d %b %Y}"
    spans = _opening(queue, one.on, subject.plan.holidays)
    if one.closed is not None and not spans:
        message = f"'{one.queue}' is closed on {day} anyway"
        yield _finding(LintName.NEEDLESS_EXCEPTION, one.origin, message, "mend the date, or remove it")
    elif one.closed is None and spans and _alike(spans, one.spans):
        message = f"'{one.queue}' is open for these very hours on {day} anyway"
        yield _finding(LintName.NEEDLESS_EXCEPTION, one.origin, message, "mend the date or the hours, or remove it")


def _opening(queue: Queue, day: date, holidays: Container[date]) -> Sequence[Span]:
    if not queue.open_on_holidays and day in holidays:
        return ()
    return _spans(queue.opening, day) if queue.opening else (_ALL_DAY,)


def _lines(subject: Subject, agent: Agent) -> Iterator[Hours]:
    return (hours for shift in agent.shifts for hours in subject.plan.shifts[shift].hours)


def _spans(lines: Iterable[Hours], day: date) -> Sequence[Span]:
    return [hours.span for hours in lines if hours.begin_on(day)]


def _alike(some: Iterable[Span], others: Iterable[Span]) -> bool:
    """Say whether spans of one day hold the same time."""
    return _held(some) == _held(others)


def _held(spans: Iterable[Span]) -> list[tuple[int, int]]:
    works = sorted(work_of(0, span, "", NOWHERE) for span in spans)
    return [(work.start, work.end) for work in joined(works)]


def _overlapping(coming: Sequence[AgentException]) -> Iterator[Finding]:
    """Find spans of one agent and day that hold the same time; more than one exception for a queue is a mistake."""
    days: defaultdict[tuple[AgentName, date], list[AgentException]] = defaultdict(list)
    for one in coming:
        if one.spans:
            days[one.agent, one.on].append(one)
    for (name, day), several in days.items():
        works = sorted(work_of(0, span, "", one.origin) for one in several for span in one.spans)
        for before, work in pairwise(works):
            if work.start < before.end:
                at = when(work.start)[4:]
                message = f"'{name}' works {at} on {day:%a %d %b %Y} twice, also by {before.origin}"
                yield _finding(LintName.OVERLAPPING_EXCEPTIONS, work.origin, message, "let each time stand once")


def _finding(name: LintName, origin: Origin, message: str, hint: str) -> Finding:
    return Finding(name, origin, "exceptions", message, hint)
