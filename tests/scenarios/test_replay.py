"""The journal of real calls, led once more by the same rules, comes out as it was."""

import json

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, only


async def test_the_journal_of_real_calls_comes_out_as_it_was(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with kit.phone("amina", 1, answers=True) as amina, kit.phone("luc", 2) as luc:
        await kit.presence("amina", "available")
        await kit.presence("luc", "available")
        async with Caller(kit.switch, NUMBER) as talks:
            await amina.rings()
            await amina.talks()
            async with Caller(kit.switch, NUMBER) as gives_up:
                await luc.rings()
                await gives_up.hang_up()
            await kit.presence("luc", "available")
            async with Caller(kit.switch, NUMBER) as declined:
                await luc.rings()
                await luc.reject()
                await declined.hang_up()
            await talks.hang_up()
        await luc.dial("*73")
        await kit.presence("luc", "paused")
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER) as last:
            await amina.rings()
            await kit.talk(amina)
            await last.hang_up()
        await kit.presence("amina", "available")
    code, told = await kit.telekit("replay", "--json", "--same")
    decisions = json.loads(told)["decisions"]
    assert (code, decisions["differences"]) == (0, [])
    assert decisions["calls"] == 4
    assert decisions["same"] == decisions["taken"] >= 5
