"""What a queue asks for changes while a caller waits, also while a phone rings."""

from tests.lab.callers import Caller
from tests.lab.installation import Installation
from tests.lab.scripted_phones import ScriptedPhone
from tests.scenarios.rules import NUMBER, RULES

BILLING = "    no_agent: {play: no-agent, then: voicemail}\n"


def rules(*steps: str, requires: str = "{french: 5, billing: 5}", ring: str = "20s") -> str:
    """Give the rules with these steps for billing."""
    told = RULES.replace("{french: 5, billing: 5}", requires).replace("ring: 4s", f"ring: {ring}")
    return told.replace(BILLING, f"{BILLING}    steps: [{', '.join(steps)}]\n", 1)


def scripted(kit: Installation, name: str, number: int) -> ScriptedPhone:
    return ScriptedPhone(kit.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}")


async def offered(kit: Installation, count: int) -> list[tuple[str | None, int]]:
    """Wait until so many offers were made; give each agent with the step that made them eligible."""
    return [(line.agent, line.details["step"]) for line in await kit.facts_are(count, "offered")]


async def test_a_better_match_who_frees_up_while_a_phone_rings_is_asked_next_and_the_phone_rings_on(installed) -> None:
    """In app_queue a caller's rule stands still while a phone rings (apps/app_queue.c, try_calling)."""
    kit = await installed(rules("{after: 1s, requires: {french: 5}}"))
    async with scripted(kit, "nora", 3) as nora:
        await kit.presence("nora", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            ring = await nora.rings()
            async with kit.phone("amina", 1) as amina:
                await kit.presence("amina", "available")
                assert amina.calls == []
                assert ring.ended_at is None
                await nora.reject(status=603)
                await amina.rings()
                assert await offered(kit, 2) == [("nora", 1), ("amina", 0)]
                assert kit.facts("withdrawn") == []
                await caller.hang_up()


async def test_a_step_that_swaps_the_agents_leaves_the_phone_ringing_that_rings(installed) -> None:
    kit = await installed(rules("{after: 2s, requires: {technical: 5}, replace: true}", ring="4s"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("nora", 3) as nora,
        kit.free("amina", "nora"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        ring = await amina.rings()
        await nora.rings()
        await amina.ended(ring)
        assert await offered(kit, 2) == [("amina", 0), ("nora", 1)]
        missed, asked = kit.facts("offer-ended")[0], kit.facts("offered")[1]
        assert missed.details["cause"] == "no-answer", "amina's phone rang for the whole of its time"
        assert asked.details["waited"] >= 3.9
        assert kit.facts("withdrawn") == []
        await caller.hang_up()


async def test_who_rings_when_the_agents_are_swapped_may_still_answer(installed) -> None:
    kit = await installed(rules("{after: 1s, requires: {technical: 5}, replace: true}"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("nora", 3),
        kit.free("amina", "nora"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        await amina.rings()
        while (await kit.status())["calls"][0]["step"] == 0:
            pass
        await amina.answer()
        joined = await kit.fact("joined")
        assert joined.agent == "amina"
        await caller.hang_up()


async def test_a_step_that_withdraws_stops_the_phone_of_who_is_no_longer_eligible(installed) -> None:
    kit = await installed(rules("{after: 2s, requires: {technical: 5}, replace: true, withdraw: true}"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("nora", 3) as nora,
        kit.free("amina", "nora"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        ring = await amina.rings()
        await amina.ended(ring)
        await nora.rings()
        withdrawn = await kit.fact("withdrawn", agent="amina")
        assert withdrawn.details["reason"] == "step"
        assert [line.details["cause"] for line in kit.facts("offer-ended")] == [None]
        await kit.presence("amina", "available")
        await nora.answer()
        await kit.talk(nora)
        await caller.hang_up()


async def test_steps_lower_raise_drop_and_add_what_is_asked_for(installed) -> None:
    """Pain 21: elsewhere a caller's skills can only be relaxed; here a step may also ask for more, or for others."""
    steps = (
        "{after: 1s, requires: {billing: 6}}",  # lower: luc may take it
        "{after: 3s, requires: {billing: 7}, replace: true}",  # raise: he may not any more
        "{after: 9s, requires: {technical: 5}, replace: true}",  # drop one and add another: nora
    )
    kit = await installed(
        rules(*steps, requires="{billing: 8}").replace("rejected: {skip: 30s}", "rejected: {skip: 3s}")
    )
    async with (
        scripted(kit, "luc", 2) as luc,
        kit.phone("nora", 3) as nora,
        kit.free("luc", "nora"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        await caller.answered()
        await luc.rings()
        await luc.reject(status=603)
        await kit.presence("luc", "paused")
        await kit.presence("luc", "available")
        back = kit.facts("presence")[-1]
        await nora.rings()
        assert await offered(kit, 2) == [("luc", 1), ("nora", 3)]
        assert back.at < kit.facts("offered")[1].at, "he was free for some time, and was not asked"
        assert len(luc.calls) == 1
        await caller.hang_up()
