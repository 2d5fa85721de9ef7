"""The roster agrees with a slow oracle, minute by minute, wherever clocks misbehave."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.plan import Plan
from telekit.roster.block import ALWAYS, Block
from telekit.roster.roster import Roster
from tests.roster import oracle, worlds
from tests.roster.oracle import DAY, MARGIN, MINUTE, Judged
from tests.roster.worlds import World
from tests.roster.written import REUNION, agent

DAYS = 3
"""Days judged before and after the focus."""

laws = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
minutes = st.lists(st.integers(0, 2 * DAYS * 1440 - 1), min_size=1, max_size=12)


@dataclass(frozen=True)
class Asked:
    """One subject of the roster with the questions it answers, and what the oracle says."""

    found: list[oracle.Stint]
    judged: Judged
    block_at: Callable[[datetime], Block | None]
    on_until: Callable[[datetime], datetime | None]
    next_start: Callable[[datetime], datetime | None]
    next_change: Callable[[datetime], datetime | None]
    is_off_for_a_reason: Callable[[datetime], bool]

    def moments(self, indexes: list[int]) -> Iterator[tuple[datetime, bool, int]]:
        """Give these minutes, and those at which a block starts or ends, with the one before and the one after."""
        edges = {(edge - self.judged.begin) // MINUTE for stint in self.found for edge in stint[:2]}
        near = sorted(edge + n for edge in edges for n in (-1, 0, 1) if 0 <= edge + n < len(self.judged.on))
        for index in indexes + near:
            yield self.judged.begin + index * MINUTE, bool(self.judged.on[index]), index

    def within(self, moment: datetime | None) -> datetime | None:
        """Forget what lies beyond the judged days: the oracle has not looked there."""
        return moment if moment is not None and moment < self.judged.end else None


def subjects(world: World) -> Iterator[Asked]:
    plan, focus = world.plan, world.focus
    roster = Roster(plan)
    about = [focus + n * DAY for n in range(-DAYS - MARGIN + 1, DAYS + MARGIN)]
    for who in plan.agents:
        found = oracle.stints(plan.agents[who].zone, focus, DAYS, oracle.agent_spans(plan, who, about))
        yield Asked(
            found,
            Judged(found, focus, DAYS),
            lambda at, who=who: roster.shift_at(who, at),
            lambda at, who=who: roster.on_until(who, at),
            lambda at, who=who: roster.next_start(who, at),
            lambda at, who=who: roster.next_change(who, at),
            lambda at, who=who: roster.why_off(who, at) is not None,
        )
    found = oracle.stints(plan.zone, focus, DAYS, oracle.queue_spans(plan, "billing", about))
    yield Asked(
        found,
        Judged(found, focus, DAYS),
        lambda at: roster.opening_at("billing", at),
        lambda at: roster.open_until("billing", at),
        lambda at: roster.next_opening("billing", at),
        lambda at: roster.next_opening_change("billing", at),
        lambda at: roster.why_closed("billing", at) is not None,
    )


@laws
@given(worlds.worlds())
def test_at_each_minute_the_roster_says_on_exactly_when_the_wall_clock_does(world: World) -> None:
    for asked in subjects(world):
        for at, on in asked.judged.minutes():
            assert (asked.block_at(at) is not None) == on, at


@laws
@given(worlds.worlds(), minutes)
def test_asked_in_any_order_it_gives_the_running_block_that_began_first(world: World, indexes: list[int]) -> None:
    for asked in subjects(world):
        for at, _, index in asked.moments(indexes):
            running = [stint for stint in asked.found if stint[0] <= at < stint[1]]
            block = asked.block_at(at)
            assert (block is not None) == bool(running) == asked.judged.on[index]
            if block is not None:
                first = [stint for stint in running if stint[0] == running[0][0]]
                assert (block.start_at, block.label) in [(start_at, label) for start_at, _, label in first]
                assert block.end_at in [end_at for _, end_at, _ in first] or block.label == ALWAYS


@laws
@given(worlds.worlds(), minutes)
def test_the_next_change_is_the_first_minute_that_differs(world: World, indexes: list[int]) -> None:
    for asked in subjects(world):
        for at, _, index in asked.moments(indexes):
            assert asked.within(asked.next_change(at)) == asked.judged.change_after(index)


@laws
@given(worlds.worlds(), minutes)
def test_the_next_start_is_the_first_minute_on_after_one_off(world: World, indexes: list[int]) -> None:
    for asked in subjects(world):
        for at, _, index in asked.moments(indexes):
            assert asked.within(asked.next_start(at)) == asked.judged.change_after(index, to=True)


@laws
@given(worlds.worlds(), minutes)
def test_on_until_is_the_end_of_the_unbroken_run(world: World, indexes: list[int]) -> None:
    for asked in subjects(world):
        for at, on, index in asked.moments(indexes):
            until = asked.on_until(at)
            assert (until is not None) == on
            if until is not None:
                assert asked.within(until) == asked.judged.change_after(index, to=False)


@laws
@given(worlds.worlds(), minutes)
def test_there_is_a_reason_exactly_when_off(world: World, indexes: list[int]) -> None:
    for asked in subjects(world):
        for at, on, _ in asked.moments(indexes):
            assert asked.is_off_for_a_reason(at) != on


@laws
@given(worlds.worlds(), st.lists(st.integers(0, 2 * DAYS * 1440), min_size=2, max_size=2, unique=True))
def test_the_blocks_of_a_window_are_those_that_touch_it_in_order(world: World, edges: list[int]) -> None:
    plan = world.plan
    for who, asked in zip(plan.agents, subjects(world), strict=False):
        start_at, end_at = (asked.judged.begin + edge * MINUTE for edge in sorted(edges))
        blocks = list(Roster(plan).blocks(who, start_at, end_at))
        touching = [stint for stint in asked.found if stint[0] < end_at and start_at < stint[1]]
        assert [block.start_at for block in blocks] == [stint[0] for stint in touching]
        assert sorted((b.start_at, b.end_at, b.label) for b in blocks) == sorted(touching)
        assert all(block.start_at < block.end_at for block in blocks)


@given(st.lists(worlds.spans.filter(lambda span: span.start != span.end), min_size=1, max_size=3), st.integers(1, 5))
def test_in_a_zone_without_changes_a_week_has_the_hours_that_are_written(spans: list[Span], days: int) -> None:
    shift = Shift("one", tuple(Hours(frozenset(range(days)), span) for span in spans))
    roster = Roster(Plan(REUNION, agents={"luc": agent("luc", "one", zone=REUNION)}, shifts={"one": shift}))
    monday = datetime(2026, 11, 23, tzinfo=REUNION)
    blocks = [b for b in roster.blocks("luc", monday, monday + 7 * DAY) if b.start_at >= monday]
    written = timedelta()
    for span in spans:
        start, end = (timedelta(hours=clock.hour, minutes=clock.minute) for clock in (span.start, span.end))
        written += days * ((end - start) % DAY)
    assert sum((block.end_at - block.start_at for block in blocks), timedelta()) == written


@laws
@given(st.sampled_from(worlds.TROUBLE), worlds.spans)
def test_blocks_of_one_line_are_disjoint_but_for_what_the_clock_repeats(where: tuple[str, date], span: Span) -> None:
    zone, focus = ZoneInfo(where[0]), where[1]
    daily = Shift("one", (Hours(frozenset(range(7)), span),))
    roster = Roster(Plan(zone, agents={"luc": agent("luc", "one", zone=zone)}, shifts={"one": daily}))
    clock = oracle.watch(zone, focus, DAYS)
    repeated = MINUTE * (len(clock.walls) - len(clock.occurrences))
    noon = datetime(focus.year, focus.month, focus.day, 12, tzinfo=UTC)
    for block, later in pairwise(roster.blocks("luc", noon - DAYS * DAY, noon + DAYS * DAY)):
        assert block.start_at < block.end_at <= later.start_at + repeated
