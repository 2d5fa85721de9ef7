"""What an earlier telekit left without an end in the journal, after it was killed."""

from pathlib import Path

from telekit.domain.fact import Fact, FactKind
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers, Rings
from telekit.pbx.port import OFFER_VARIABLE, HoldChanged
from tests.acd.day import agent, plan, seconds
from tests.service.world import Caller, World, amina_alone, leg_of, offer_of, passes, routed


def talks(after: float, span: float) -> Answers:
    return Answers(after=seconds(after), talks=seconds(span))


async def test_a_conversation_that_outlived_telekit_counts_from_when_it_began_and_the_call_has_its_end(
    tmp_path: Path,
) -> None:
    async with amina_alone(tmp_path, talks(5, 60)) as world:
        await world.begins(20)
        await world.killed()
        await passes(60)
        assert world.told(FactKind.JOINED, "rang") == [5.0]
        assert world.told(FactKind.FINISHED, "talked") == [60.0]


async def test_an_answer_that_no_telekit_heard_is_written_when_the_conversation_is_found(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, talks(8, 60)) as world:
        world.lead(world.caller())
        await passes(5)
        await world.killed()
        await passes(100)
        (joined,) = world.facts(FactKind.JOINED)
        assert (joined.agent, joined.queue) == ("amina", "help")
        assert (joined.details["waited"], joined.details["rang"]) == (8.0, 8.0)
        assert str(joined.details["leg"]).startswith("sip:amina-")
        assert world.told(FactKind.FINISHED, "talked") == [60.0]


async def test_who_gave_up_while_no_telekit_was_there_is_counted_as_such(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Rings(), reachable=False) as world:
        caller = await world.begins(20)
        await world.killed(caller.leave)
        assert world.told(FactKind.ABANDONED, "waited") == [20.1], "so long at the most"
        assert world.told(FactKind.CALL_ENDED, "by")[-1] == "lost"


async def test_a_conversation_that_ended_while_no_telekit_was_there_has_its_end(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, talks(2, 19)) as world:
        caller = await world.begins(20)
        await world.killed(caller.leave, away=2)
        assert world.told(FactKind.FINISHED, "talked") == [20.0], "so long at the most"
        assert len(world.facts(FactKind.CALL_ENDED)) == 1


async def test_who_gives_up_before_the_new_telekit_has_them_back_is_counted_as_such(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Rings(), reachable=False) as world:
        caller = await world.begins(20)
        await world.killed()
        assert world.facts(FactKind.ABANDONED) == []
        caller.leave()
        await passes(1)
        await world.watch.look()
        assert world.told(FactKind.ABANDONED, "waited") == [21.1]
        assert world.told(FactKind.CALL_ENDED, "by") == ["lost"]


async def test_a_conversation_that_was_found_late_counts_the_same_after_another_kill(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, talks(8, 60)) as world:
        await world.begins(5)
        await world.killed(away=10)
        assert world.told(FactKind.JOINED, "rang") == [0.0], "nobody knows when, but after the last that was written"
        await passes(5)
        await world.killed()
        await passes(60)
        assert world.told(FactKind.FINISHED, "talked") == [68.0]


async def test_a_conversation_whose_beginning_nobody_saw_counts_from_the_last_fact_of_whatever_call(
    tmp_path: Path,
) -> None:
    async with amina_alone(tmp_path, talks(8, 60)) as world:
        await world.begins(4)
        (await world.begins(2)).leave()
        await passes(1)

        def begins_in_vain() -> None:
            """Write what a telekit does that finds no switch."""
            world.journal.record(Fact(world.exchange.now() + seconds(5), FactKind.STARTED))

        await world.killed(begins_in_vain, away=10)
        assert world.told(FactKind.JOINED, "rang") == [6.0], "when the other caller left"


async def test_time_on_hold_is_counted_over_a_kill(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", talks(5, 60))
    async with world:
        caller = await world.begins(10)
        for held in (True, False, True):
            world.exchange.hear(HoldChanged(offer_of(caller), leg_of(amina), held))
            await passes(4)
        await world.killed()
        await passes(4)
        world.exchange.hear(HoldChanged(offer_of(caller), leg_of(amina), False))
        await passes(60)
        (finished,) = world.facts(FactKind.FINISHED)
        assert finished.details == {"talked": 47.9, "held": 12.1}


async def test_time_on_hold_is_counted_also_where_the_conversation_ended_unseen(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", talks(5, 14))
    async with world:
        caller = await world.begins(10)
        for held in (True, False, True):
            world.exchange.hear(HoldChanged(offer_of(caller), leg_of(amina), held))
            await passes(2)
        await world.killed(caller.leave, away=4)
        (finished,) = world.facts(FactKind.FINISHED)
        assert finished.details == {"talked": 7.0, "held": 8.0}


async def test_an_agent_whose_conversation_ended_unseen_has_the_wrap_up_from_then_on(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, talks(2, 19), wrap_up=seconds(30)) as world:
        caller = await world.begins(20)
        await world.killed(caller.leave, away=2)
        assert world.presence("amina") is Presence.WRAP_UP
        await passes(31)
        assert world.presence("amina") is Presence.AVAILABLE


async def test_who_is_there_but_talks_with_nobody_any_more_has_talked_until_the_start(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, talks(2, 19)) as world:
        caller = await world.begins(20)
        await world.killed(away=2)
        assert world.told(FactKind.FINISHED, "talked") == [20.0], "so long at the most"
        await passes(5)
        world.lead(caller.comes_back())
        await passes(1)
        assert world.told(FactKind.FINISHED, "talked") == [20.0], "and no longer"


async def test_no_offer_of_a_call_has_a_name_that_an_earlier_telekit_gave(tmp_path: Path) -> None:
    """An agent has passed the caller on: the call comes anew, and its leg still tells of the last offer."""
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", talks(2, 10))
    luc = world.phone("luc", talks(2, 10))
    luc.reachable = False
    async with world:
        caller = await world.begins(5)
        await world.killed(luc.register)
        await passes(10)
        again = Caller(world, arguments={"place": "", "offer": caller.variables[OFFER_VARIABLE]})
        again.id = caller.id
        world.lead(again)
        await passes(5)
        assert [fact.offer for fact in world.facts(FactKind.OFFERED)] == [offer_of(caller, 1), offer_of(caller, 2)]
