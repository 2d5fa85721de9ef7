"""The time of day while somebody steps the machine's clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.destination import ToVoicemail
from telekit.domain.fact import FactKind
from telekit.domain.presence import Presence
from telekit.domain.queue import Exit
from telekit.pbx.loopback import Answers, virtual_clock
from telekit.service.clock import SteadyClock
from telekit.service.vitals import examine_clock
from tests.acd.day import agent, plan, queue, seconds
from tests.service import world as world_module
from tests.service.world import World, passes, routed

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock is stepped by hand."""

    def __init__(self) -> None:
        self.up = 0.0
        self.stepped = timedelta(0)
        self.clock = SteadyClock(self.wall, lambda: self.up)

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.up) + self.stepped

    def after(self, seconds: float) -> float:
        """Let time pass; give the seconds since noon that the clock tells."""
        self.up += seconds
        return (self.clock() - NOON).total_seconds()


def test_it_tells_the_machines_time() -> None:
    machine = Machine()
    assert machine.after(10) == 10
    machine.stepped = timedelta(milliseconds=200)
    assert machine.after(10) == 20.2


def test_a_step_that_is_taken_back_soon_leaves_no_trace() -> None:
    for step in (HOUR, -HOUR):
        machine = Machine()
        machine.stepped = step
        assert [machine.after(10) for _ in range(3)] == [10, 20, 30]
        machine.stepped = timedelta(0)
        assert machine.after(10) == 40


def test_a_step_forward_that_lasts_is_followed() -> None:
    machine = Machine()
    machine.stepped = HOUR
    assert [machine.after(15) for _ in range(4)] == [15, 30, 45 + 3600, 60 + 3600]


def test_a_step_back_that_lasts_is_approached_at_half_speed_and_time_never_runs_backwards() -> None:
    machine = Machine()
    machine.stepped = timedelta(seconds=-100)
    told = [machine.after(10) for _ in range(40)]
    assert told == sorted(told)
    assert told[:6] == [10, 20, 30, 35, 40, 45]
    assert told[-1] == machine.up - 100
    assert machine.clock.offset == timedelta(0)


def test_a_small_correction_back_is_approached_too() -> None:
    machine = Machine()
    machine.stepped = timedelta(milliseconds=-500)
    assert [machine.after(0.4) for _ in range(4)] == pytest.approx([0.2, 0.4, 0.7, 1.1])


def test_a_clock_that_was_stepped_is_told_until_both_agree() -> None:
    machine = Machine()
    assert examine_clock(machine.clock).fine
    machine.stepped = -HOUR
    machine.after(1)
    finding = examine_clock(machine.clock)
    assert not finding.fine
    assert finding.says.startswith("the machine's clock was stepped and is 3600 s behind: ")
    machine.stepped = HOUR
    machine.after(1)
    assert "3600 s ahead" in examine_clock(machine.clock).says
    machine.after(40)
    assert examine_clock(machine.clock).fine


def test_a_step_forward_that_lasts_is_approached_at_half_the_speed_more_while_something_goes_on() -> None:
    machine = Machine()
    machine.stepped = HOUR
    machine.clock.is_idle = lambda: False
    assert [machine.after(15) for _ in range(4)] == [15, 30, 52.5, 75]
    machine.clock.is_idle = lambda: True
    assert machine.after(15) == 75 + 3600


def test_a_machine_that_has_slept_is_right_at_once() -> None:
    machine = Machine()
    machine.clock.is_idle = lambda: False
    assert machine.after(7200) == 7200
    assert machine.clock.offset == timedelta(0)


@pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["forward", "back"])
async def test_who_waits_and_talks_while_the_clock_is_stepped_for_good_is_sent_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    stepped = timedelta(0)
    virtual = virtual_clock()
    clock = SteadyClock(lambda: virtual() + stepped, lambda: virtual().timestamp())
    monkeypatch.setattr(world_module, "virtual_clock", lambda: clock)
    exits = (Exit(seconds(480), ToVoicemail()),)
    world = World(routed(plan([agent("amina")], queue("help", exits=exits))), tmp_path)
    world.phone("amina", Answers(after=seconds(2), talks=seconds(120)))
    async with world:
        clock.is_idle = world.exchange.distributor.is_idle
        leading = [world.lead(world.caller()) for _ in range(3)]
        await passes(20)
        stepped = step
        for lead in leading:
            await lead
        assert world.facts(FactKind.DIVERTED) == []
        for talked in world.told(FactKind.FINISHED, "talked"):
            assert 60 <= talked <= 180
        await passes(60)
        assert (clock.offset == timedelta(0)) is (step > timedelta(0))


async def test_with_the_clock_stepped_an_hour_forth_and_back_calls_are_led_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped = timedelta(0)
    virtual = virtual_clock()
    clock = SteadyClock(lambda: virtual() + stepped, lambda: virtual().timestamp())
    monkeypatch.setattr(world_module, "virtual_clock", lambda: clock)
    world = World(routed(plan([agent("amina")], queue(wrap_up=seconds(30)))), tmp_path)
    world.phone("amina", Answers(after=seconds(2), talks=seconds(60)))
    async with world:
        first, second = (world.lead(world.caller()) for _ in range(2))
        await passes(20)
        for step in (HOUR, timedelta(0), -HOUR, timedelta(0)):
            stepped = step
            await passes(20)
        await first
        await second
        assert world.told(FactKind.FINISHED, "talked") == [60.0, 60.0]
        assert world.told(FactKind.JOINED, "waited") == pytest.approx([2.0, 94.0])
        stepped = -HOUR
        await passes(1)
        assert world.presence("amina") is Presence.WRAP_UP
        await passes(65)
        assert world.presence("amina") is Presence.AVAILABLE, "nobody waits an hour for the end of half a minute"
