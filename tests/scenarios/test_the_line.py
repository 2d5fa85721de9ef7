"""Several callers at once: order, one phone a call, wrap-up kept."""

from contextlib import AsyncExitStack

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, TECHNICAL, only


async def test_two_callers_and_one_agent_are_served_in_order(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER, "+33199007701") as first:
        ring = await amina.rings()
        await amina.answer()
        await amina.talks(ring)
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await second.answered()
            async with Caller(kit.switch, NUMBER, "+33199007703") as third:
                await third.answered()
                await first.hang_up()
                ring = await amina.rings()
                assert ring.caller == "+33199007702"
                await amina.answer()
                await kit.talk(amina)
                await second.hang_up()
                ring = await amina.rings()
                assert ring.caller == "+33199007703"
                await third.hang_up()


async def test_two_calls_at_the_same_instant_never_ring_one_phone_twice(installed) -> None:
    kit = await installed(only("amina", "luc").replace("ring: 4s", "ring: 15s"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, AsyncExitStack() as stack:
        callers = [Caller(kit.switch, NUMBER, f"+3319900770{number}") for number in range(6)]
        for caller in callers:
            await stack.enter_async_context(caller)
        await amina.rings()
        await luc.rings()
        await kit.facts_are(4, "queued")
        assert len(amina.calls) == len(luc.calls) == 1
        assert amina.calls[0].caller != luc.calls[0].caller


async def test_wrap_up_is_kept(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1, answers=True) as amina:
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        finished = await kit.fact("finished")
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        offered = (await kit.facts_are(2, "offered"))[1]
        assert offered.at - finished.at >= 1.0, "the phone rang again within the wrap-up"


async def test_a_call_that_nobody_free_may_serve_holds_back_no_other(installed) -> None:
    """Pain 6: elsewhere a queue that comes first starves another although its calls cannot be served now."""
    kit = await installed(only("amina", "nora"))
    async with (
        kit.phone("nora", 3, answers=True) as nora,
        kit.phone("amina", 1) as amina,
        Caller(kit.switch, TECHNICAL) as technical,
    ):
        await nora.rings()
        await nora.talks()
        async with Caller(kit.switch, TECHNICAL) as waits:
            await waits.answered()
            async with Caller(kit.switch, NUMBER) as billing:
                await amina.rings()
                await billing.hang_up()
        await technical.hang_up()


async def test_a_call_widens_to_more_agents_as_it_waits(installed) -> None:
    rules = RULES.replace(
        "    no_agent: {play: no-agent, then: voicemail}\n",
        "    no_agent: {play: no-agent, then: voicemail}\n    steps: [{after: 2s, requires: {french: 5}}]\n",
        1,
    )
    kit = await installed(rules)
    async with kit.phone("nora", 3) as nora, Caller(kit.switch, NUMBER) as caller:
        await caller.answered()
        await nora.rings()
        offered = await kit.fact("offered")
        assert offered.details["step"] == 1
        assert offered.details["waited"] >= 2.0
        await caller.hang_up()
