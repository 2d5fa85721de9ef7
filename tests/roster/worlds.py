"""Plans and days that hypothesis draws, most of them near a day on which clocks misbehave."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from telekit.domain.agent import Agent
from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue

TROUBLE = [
    ("Europe/Paris", date(2026, 3, 29)),  # 02:00 becomes 03:00
    ("Europe/Paris", date(2026, 10, 25)),  # 03:00 becomes 02:00
    ("Indian/Reunion", date(2026, 3, 29)),  # never changes
    ("Asia/Kolkata", date(2026, 1, 1)),  # never changes, half an hour off
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # 02:00 becomes 01:30
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # 02:00 becomes 02:30
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight becomes 01:00
    ("America/Sao_Paulo", date(2018, 2, 18)),  # midnight becomes 23:00 of the day before
    ("America/St_Johns", date(2010, 11, 7)),  # 00:01 becomes 23:01 of the day before
    ("America/Havana", date(2026, 11, 1)),  # 01:00 becomes midnight of the same day
    ("Africa/Casablanca", date(2026, 2, 15)),  # back for Ramadan
    ("Africa/Casablanca", date(2026, 3, 22)),  # and forth again
    ("Antarctica/Troll", date(2026, 10, 25)),  # two hours
    ("Pacific/Apia", date(2011, 12, 30)),  # a whole day skipped
    ("Pacific/Kwajalein", date(1993, 8, 21)),  # a whole day skipped
    ("Pacific/Kwajalein", date(1969, 9, 30)),  # 23 hours repeated
]

EDGES = ["00:00", "00:01", "00:30", "01:00", "01:30", "02:00", "02:15", "02:30", "03:00", "06:00", "13:00", "22:00"]

clocks = st.sampled_from([*(time.fromisoformat(edge) for edge in EDGES), time(23, 1), time(23, 30), time(23, 59)]) | (
    st.builds(time, st.integers(0, 23), st.integers(0, 59))
)
spans = st.builds(Span, clocks, clocks)
few_spans = st.lists(spans, min_size=1, max_size=3).map(tuple)


@dataclass(frozen=True)
class World:
    """A plan, and the day to look at."""

    plan: Plan
    focus: date


def near(focus: date, days: int) -> st.SearchStrategy[date]:
    return st.integers(-days, days).map(lambda n: focus + timedelta(n))


def hours(focus: date) -> st.SearchStrategy[Hours]:
    days = st.sets(st.integers(0, 6), min_size=1).map(frozenset) | st.just(frozenset(range(7)))
    plain = st.builds(Hours, days, spans, since=st.none() | near(focus, 5))
    return plain | st.builds(Hours, days, spans, every=st.integers(2, 4), since=near(focus, 60))


def days_off_and_swaps(focus: date) -> st.SearchStrategy[AgentException]:
    who, day = st.sampled_from(["amina", "luc"]), near(focus, 3)
    works = st.builds(AgentException, who, day, few_spans, shift=st.none() | st.just("one"), instead_of=st.none() | who)
    return works | st.builds(AgentException, who, day, off=st.just("leave"))


def openings_and_closings(focus: date) -> st.SearchStrategy[QueueException]:
    day = near(focus, 3)
    opens = st.builds(QueueException, st.just("billing"), day, few_spans)
    return opens | st.builds(QueueException, st.just("billing"), day, closed=st.just("works"))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    name, focus = draw(st.sampled_from(TROUBLE))
    other = draw(st.sampled_from(["Europe/Paris", "Pacific/Auckland"]))
    shift_names = ("one", "two", "three")
    week = st.lists(hours(focus), max_size=3).map(tuple)
    shifts = {shift: Shift(shift, draw(week)) for shift in shift_names}
    worked = st.lists(st.sampled_from(shift_names), max_size=3, unique=True).map(tuple)
    agents = {
        who: Agent(who, who, (), {}, ZoneInfo(zone), draw(worked)) for who, zone in (("amina", name), ("luc", other))
    }
    opening = draw(st.lists(hours(focus), max_size=3).map(tuple))
    queue = Queue("billing", (), opening, open_on_holidays=draw(st.booleans()))
    plan = Plan(
        ZoneInfo(name),
        draw(st.frozensets(near(focus, 4), max_size=3)),
        agents=agents,
        shifts=shifts,
        agent_exceptions=tuple(draw(st.lists(days_off_and_swaps(focus), max_size=5))),
        queues={"billing": queue},
        queue_exceptions=tuple(draw(st.lists(openings_and_closings(focus), max_size=3))),
    )
    return World(plan, focus)
