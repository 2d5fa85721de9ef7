"""Callers who waited when telekit was killed come back one after another, and keep their order."""

from pathlib import Path

from telekit.domain.fact import FactKind
from telekit.pbx.loopback import Answers
from tests.acd.day import agent, plan, seconds
from tests.service.world import Caller, World, amina_alone, passes, routed


async def came_between(world: World) -> Caller:
    """Let somebody call who finds nobody yet, as the dialplan notes it."""
    caller = world.caller(arguments={"place": f"{world.exchange.now().timestamp()}::"})
    await passes(0.1)
    return caller


async def test_who_is_back_first_does_not_overtake_who_came_first(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", Answers(after=seconds(1), talks=seconds(60)))
    amina.reachable = False
    async with world:
        first, second = world.caller(), world.caller()
        for caller in (first, second):
            world.lead(caller)
            await passes(5)
        await world.killed(amina.register)
        world.lead(second.comes_back())
        await passes(1)
        world.lead(first.comes_back())
        await passes(1)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [first.id]


async def test_who_came_before_calls_were_taken_is_not_overtaken_by_who_comes_after(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60))) as world:
        between = await came_between(world)
        world.exchange.hold_newcomers()
        newer = world.caller()
        world.lead(newer)
        await passes(0.01)
        world.exchange.await_between(await world.switch.legs())
        await passes(0.5)
        assert world.facts(FactKind.OFFERED) == []
        world.lead(between)
        await passes(0.1)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [between.id]


async def test_where_nobody_came_before_the_first_is_let_in_at_once(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60))) as world:
        world.exchange.hold_newcomers()
        caller = world.caller()
        world.lead(caller)
        await passes(0.2)
        assert world.facts(FactKind.OFFERED) == []
        world.exchange.await_between(await world.switch.legs())
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [caller.id]


async def test_a_switch_that_does_not_tell_who_came_before_holds_nobody_up_for_long(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60))) as world:
        world.exchange.hold_newcomers()
        caller = await world.begins(3)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [caller.id]


async def test_nobody_waits_for_long_for_one_who_does_not_come_back(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", Answers(after=seconds(1), talks=seconds(60)))
    amina.reachable = False
    async with world:
        first, second = world.caller(), world.caller()
        for caller in (first, second):
            world.lead(caller)
            await passes(5)
        await world.killed(amina.register)
        world.lead(second.comes_back())
        await passes(1)
        assert world.facts(FactKind.OFFERED) == []
        await passes(2)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [second.id]


async def test_who_gives_up_before_all_are_back_is_counted_as_such(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60)), reachable=False) as world:
        first, second = world.caller(), world.caller()
        for caller in (first, second):
            world.lead(caller)
            await passes(5)
        await world.killed()
        again = second.comes_back()
        world.lead(again)
        await passes(1)
        again.leave()
        await passes(1)
        assert [(fact.call, fact.details["waited"]) for fact in world.facts(FactKind.ABANDONED)] == [(second.id, 6.1)]


async def test_who_gives_up_after_another_kill_before_all_were_back_is_counted_as_such(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60)), reachable=False) as world:
        world.lead(world.caller())
        await passes(5)
        await world.killed()
        newcomer = world.caller()
        world.lead(newcomer)
        await passes(1)
        await world.killed(newcomer.leave)
        assert [(fact.call, fact.details["waited"]) for fact in world.facts(FactKind.ABANDONED)] == [(newcomer.id, 1.1)]


async def test_that_a_newcomer_waits_is_written_at_once_and_once(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60)), reachable=False) as world:
        first = world.caller()
        world.lead(first)
        await passes(5)
        await world.killed()
        newcomer = world.caller()
        world.lead(newcomer)
        await passes(0.1)
        assert [fact.call for fact in world.facts(FactKind.QUEUED)][-1] == newcomer.id
        world.lead(first.comes_back())
        await passes(3)
        assert [fact.call for fact in world.facts(FactKind.QUEUED)].count(newcomer.id) == 1


async def test_who_came_first_is_not_overtaken_by_hundreds_whom_the_switch_sends_one_after_another(
    tmp_path: Path,
) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60))) as world:
        first, *others = [await came_between(world) for _ in range(8)]
        world.exchange.hold_newcomers()
        world.exchange.await_between(await world.switch.legs())
        await passes(2)
        for later in [*others, first]:
            world.lead(later)
            await passes(0.2)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [first.id]


async def test_who_never_comes_back_holds_the_others_up_for_no_longer_than_was_promised(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Answers(after=seconds(1), talks=seconds(60))) as world:
        callers = [await came_between(world) for _ in range(30)]
        world.exchange.hold_newcomers()
        world.exchange.await_between(await world.switch.legs())
        for each in callers[1:21]:
            world.lead(each)
            await passes(0.2)
        await passes(0.2)
        assert [fact.call for fact in world.facts(FactKind.OFFERED)] == [callers[1].id]
