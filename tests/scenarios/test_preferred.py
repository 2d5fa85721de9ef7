"""A caller who talked with somebody before gets that agent again, if that agent is at work."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, only

ZOE = "+33199007788"
LAST = RULES.replace("    queue: billing\n", "    queue: billing\n    prefer: {agent: last, for: 20s}\n", 1)
LUC = RULES.replace("    queue: billing\n", "    queue: billing\n    prefer: {agent: luc, for: 3s}\n", 1)


async def test_the_agent_of_the_last_conversation_rings_again_though_another_stands_first(installed) -> None:
    kit = await installed(LAST)
    async with kit.phone("luc", 2, answers=True) as luc:
        async with Caller(kit.switch, NUMBER, ZOE) as caller:
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            await kit.presence("luc", "available")
            async with Caller(kit.switch, NUMBER, ZOE) as caller:
                await luc.rings()
                await kit.talk(luc)
                await caller.hang_up()
            async with Caller(kit.switch, NUMBER, "+33199007799") as stranger:
                await amina.rings()
                await stranger.hang_up()
    offered = await kit.facts_are(3, "offered")
    assert [line.agent for line in offered] == ["luc", "luc", "amina"]


async def test_a_caller_who_hides_the_number_is_everybodys(installed) -> None:
    kit = await installed(LAST)
    async with kit.phone("luc", 2, answers=True) as luc:
        async with Caller(kit.switch, NUMBER, None) as caller:
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            async with Caller(kit.switch, NUMBER, None) as caller:
                await amina.rings()
                await caller.hang_up()


async def test_a_call_is_held_for_who_talks_and_then_goes_to_whoever_is_free(installed) -> None:
    kit = await installed(LUC)
    async with kit.phone("luc", 2, answers=True) as luc:
        await kit.presence("luc", "available")
        async with Caller(kit.switch, NUMBER) as first:
            await luc.rings()
            await kit.talk(luc)
            async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as second:
                queued = await kit.fact("queued")
                assert queued.details["held_for"] == "luc"
                assert (await kit.status())["calls"][0]["held_for"] == "luc"
                await amina.rings()
                released = await kit.fact("released", agent="luc")
                assert released.details["reason"] == "time"
                assert released.at - queued.details["entered_at"] > 2.9
                await second.hang_up()
            await first.hang_up()


async def test_a_preferred_agent_who_declines_hands_the_call_on_at_once(installed) -> None:
    kit = await installed(LUC)
    async with kit.phone("luc", 2) as luc, kit.phone("amina", 1) as amina:
        await kit.presence("luc", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            await luc.reject()
            await amina.rings()
            assert (await kit.fact("released")).details["reason"] == "missed this call"
            await caller.hang_up()


async def test_a_preferred_agent_off_shift_is_not_waited_for(installed) -> None:
    kit = await installed(
        only("amina").replace("    queue: billing\n", "    queue: billing\n    prefer: {agent: luc, for: 20s}\n", 1)
    )
    async with kit.phone("luc", 2) as luc, kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            released = await kit.fact("released", agent="luc")
            assert released.details["reason"] == "off shift"
            offered = await kit.fact("offered")
            assert offered.details["waited"] < 1
            assert luc.calls == []
            await caller.hang_up()


async def test_a_preferred_agent_whose_shift_starts_within_the_time_is_waited_for(installed) -> None:
    now = datetime.now(ZoneInfo("Europe/Paris"))
    starts_at = (now + timedelta(seconds=75)).replace(second=0, microsecond=0)  # telekit needs some to start
    rules = only("amina").replace("    queue: billing\n", "    queue: billing\n    prefer: {agent: luc, for: 2m}\n", 1)
    rules = rules.replace("shifts: [rarely]", "shifts: [soon]", 1)
    rules = rules.replace(
        "shifts:\n", f"shifts:\n  soon: mon-sun {starts_at:%H:%M}-{starts_at - timedelta(hours=2):%H:%M}\n", 1
    )
    kit = await installed(rules)
    async with kit.phone("luc", 2) as luc, kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            assert (await kit.fact("queued")).details["held_for"] == "luc"
            await luc.rings(within=90)
            assert (await kit.fact("offered")).at >= starts_at.timestamp()
            assert amina.calls == []
            assert kit.facts("released") == []
            await caller.hang_up()
