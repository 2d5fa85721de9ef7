"""What an earlier telekit left without an end in the journal, after it was killed."""

from pathlib import Path

from telekit.domain.fact import FactKind
from telekit.pbx.loopback import Answers, Rings
from tests.acd.day import agent, plan, seconds
from tests.service.world import World, passes, routed


def talks(after: float, span: float) -> Answers:
    return Answers(after=seconds(after), talks=seconds(span))


async def test_a_conversation_that_outlived_telekit_counts_from_when_it_began_and_the_call_has_its_end(
    tmp_path: Path,
) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", talks(5, 60))
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(20)
        await world.killed()
        await passes(60)
        assert world.told(FactKind.JOINED, "rang") == [5.0]
        assert world.told(FactKind.FINISHED, "talked") == [60.0]


async def test_an_answer_that_no_telekit_heard_is_written_when_the_conversation_is_found(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", talks(8, 60))
    async with world:
        world.lead(world.caller())
        await passes(5)
        await world.killed()
        await passes(100)
        (joined,) = world.facts(FactKind.JOINED)
        assert (joined.agent, joined.queue, joined.details) == ("amina", "help", {"waited": 8.0, "rang": 8.0})
        assert world.told(FactKind.FINISHED, "talked") == [60.0]


async def test_who_gave_up_while_no_telekit_was_there_is_counted_as_such(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Rings()).reachable = False
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(20)
        await world.killed(caller.leave)
        assert world.told(FactKind.ABANDONED, "waited") == [20.1], "so long at the most"
        assert world.told(FactKind.CALL_ENDED, "by")[-1] == "lost"


async def test_a_conversation_that_ended_while_no_telekit_was_there_has_its_end(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", talks(2, 19))
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(20)
        await world.killed(caller.leave, away=2)
        assert world.told(FactKind.FINISHED, "talked") == [20.0], "so long at the most"
        assert len(world.facts(FactKind.CALL_ENDED)) == 1


async def test_who_gives_up_before_the_new_telekit_has_them_back_is_counted_as_such(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Rings()).reachable = False
    async with world:
        caller = world.caller()
        world.lead(caller)
        await passes(20)
        await world.killed()
        assert world.facts(FactKind.ABANDONED) == []
        caller.leave()
        await passes(1)
        await world.watch.look()
        assert world.told(FactKind.ABANDONED, "waited") == [21.1]
        assert world.told(FactKind.CALL_ENDED, "by") == ["lost"]
