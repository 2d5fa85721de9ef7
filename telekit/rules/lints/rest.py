"""Rest and working time that law asks for, as the shifts give them: by the clock on the wall, breaks not taken off.

Source: directive 2003/88/EC, articles 3 (11 hours of rest in each period of 24), 5 (24 hours and those 11 in each
period of seven days) and 6 (48 hours a week on average); in France also Code du travail L3131-1, L3132-2, L3121-18 (10
hours a day) and L3121-20 (48 hours in any week).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from telekit.domain.agent import Agent
from telekit.domain.names import ShiftName
from telekit.roster.dated import AgentDays
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.rhythm import Rhythm, Work, joined, lasting, when, work_of
from telekit.rules.lints.subject import Subject
from telekit.rules.week import DAY, WEEK

REST = 11 * 60
WEEKLY_REST = 35 * 60
LONGEST_DAY = DAY - REST
"""From the first minute of work to the last: what is left of 24 hours beside the rest."""
MOST_A_DAY = 10 * 60
MOST_A_WEEK = 48 * 60
AROUND = 8
"""Days before and after a dated one that are looked at with it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """What some work leaves too little of."""

    name: LintName
    message: str
    start: int
    end: int
    """Where in the minutes it lies."""


def findings(subject: Subject) -> Iterator[Finding]:
    """Find agents whose shifts, or single days, leave them less rest than they must have."""
    french = _is_french(subject)
    told: dict[tuple[ShiftName, ...], list[Agent]] = {}
    for agent in subject.plan.agents.values():
        told.setdefault(agent.shifts, []).append(agent)
    tired: dict[tuple[ShiftName, ...], set[LintName]] = {}
    for shifts, agents in told.items():
        if not shifts:
            continue
        found = list(_of_rhythm(subject.rhythms.of(shifts), french=french))
        tired[shifts] = {breach.name for breach in found}
        for breach in found:
            yield _of_shifts(subject, breach, agents)
    yield from _of_days(subject, tired, french=french)


def _is_french(subject: Subject) -> bool:
    country = getattr(subject.plan.holidays, "country", None)
    return country == "FR" or (country is None and subject.plan.zone.key == "Europe/Paris")


def _of_shifts(subject: Subject, breach: Breach, agents: Sequence[Agent]) -> Finding:
    """Tell it of the one shift that the agents work, or of the first agent who works such shifts."""
    hint = "mend the hours, or who works them"
    agent = agents[0]
    if len(agent.shifts) == 1:
        shift = subject.plan.shifts[agent.shifts[0]]
        return Finding(breach.name, shift.origin, f"shifts.{shift.name}", breach.message, hint)
    also = f" (and {len(agents) - 1} more with the same shifts)" if len(agents) > 1 else ""
    place = agent.places.get("shifts", agent.origin)
    return Finding(breach.name, place, f"agents.{agent.name}.shifts", breach.message + also, hint)


def _of_rhythm(rhythm: Rhythm, *, french: bool) -> Iterator[Breach]:
    """Give the first breach of each kind in shifts that repeat."""
    works = list(joined(rhythm.works))
    seen: set[LintName] = set()
    end = rhythm.weeks * WEEK
    for breach in _breaches(works, range(rhythm.weeks), french=french):
        if breach.name not in seen and breach.end > 0 and breach.start < end:
            seen.add(breach.name)
            yield breach
    if not french:
        average = sum(_within(works, 0, end)) // rhythm.weeks
        if average > MOST_A_WEEK:
            message = f"{lasting(average)} on shift in a week on average; 48h are the most"
            yield Breach(LintName.WEEK_TOO_LONG, message, 0, end)


