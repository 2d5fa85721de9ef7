"""A call from outside rings the phone of an agent who can, is on shift and is reachable."""

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, only


async def test_the_skilled_agent_rings_and_the_unskilled_who_stand_first_do_not(installed) -> None:
    kit = await installed(RULES.replace("{french: 5, billing: 5}", "{french: 5, technical: 5}"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.phone("nora", 3) as nora,
        Caller(kit.switch, NUMBER) as caller,
    ):
        await nora.rings()
        await nora.answer()
        await kit.talk(nora)
        await caller.answered()
        await nora.hang_up()
        assert (await caller.ended()).by == "callee"
        finished = await kit.fact("finished")
        assert (finished.agent, finished.queue) == ("nora", "billing")
        assert [line.agent for line in kit.facts("offered")] == ["nora"]
        assert amina.calls == luc.calls == []


async def test_sound_flows_both_ways(installed) -> None:
    kit = await installed()
    async with (
        kit.phone("amina", 1, answers=True, hertz=1000) as amina,
        Caller(kit.switch, NUMBER, hertz=700) as caller,
    ):
        await amina.rings()
        await kit.talk(amina)
        await caller.hears(1000)
        await amina.hears(700)
        await caller.hang_up()


async def test_an_agent_off_shift_never_rings(installed) -> None:
    """Pain 18: elsewhere agents who forget to log out are rung after work."""
    kit = await installed(only("luc"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2, answers=True) as luc:
        await kit.fact("presence", agent="luc")
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert amina.calls == []
        assert {line.agent for line in kit.facts("offered")} == {"luc"}


async def test_a_phone_that_is_not_registered_is_passed_over_and_comes_back_by_itself(installed) -> None:
    """Pain 4: elsewhere an agent counts as available whose phone is not registered, and is rung in vain."""
    kit = await installed()
    async with kit.phone("luc", 2, answers=True) as luc:
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        async with kit.phone("amina", 1, answers=True) as amina:
            await kit.presence("amina", "available")
            async with Caller(kit.switch, NUMBER) as caller:
                await amina.rings()
                await kit.talk(amina)
                await caller.hang_up()
            await kit.fact("finished", agent="amina")
        assert [line.agent for line in kit.facts("offered")] == ["luc", "amina"]
