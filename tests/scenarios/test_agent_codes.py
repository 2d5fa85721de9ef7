"""The codes that agents dial from their phones."""

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, only


async def test_pause_and_resume_by_code(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("amina", "available")
        await amina.dial("*73")
        await kit.presence("amina", "paused")
        async with Caller(kit.asterisk, NUMBER) as caller:
            await luc.rings()
            await caller.hang_up()
        await amina.dial("*74")
        await kit.presence("amina", "available")
        assert amina.calls == []


async def test_an_agent_who_works_when_they_say_so_rings_only_after_logging_in(installed) -> None:
    kit = await installed(RULES.replace("amina: {", "amina: {login: code, "))
    async with kit.phone("amina", 1) as amina:
        await amina.dial("*71")
        await kit.presence("amina", "available")
        async with Caller(kit.asterisk, NUMBER) as caller:
            await amina.rings()
            await caller.hang_up()
        await amina.dial("*72")
        await kit.presence("amina", "logged-out")


async def test_wrap_up_is_ended_by_code(installed) -> None:
    kit = await installed(only("amina").replace("wrap_up: 1s", "wrap_up: 10m"))
    async with kit.phone("amina", 1, answers=True) as amina:
        async with Caller(kit.asterisk, NUMBER) as caller:
            await amina.rings()
            await amina.talks()
            await caller.hang_up()
        await kit.presence("amina", "wrap-up")
        await amina.dial("*75")
        await kit.presence("amina", "available")


async def test_a_phone_that_is_no_agents_hears_so_and_nothing_else_happens(installed) -> None:
    kit = await installed(phones=("amina", "luc", "nora", "lobby"))
    async with kit.phone("lobby", 4) as lobby:
        before = len(kit.facts("presence"))
        await lobby.dial("*71")
        await kit.plays("telekit/not-an-agent")
        assert len(kit.facts("presence")) == before
