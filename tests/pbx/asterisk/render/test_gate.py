"""The gates of the fallback against the roster that telekit itself asks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from telekit.domain.agent import Agent
from telekit.domain.exception import AgentException
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, QueueName, ShiftName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.pbx.asterisk.render.gate import agent_gate, queue_gate
from telekit.pbx.render.stretches import Horizon
from telekit.roster.roster import Roster
from tests.pbx.asterisk.render.subroutine import run
from tests.roster.worlds import World, worlds

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
MARGIN = timedelta(seconds=20)
AMINA, EARLY = AgentName("amina"), ShiftName("early")
KNOWN = timedelta(days=3)
moments = st.lists(st.integers(-6 * 24 * 60, 9 * 24 * 60), min_size=30, max_size=30)


def horizon_of(world: World) -> Horizon:
    start_at = datetime.combine(world.focus, time(12), UTC) - timedelta(days=1)
    return Horizon(start_at, start_at + KNOWN)


def instants(world: World, minutes: list[int]) -> list[datetime]:
    noon = datetime.combine(world.focus, time(12), UTC)
    return [noon + timedelta(minutes=minute) for minute in minutes]


@given(worlds(), moments)
def test_no_agent_is_rung_off_shift_however_old_the_file(world: World, minutes: list[int]) -> None:
    roster = Roster(world.plan)
    horizon = horizon_of(world)
    for agent in world.plan.agents.values():
        lines = agent_gate(world.plan, roster, agent, horizon, MARGIN).lines
        for at in instants(world, minutes):
            if run(lines, at):
                assert roster.on_until(agent.name, at) is not None


@given(worlds(), moments)
def test_in_the_days_just_ahead_an_agent_is_rung_exactly_when_a_ring_ends_inside_the_shift(
    world: World, minutes: list[int]
) -> None:
    roster = Roster(world.plan)
    horizon = horizon_of(world)
    for agent in world.plan.agents.values():
        lines = agent_gate(world.plan, roster, agent, horizon, MARGIN).lines
        for at in instants(world, minutes):
            if horizon.start_at <= at < horizon.end_at:
                until = roster.on_until(agent.name, at)
                assert run(lines, at) == (until is not None and at < until - MARGIN)


@given(worlds(), moments)
def test_a_queue_is_never_open_when_the_rules_say_closed(world: World, minutes: list[int]) -> None:
    roster = Roster(world.plan)
    horizon = horizon_of(world)
    for queue in world.plan.queues.values():
        lines = queue_gate(world.plan, roster, queue, horizon).lines
        for at in instants(world, minutes):
            is_open = roster.open_until(queue.name, at) is not None
            if at >= horizon.start_at:
                assert is_open or not run(lines, at)
            if horizon.start_at <= at < horizon.end_at:
                assert run(lines, at) == is_open


def gate_lines(*hours: Hours, exceptions: tuple[AgentException, ...] = (), zone: ZoneInfo = PARIS) -> list[str]:
    """Give the lines of the week's pattern, which hold from 15 November 2026 on."""
    agent = Agent(AMINA, "Amina", (), {}, zone, (EARLY,))
    plan = Plan(PARIS, agents={AMINA: agent}, shifts={EARLY: Shift(EARLY, hours)}, agent_exceptions=exceptions)
    start_at = datetime(2026, 11, 1, tzinfo=UTC)
    gate = agent_gate(plan, Roster(plan), agent, Horizon(start_at, start_at + timedelta(days=14)), MARGIN)
    week = next(place for place, line in enumerate(gate.lines) if line.startswith("(week)"))
    return list(gate.lines[week + 1 : -2])


def hours(days: str, start: str, end: str, every: int = 1, since: date | None = None) -> Hours:
    weekdays = {"mon-thu": range(4), "mon-fri": range(5), "sun": (6,), "tue,thu": (1, 3)}[days]
    return Hours(frozenset(weekdays), Span(time.fromisoformat(start), time.fromisoformat(end)), every, since)


def test_the_last_minute_leaves_room_for_a_ring() -> None:
    assert gate_lines(hours("mon-fri", "07:00", "13:00")) == ["GotoIfTime(07:00-12:58,mon-fri,*,*,Europe/Paris?on)"]


def test_a_shift_that_crosses_midnight_is_two_lines_the_second_on_the_days_after() -> None:
    assert gate_lines(hours("mon-thu", "22:00", "06:00"), zone=REUNION) == [
        "GotoIfTime(22:00-23:59,mon-thu,*,*,Indian/Reunion?on)",
        "GotoIfTime(00:00-05:58,tue-fri,*,*,Indian/Reunion?on)",
    ]


def test_a_shift_on_sunday_night_ends_on_monday() -> None:
    assert gate_lines(hours("sun", "22:00", "06:00"))[1].startswith("GotoIfTime(00:00-05:58,mon,")


def test_a_shift_until_midnight_is_one_line() -> None:
    assert gate_lines(hours("tue,thu", "18:00", "00:00")) == ["GotoIfTime(18:00-23:58,tue&thu,*,*,Europe/Paris?on)"]


def test_a_shift_shorter_than_a_ring_is_no_line() -> None:
    assert gate_lines(hours("mon-fri", "07:00", "07:01")) == []


def test_what_is_worked_every_few_weeks_is_off_once_the_known_days_are_over() -> None:
    assert gate_lines(hours("mon-fri", "07:00", "13:00", every=2, since=date(2026, 11, 2))) == []


def test_what_begins_later_is_off_until_the_file_is_written_anew() -> None:
    assert gate_lines(hours("mon-fri", "07:00", "13:00", since=date(2026, 12, 1))) == []


def test_a_later_exception_is_off_and_the_morning_after_where_shifts_cross_midnight() -> None:
    leave = AgentException(AMINA, date(2026, 12, 31), off="leave")
    early = gate_lines(hours("mon-fri", "07:00", "13:00"), exceptions=(leave,))
    night = gate_lines(hours("mon-thu", "22:00", "06:00"), exceptions=(leave,))
    assert early[0] == "GotoIfTime(*,*,31,dec,Europe/Paris?off)"
    assert night[:2] == ["GotoIfTime(*,*,31,dec,Europe/Paris?off)", "GotoIfTime(*,*,1,jan,Europe/Paris?off)"]


def test_a_queue_that_names_no_hours_closes_on_holidays_only() -> None:
    holiday = date(2026, 12, 25)
    queue = Queue(QueueName("support"), ())
    plan = Plan(PARIS, holidays=frozenset({holiday}), queues={queue.name: queue})
    start_at = datetime(2026, 11, 1, tzinfo=UTC)
    lines = queue_gate(plan, Roster(plan), queue, Horizon(start_at, start_at + timedelta(days=14))).lines
    assert not run(lines, datetime(2026, 12, 25, 12, tzinfo=UTC))
    assert run(lines, datetime(2026, 12, 26, 12, tzinfo=UTC))
