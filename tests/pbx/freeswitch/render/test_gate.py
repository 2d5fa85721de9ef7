"""The gates of FreeSWITCH's fallback against the roster that telekit itself asks."""

from datetime import timedelta

from hypothesis import given

from telekit.pbx.freeswitch.render.gate import Gate, gate
from telekit.pbx.render.stretches import Horizon, agent_stretches, queue_stretches
from telekit.roster.roster import Roster
from tests.pbx.asterisk.render.test_gate import MARGIN, horizon_of, instants, moments
from tests.pbx.freeswitch.render.dialplan import is_open
from tests.roster.worlds import World, worlds


def gates(world: World, roster: Roster, horizon: Horizon) -> dict[str, Gate]:
    return {
        name: gate(agent_stretches(world.plan, roster, agent, horizon, MARGIN), horizon, MARGIN)
        for name, agent in world.plan.agents.items()
    }


@given(worlds(), moments)
def test_no_agent_is_rung_off_shift_however_old_the_file(world: World, minutes: list[int]) -> None:
    roster = Roster(world.plan)
    for name, each in gates(world, roster, horizon_of(world)).items():
        agent = world.plan.agents[name]  # type: ignore[index]
        for at in instants(world, minutes):
            if is_open(each.extensions, at):
                assert roster.on_until(agent.name, at) is not None


@given(worlds(), moments)
def test_in_the_days_just_ahead_an_agent_is_rung_exactly_when_a_ring_ends_inside_the_shift(
    world: World, minutes: list[int]
) -> None:
    roster = Roster(world.plan)
    horizon = horizon_of(world)
    for name, each in gates(world, roster, horizon).items():
        agent = world.plan.agents[name]  # type: ignore[index]
        for at in instants(world, minutes):
            if horizon.start_at <= at < horizon.end_at:
                until = roster.on_until(agent.name, at)
                assert is_open(each.extensions, at) == (until is not None and at < until - MARGIN)


@given(worlds(), moments)
def test_a_queue_is_never_open_when_the_rules_say_closed(world: World, minutes: list[int]) -> None:
    roster = Roster(world.plan)
    horizon = horizon_of(world)
    for queue in world.plan.queues.values():
        stretches = queue_stretches(world.plan, roster, queue, horizon)
        each = gate(stretches, horizon, timedelta(0))
        for at in instants(world, minutes):
            open_now = roster.open_until(queue.name, at) is not None
            if at >= horizon.start_at:
                assert open_now or not is_open(each.extensions, at)
            if horizon.start_at <= at < horizon.end_at:
                assert is_open(each.extensions, at) == open_now
