"""What is lost and found again: scripts, telekit itself, the link to the switch."""

import asyncio
from pathlib import Path

import pytest

from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers, Refuses, Rings
from telekit.pbx.port import OFFER_VARIABLE, OfferOutcome
from telekit.service.recognition import Recognition, leg_of
from tests.acd.day import agent, plan, seconds, sip
from tests.service.world import World, amina_alone, offer_of, passes, routed

TALKS = Answers(after=seconds(5), talks=seconds(60))
NUMBER = Phone(PhoneKind.TEL, "+33199005512")


async def test_who_talks_when_a_script_is_lost_talks_on_and_is_on_call_until_the_leg_ends(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS, wrap_up=seconds(30)) as world:
        caller = await world.begins(10)
        caller.cut()
        await passes(10)
        assert world.presence("amina") is Presence.ON_CALL
        assert world.facts(FactKind.FINISHED) == []
        await passes(50)
        assert world.presence("amina") is Presence.WRAP_UP
        assert world.told(FactKind.FINISHED, "talked") == [60.0]
        assert world.told(FactKind.CALL_ENDED, "by") == ["lost"]


async def test_a_phone_that_rings_when_its_script_is_lost_rings_on_and_may_be_answered(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    amina, luc = world.phone("amina", TALKS), world.phone("luc", TALKS)
    async with world:
        caller = await world.begins(1)
        caller.cut()
        await passes(2)
        assert amina.leg is not None
        assert world.presence("amina") is not Presence.AVAILABLE
        await passes(7)
        assert world.presence("amina") is Presence.ON_CALL
        await passes(60)
        assert world.presence("amina") is Presence.AVAILABLE
        assert (amina.rung, luc.rung) == (1, 0)


async def test_a_caller_whose_script_is_lost_has_not_given_up_and_comes_back_to_the_same_place(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALKS)
    amina.reachable = False
    async with world:
        caller = await world.begins(10)
        caller.cut()
        await passes(5)
        assert world.facts(FactKind.ABANDONED) == []
        assert world.exchange.distributor.queues()[0].calls == ()
        led = world.lead(caller.comes_back())
        await passes(5)
        amina.register()
        await led
        assert world.told(FactKind.OFFERED, "waited") == [20.0]


async def test_a_call_whose_old_script_still_lingers_is_led_by_the_new_one_alone(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", TALKS)
    amina.reachable = False
    async with world:
        caller = world.caller()
        old = world.lead(caller)
        await passes(10)
        again = caller.comes_back()
        led = world.lead(again)
        await passes(1)
        caller.cut()
        await old
        await passes(5)
        amina.register()
        await led
        assert "offered sip:amina: talked 0:01:00" in again.story
        assert world.told(FactKind.OFFERED, "waited") == [16.0]
        assert world.facts(FactKind.ABANDONED) == []


async def test_a_phone_that_rings_for_an_old_script_does_not_keep_the_new_one_from_others(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", Rings())
    luc = world.phone("luc", TALKS)
    async with world:
        caller = await world.begins(1)
        world.lead(caller.comes_back())
        await passes(1)
        assert luc.rung == 1


async def test_a_script_lost_after_a_miss_leaves_nothing_behind(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Refuses(after=seconds(1))) as world:
        caller = world.caller()
        led = world.lead(caller)
        await passes(5)
        caller.cut()
        await led
        assert len(world.exchange._legs) == 0


async def test_conversations_are_found_again_after_a_restart_and_their_end_is_noticed(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS, wrap_up=seconds(30)) as world:
        world.lead(world.caller())
        await passes(20)
        await world.restart()
        (conversation,) = world.exchange.distributor.conversations()
        assert (conversation.agent, conversation.queue) == ("amina", "help")
        assert world.presence("amina") is Presence.ON_CALL
        await passes(50)
        assert world.presence("amina") is Presence.WRAP_UP
        assert world.told(FactKind.FINISHED, "talked") == [60.0], "since they were joined"


async def test_an_agent_whose_phone_rings_across_a_restart_is_on_call_when_they_answer(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    amina, luc = world.phone("amina", TALKS), world.phone("luc", TALKS)
    async with world:
        caller = await world.begins(1)
        await world.restart()
        assert world.exchange.distributor.conversations() == ()
        await passes(9)
        assert world.presence("amina") is Presence.ON_CALL
        assert [talk.call for talk in world.exchange.distributor.conversations()] == [caller.id]
        await passes(60)
        assert world.presence("amina") is Presence.AVAILABLE
        assert (amina.rung, luc.rung) == (1, 0)


async def test_a_leg_that_no_survey_showed_is_recognised_when_it_is_joined(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        tell, world.switch._tell = world.switch._tell, lambda event: None
        caller = await world.begins(1)
        caller.cut()
        await passes(1)
        assert len(world.exchange._legs) == 0
        await world.journal.settled()
        world.switch._tell = tell
        await passes(8)
        assert world.presence("amina") is Presence.ON_CALL
        await passes(60)
        assert world.presence("amina") is Presence.AVAILABLE


async def test_a_leg_that_was_lost_sight_of_ends_no_newer_conversation_of_its_call(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", TALKS)
    world.phone("luc", Answers(after=seconds(1), talks=None))
    async with world:
        caller = await world.begins(10)
        await world.restart()
        tell, world.switch._tell = world.switch._tell, lambda event: None
        await passes(60)
        world.lead(caller.comes_back())
        await passes(10)
        assert world.presence("luc") is Presence.OFFERED
        world.switch._tell = tell
        await world.switch.link_up()
        assert [talk.agent for talk in world.exchange.distributor.conversations()] == ["luc"]
        assert world.presence("amina") is Presence.AVAILABLE


async def test_a_phone_that_rings_in_vain_across_a_restart_leaves_nothing_behind(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, Rings()) as world:
        world.lead(caller := world.caller())
        await passes(1)
        await world.restart()
        await passes(30)
        assert len(world.exchange._legs) == 0
        assert world.presence("amina") is Presence.AVAILABLE
        led = world.lead(caller.comes_back())
        await passes(1)
        assert world.presence("amina") is Presence.OFFERED
        led.cancel()


async def test_an_end_that_the_link_did_not_tell_is_learned_from_the_next_survey(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        world.lead(world.caller())
        await passes(20)
        await world.restart()
        tell, world.switch._tell = world.switch._tell, lambda event: None
        await passes(60)
        assert world.presence("amina") is Presence.ON_CALL
        world.switch._tell = tell
        await world.switch.link_up()
        assert world.presence("amina") is Presence.AVAILABLE


async def test_the_journal_knows_whose_leg_it_is_where_the_phone_does_not(tmp_path: Path) -> None:
    away = agent("luc", phones=(NUMBER,))
    world = World(routed(plan([away])), tmp_path)
    world.switch.phone(str(NUMBER), TALKS)
    async with world:
        world.lead(world.caller())
        await passes(20)
        world.journal.join()
        (alive,) = [leg for leg in (await world.switch.survey()).legs if leg.offer is not None]
        assert alive.offer is not None
        unknown = Recognition((), world.journal).whose(alive, alive.offer, None)
        shared = Recognition([away, agent("amina", phones=(NUMBER,))], world.journal).whose(alive, alive.offer, None)
        for leg in (unknown, shared, leg_of(alive.offer, world.journal)):
            assert leg is not None
            assert (leg.agent, leg.queue, leg.call) == ("luc", "help", alive.call)
        assert leg_of(OfferId("1795395187.2.1"), world.journal) is None


async def test_a_leg_is_recognised_by_its_phone_should_the_journal_be_new(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        outcome: asyncio.Future[OfferOutcome] = asyncio.ensure_future(
            world.switch.offer(CallId("1.5"), [sip("amina")], seconds(20), OfferId("1.5.1"))
        )
        await passes(10)
        await world.switch.link_up()
        assert world.presence("amina") is Presence.ON_CALL
        assert [talk.agent for talk in world.exchange.distributor.conversations()] == [AgentName("amina")]
        await outcome
        await passes(1)
        assert world.presence("amina") is Presence.AVAILABLE


async def test_after_a_restart_no_name_of_an_offer_is_given_twice_even_one_that_never_reached_the_leg(
    tmp_path: Path,
) -> None:
    """Pain 20: every decision has a name that stays its own, so it is known who took which call."""
    async with amina_alone(tmp_path, Refuses(after=seconds(1))) as world:
        caller = await world.begins(5)
        caller.variables[OFFER_VARIABLE] = ""
        await world.restart()
        world.phone("amina", TALKS)
        await world.lead(caller.comes_back())
        offers = [fact.offer for fact in world.facts(FactKind.OFFERED)]
        assert offers == [offer_of(caller, 1), offer_of(caller, 2)]


def break_the_journal(world: World) -> None:
    with world.journal._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE facts")


async def test_a_journal_that_cannot_be_read_keeps_nobody_from_a_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        break_the_journal(world)
        again = world.caller(arguments={"place": "1795431600.000:0:help"})
        await world.lead(again)
        assert again.story[-2:] == ["offered sip:amina: talked 0:01:00", "hung up"]
    assert "The journal cannot be read" in caplog.text


async def test_a_leg_that_only_an_unreadable_journal_knows_keeps_no_other_from_being_found_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(
        routed(plan([agent("amina"), agent("luc", phones=(NUMBER,)), agent("sam", phones=(NUMBER,))])), tmp_path
    )
    world.phone("amina", TALKS)
    world.switch.phone(str(NUMBER), TALKS)
    async with world:
        break_the_journal(world)
        rung = (("1.5", NUMBER), ("1.6", sip("amina")))
        offers = (world.switch.offer(CallId(call), [phone], seconds(20), OfferId(f"{call}.1")) for call, phone in rung)
        talking = asyncio.gather(*offers)
        tell, world.switch._tell = world.switch._tell, lambda event: None
        await passes(10)
        world.switch._tell = tell
        await world.switch.link_up()
        assert [talk.agent for talk in world.exchange.distributor.conversations()] == ["amina"]
        await talking
    assert "The journal cannot be read" in caplog.text


async def test_the_end_of_telekit_ends_no_conversation_in_the_journal(tmp_path: Path) -> None:
    async with amina_alone(tmp_path, TALKS) as world:
        led = world.lead(world.caller())
        waits = world.lead(world.caller())
        await passes(20)
        for script in (led, waits):
            script.cancel()
        await asyncio.wait((led, waits))
        assert world.facts(FactKind.FINISHED, FactKind.ABANDONED) == []
        assert world.told(FactKind.CALL_ENDED, "by") == ["lost", "lost"]
