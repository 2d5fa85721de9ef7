"""Events of the switch that get lost leave no agent stuck, and no caller."""

from tests.lab.callers import Caller
from tests.scenarios.conftest import LINKS, WIRE
from tests.scenarios.rules import NUMBER, only

IN_TIME = 5.0
"""Seconds within which what is not so is put right."""


async def test_an_agent_whose_conversation_ended_unheard_is_free_within_5_seconds(installed, wired, switch) -> None:
    """Pain 1: elsewhere an agent stays in a state that the phone contradicts until somebody restarts the module."""
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await amina.answer()
            await amina.talks()
            await kit.kill()
            await kit.serve()
            await kit.presence("amina", "on-call")
            wire.lose(*LINKS[switch].ends)
            await caller.hang_up()
            repaired = await kit.fact("repaired", within=IN_TIME)
            assert (repaired.agent, repaired.details["breach"]) == ("amina", "agent-without-leg")
            wire.lose()
            await kit.fact("finished", agent="amina", within=1)
        assert kit.log.count("repaired:") == 1
