"""Whose turn it is: priority, then age, in one order over all queues."""

from tests.lab.callers import Caller
from tests.lab.installation import Installation
from tests.scenarios.rules import NUMBER, TECHNICAL, only

VIP = "+33199005566"
ROUTES = "routes:\n"
FIRST = f"routes:\n  - {{when: {{dialed: {NUMBER}, caller: {VIP}}}, queue: billing, priority: 4}}\n"


def rules(more: str = "") -> str:
    """Give rules with amina alone, who serves both queues, and a caller who comes before others."""
    told = only("amina").replace(ROUTES, FIRST, 1).replace("    wrap_up: 1s\n", more, 1)
    return told.replace("requires: {technical: 5}", "requires: {french: 5}")


async def waits(kit: Installation, call: int, seconds: float) -> None:
    """Wait until the call that stands at this place in the table has waited so long."""
    while (await kit.status())["calls"][call]["waited"] < seconds:
        pass  # each look is another process


async def served(amina, number: str) -> None:
    """Let amina take the call that rings, which is this caller's."""
    ring = await amina.rings()
    assert ring.caller == number
    await amina.talks(ring)


async def test_a_caller_with_priority_comes_before_one_who_waits_already(installed) -> None:
    kit = await installed(rules())
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as talks,
    ):
        await served(amina, "+33199007701")
        async with Caller(kit.switch, NUMBER, "+33199007702") as plain:
            await kit.facts_are(1, "queued")
            async with Caller(kit.switch, NUMBER, VIP) as vip:
                await kit.facts_are(2, "queued")
                await talks.hang_up()
                await served(amina, VIP)
                await vip.hang_up()
            await served(amina, "+33199007702")
            await plain.hang_up()


async def test_where_priority_ages_a_long_wait_comes_before_it(installed) -> None:
    kit = await installed(rules("    ages: 1 per 1s\n"))
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as talks,
    ):
        await served(amina, "+33199007701")
        async with Caller(kit.switch, NUMBER, "+33199007702") as plain:
            await kit.facts_are(1, "queued")
            await waits(kit, 0, 4.5)
            async with Caller(kit.switch, NUMBER, VIP) as vip:
                await kit.facts_are(2, "queued")
                await talks.hang_up()
                await served(amina, "+33199007702")
                await plain.hang_up()
                await served(amina, VIP)
                await vip.hang_up()


async def test_who_has_waited_longest_is_served_first_of_all_queues(installed) -> None:
    """Pain 13: in app_queue each queue has a line of its own, and who waits longest over all waits on."""
    kit = await installed(rules())
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as talks,
    ):
        await served(amina, "+33199007701")
        async with Caller(kit.switch, TECHNICAL, "+33199007702") as first:
            await kit.facts_are(1, "queued")
            async with Caller(kit.switch, NUMBER, "+33199007703") as second:
                await kit.facts_are(2, "queued")
                await talks.hang_up()
                await served(amina, "+33199007702")
                await first.hang_up()
                await served(amina, "+33199007703")
                await second.hang_up()
