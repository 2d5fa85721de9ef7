"""Plans as short as an administrator writes them, for tests to read well."""

from collections.abc import Container, Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from telekit.domain.agent import Agent
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.roster.roster import Roster

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")


def span(text: str) -> Span:
    start, end = (time(*map(int, clock.split(":"))) for clock in text.replace("24:00", "00:00").split("-"))
    return Span(start, end)


def hours(text: str) -> Hours:
    """Read `mon-fri 07:00-13:00` or `sat 09:00-13:00 every 2 weeks from 2026-11-28`."""
    days, clocks, *rest = text.split()
    first, last = (WEEKDAYS.index(day) for day in (days.split("-") * 2)[:2])
    every, since = 1, None
    if rest:
        every, since = int(rest[rest.index("every") + 1]), date.fromisoformat(rest[-1])
    return Hours(frozenset(range(first, last + 1)), span(clocks), every, since)


def agent(name: str, *shifts: str, zone: ZoneInfo = PARIS) -> Agent:
    return Agent(name, name.title(), (), {}, zone, shifts)


def queue(name: str, *opening: str, open_on_holidays: bool = False) -> Queue:
    return Queue(name, (), tuple(map(hours, opening)), open_on_holidays)


def roster(
    agents: list[Agent] | None = None,
    shifts: Mapping[str, list[str]] | None = None,
    exceptions: tuple[AgentException, ...] = (),
    queues: tuple[Queue, ...] = (),
    queue_exceptions: tuple[QueueException, ...] = (),
    holidays: Container[date] = frozenset(),
    zone: ZoneInfo = PARIS,
) -> Roster:
    named = {name: Shift(name, tuple(map(hours, lines))) for name, lines in (shifts or {}).items()}
    return Roster(
        Plan(
            zone,
            holidays,
            agents={who.name: who for who in agents or []},
            shifts=named,
            agent_exceptions=exceptions,
            queues={what.name: what for what in queues},
            queue_exceptions=queue_exceptions,
        )
    )


def at(text: str, zone: ZoneInfo = PARIS, fold: int = 0) -> datetime:
    """Read a zone's wall, at the first or second time that it shows this."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
