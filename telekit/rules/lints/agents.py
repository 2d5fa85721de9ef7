"""Agents whom no call reaches, and phones that two of them share."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from telekit.acd.crowd import NOBODY, only
from telekit.domain.agent import Agent
from telekit.domain.phone import Phone, PhoneKind
from telekit.rules.lints.finding import Finding
from telekit.rules.lints.name import LintName
from telekit.rules.lints.subject import Subject

YEAR = timedelta(days=366)


def findings(subject: Subject) -> Iterator[Finding]:
    """Find agents on no shift, agents whom no queue asks, and phones of two who work at once."""
    employed = _employed(subject)
    today = subject.today
    dated = {one.agent for one in subject.plan.agent_exceptions if one.spans and one.on >= today}
    for number, agent in enumerate(subject.plan.agents.values()):
        path = f"agents.{agent.name}"
        if agent.name not in dated and not _works(subject, agent, today):
            place = agent.places.get("shifts", agent.origin)
            message = "no shift of this agent runs within a year" if agent.shifts else "this agent is on no shift"
            hint = "no phone of theirs ever rings; give them a shift"
            yield Finding(LintName.UNREACHABLE_AGENT, place, path, message, hint)
        elif subject.plan.queues and not employed & only(number):
            if subject.staffing.is_able(number):
                message = "every queue that this agent could serve is closed while they work"
                hint = "give them a shift within its opening hours, or open it then"
            else:
                message = "no queue asks for so little that this agent could serve it"
                hint = "mend their skills, or let a queue ask for them"
            yield Finding(LintName.AGENT_WITHOUT_QUEUE, agent.origin, path, message, hint)
    yield from _shared(subject)


def _works(subject: Subject, agent: Agent, today: date) -> bool:
    hours = (hours for shift in agent.shifts for hours in subject.plan.shifts[shift].hours)
    return any(one.since is None or one.since - today < YEAR for one in hours)


def _employed(subject: Subject) -> int:
    """Give the agents who are on shift at some time while a queue is open that asks for what they have."""
    staffing, everybody = subject.staffing, NOBODY
    by_hours: defaultdict[int, int] = defaultdict(int)
    for queue in subject.plan.queues.values():
        by_hours[staffing.open_minutes(queue)] |= staffing.able(queue.steps)
    for minutes, able in by_hours.items():
        everybody |= staffing.employed(minutes, able)
    return everybody


def _shared(subject: Subject) -> Iterator[Finding]:
    owners: defaultdict[Phone, list[int]] = defaultdict(list)
    agents = list(subject.plan.agents.values())
    for number, agent in enumerate(agents):
        for phone in agent.phones:
            if phone.kind is PhoneKind.TEL:
                owners[phone].append(number)
    for phone, numbers in owners.items():
        for position, number in enumerate(numbers):
            hours = subject.staffing.minutes_ever(only(number))
            for other in numbers[:position]:
                if hours & subject.staffing.minutes_ever(only(other)):
                    agent, first = agents[number], agents[other]
                    message = f"{phone} also rings for '{first.name}', who works at the same time"
                    hint = "give each a phone of their own, or shifts that do not meet"
                    place = agent.places.get("phone", agent.origin)
                    yield Finding(LintName.SHARED_PHONE, place, f"agents.{agent.name}.phone", message, hint)
                    break
