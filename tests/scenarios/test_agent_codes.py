"""The codes that agents dial from their phones."""

import json
import os
import pwd

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, RULES, only


async def test_pause_and_resume_by_code(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("amina", "available")
        await amina.dial("*73")
        await kit.presence("amina", "paused")
        await kit.at_rest()  # her phone is free to ring again
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            await caller.hang_up()
        await amina.dial("*74")
        await kit.presence("amina", "available")
        assert amina.calls == []


async def test_an_agent_who_works_when_they_say_so_rings_only_after_logging_in(installed) -> None:
    kit = await installed(RULES.replace("amina: {", "amina: {login: code, "))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("luc", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            assert amina.calls == []
            await caller.hang_up()
        await amina.dial("*71")
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await caller.hang_up()
        await amina.dial("*72")
        await kit.presence("amina", "logged-out")


async def test_wrap_up_is_ended_by_code(installed) -> None:
    kit = await installed(only("amina").replace("wrap_up: 1s", "wrap_up: 10m"))
    async with kit.phone("amina", 1, answers=True) as amina:
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
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
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        await kit.presence("amina", "wrap-up")
        await amina.dial("*7730")
        await kit.plays("telekit/wrap-up-extended", language="fr")
        await kit.at_rest()  # to say so takes longer than the second that the rules give
        await kit.presence("amina", "wrap-up")
        await amina.dial("*75")
        await kit.presence("amina", "available")


async def test_each_code_is_answered_in_the_agents_language(installed) -> None:
    kit = await installed(only("amina").replace("name: Amina", "language: fr, name: Amina"))

    async def hears(code: str, *prompts: str) -> None:
        before, english = len(kit.played("fr")), kit.played("en")
        await amina.dial(code)
        for prompt in prompts:
            await kit.plays(prompt, language="fr", after=before)
        await kit.at_rest(within=30)
        assert kit.played("en") == english

    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        await hears("*73", "telekit/paused")
        await hears("*74", "telekit/resumed")
        await hears("*72", "telekit/logged-out")
        await hears("*71", "telekit/logged-in")
        await hears("*75", "telekit/wrap-up-ended")
        await hears("*76", "telekit/your-shift", "telekit/until")
        await hears("*77", "telekit/no-wrap-up")
        await hears("*78", "telekit/no-missed-call")
    words = [line.details["word"] for line in kit.facts("said")]
    assert words == ["pause", "resume", "logout", "login", "end-wrap-up"]
    assert {(line.agent, line.details["by"]) for line in kit.facts("said")} == {("amina", "phone")}


async def test_a_program_says_what_a_code_says_and_stands_in_the_journal(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        for name in ("amina", "luc"):
            await kit.presence(name, "available")
        code, printed = await kit.telekit("agent", "amina", "pause", "--reason", "lunch")
        assert (code, printed.startswith("amina is paused for 0s; lunch; back by resuming")) == (0, True), printed
        async with Caller(kit.switch, NUMBER) as caller:
            await luc.rings()
            await caller.hang_up()
        code, printed = await kit.telekit("agent", "amina", "resume", "--json")
        assert (code, json.loads(printed)["presence"]) == (0, "available")
        async with Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await caller.hang_up()
        user = pwd.getpwuid(os.getuid()).pw_name
        said = [(line.agent, dict(line.details)) for line in await kit.facts_are(2, "said")]
        assert said == [
            ("amina", {"word": "pause", "reason": "lunch", "by": user, "until": None}),
            ("amina", {"word": "resume", "reason": "", "by": user, "until": None}),
        ]
        code, printed = await kit.telekit("agent", "amima", "pause")
        assert code == 1
        assert "did you mean 'amina'?" in printed
