"""The codes that agents dial from their phones."""

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, only


async def test_pause_and_resume_by_code(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("amina", "available")
        await amina.dial("*73")
        await kit.presence("amina", "paused")
        await kit.asterisk.shows("core show channels count", "0 active channels")  # her phone is free to ring again
        async with Caller(kit.asterisk, NUMBER) as caller:
            await luc.rings()
            await caller.hang_up()
        await amina.dial("*74")
        await kit.presence("amina", "available")
        assert amina.calls == []


async def test_an_agent_who_works_when_they_say_so_rings_only_after_logging_in(installed) -> None:
    kit = await installed(RULES.replace("amina: {", "amina: {login: code, "))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("luc", "available")
        async with Caller(kit.asterisk, NUMBER) as caller:
            await luc.rings()
            assert amina.calls == []
            await caller.hang_up()
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


async def test_a_pause_has_the_reason_whose_key_is_dialled_or_pressed(installed) -> None:
    kit = await installed(RULES + "pauses: {1: lunch, 2: training}\n")
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        await amina.dial("*732")
        await kit.plays("digits/2")
        assert kit.facts("presence")[-1].details["reason"] == "training"
        await amina.dial("*73")
        await kit.plays("telekit/pause-choose")
        await amina.press("1")
        await kit.plays("digits/1")
        assert kit.facts("presence")[-1].details["reason"] == "lunch"


async def test_a_wrap_up_is_extended_by_code_in_the_agents_language(installed) -> None:
    kit = await installed(only("amina").replace("name: Amina", "language: fr, name: Amina"))
    async with kit.phone("amina", 1, answers=True) as amina:
        async with Caller(kit.asterisk, NUMBER) as caller:
            await amina.rings()
            await amina.talks()
            await caller.hang_up()
        await kit.presence("amina", "wrap-up")
        await amina.dial("*7730")
        await kit.plays("telekit/wrap-up-extended.slin' (escape_digits=) (sample_offset 0) (language 'fr')")
        # To say so takes longer than the second that the rules give.
        await kit.asterisk.logs("do=extend-wrap-up&key=30&endpoint=amina completed")
        await kit.presence("amina", "wrap-up")
        await amina.dial("*75")
        await kit.presence("amina", "available")