def _of_days(
    subject: Subject, tired: Mapping[tuple[ShiftName, ...], Collection[LintName]], *, french: bool
) -> Iterator[Finding]:
    """Find what single days bring that the shifts alone do not; `tired` is what these have been told of already."""
    exceptions = [one for one in subject.plan.agent_exceptions if one.spans and one.on >= subject.today]
    if not exceptions:
        return
    days = AgentDays(subject.plan.agent_exceptions)
    for one in exceptions:
        agent = subject.plan.agents[one.agent]
        monday = one.on - timedelta(days=one.on.weekday())
        works = list(_around(subject, agent, days, monday))
        first = (one.on - monday).days * DAY
        seen = set(tired.get(agent.shifts, ()))
        for breach in _breaches(list(joined(works)), range(1), french=french):
            touches = any(
                work.origin == one.origin and work.start < breach.end and breach.start < work.end for work in works
            )
            if touches and breach.start < first + 2 * DAY and breach.name not in seen:
                seen.add(breach.name)
                message = f"with this day, '{agent.name}' has {breach.message}"
                yield Finding(breach.name, one.origin, "exceptions", message, "mend the hours, or who works them")


def _around(subject: Subject, agent: Agent, days: AgentDays, monday: date) -> Iterator[Work]:
    dated = days.slots.get(agent.name, {})
    lines = [(shift, hours) for shift in agent.shifts for hours in subject.plan.shifts[shift].hours]
    works = []
    for number in range(-AROUND, 7 + AROUND):
        day = monday + timedelta(days=number)
        slots = dated.get(day)
        if slots is not None:
            works += [work_of(number, slot.span, slot.label, slot.origin) for slot in slots]
        else:
            works += [work_of(number, hours.span, label, hours.origin) for label, hours in lines if hours.begin_on(day)]
    yield from sorted(works)


def _breaches(works: Sequence[Work], weeks: Iterable[int], *, french: bool) -> Iterator[Breach]:
    """Give what some work, in order and nowhere touching, leaves too little of."""
    group: list[Work] = []
    for work in works:
        if group and work.start - group[-1].end >= REST:
            yield from _too_long_a_day(group, french=french)
            group = []
        group.append(work)
    yield from _too_long_a_day(group, french=french)
    for week in weeks:
        yield from _of_week(works, week * WEEK, french=french)


def _too_long_a_day(group: Sequence[Work], *, french: bool) -> Iterator[Breach]:
    """Judge what is worked between two rests of 11 hours."""
    if not group:
        return
    start, end = group[0].start, group[-1].end
    if end - start > LONGEST_DAY:
        gaps = [(after.start - before.end, before.end, after.start) for before, after in pairwise(group)]
        if gaps:
            rest, off, on = max(gaps)
            message = f"only {lasting(rest)} of rest between {when(off)} and {when(on)}; 11h are the least"
        else:
            message = f"no rest of 11h in the 24h from {when(start)} on"
        yield Breach(LintName.REST_TOO_SHORT, message, start, end)
    worked = sum(work.end - work.start for work in group)
    if french and worked > MOST_A_DAY and end - start <= LONGEST_DAY:
        message = f"{lasting(worked)} on shift from {when(start)} to {when(end)}; without breaks 10h are the most"
        yield Breach(LintName.DAY_TOO_LONG, message, start, end)


def _of_week(works: Sequence[Work], monday: int, *, french: bool) -> Iterator[Breach]:
    sunday = monday + WEEK
    ends = [monday - WEEK, *(work.end for work in works)]
    starts = [*(work.start for work in works), sunday + WEEK]
    free = [
        on - off
        for off, on in zip(ends, starts, strict=True)
        if min(on, sunday) - max(off, monday) >= DAY and on - off >= WEEKLY_REST
    ]
    if not free:
        message = "no 35h of rest in a row in a week"
        yield Breach(LintName.WEEKLY_REST_TOO_SHORT, message, monday, sunday)
    worked = sum(_within(works, monday, sunday))
    if french and worked > MOST_A_WEEK:
        yield Breach(LintName.WEEK_TOO_LONG, f"{lasting(worked)} on shift in a week; 48h are the most", monday, sunday)


def _within(works: Iterable[Work], start: int, end: int) -> Iterator[int]:
    for work in works:
        yield max(0, min(work.end, end) - max(work.start, start))
