"""The line of an agent at home drops in the middle of a conversation."""

import pytest

from tests.lab.callers import Caller
from tests.lab.home_line import HomeLine
from tests.lab.phones import Phone
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, only

SOON = 5
"""Seconds without sound after which the switch ends a phone's leg; in what telekit writes for either there are 30."""


def looks_soon(kit: Service) -> None:
    kit.cut_lines_after(SOON)


async def test_the_caller_is_back_in_place_and_the_agent_is_not_rung_in_vain(installed) -> None:
    """Pain 16: elsewhere a softphone that loses its line takes the caller with it."""
    kit = await installed(only("amina", "luc"), before=looks_soon)
    line = HomeLine(kit.switch, "127.0.0.111")
    amina = Phone(kit.switch, "amina", "amina-password", address="127.0.0.11", line=line, answers=True)
    async with line, amina, kit.free("amina"), Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await kit.talk(amina)
        line.up.dead = line.down.dead = True
        dropped = await kit.fact("line-dropped", agent="amina", within=40)
        waits = await kit.fact("queued")
        entered_at = kit.facts("offered")[0].at
        assert waits.details["entered_at"] <= entered_at
        await kit.presence("amina", "unreachable")
        async with kit.phone("luc", 2) as luc:
            await luc.rings()
            await luc.answer()
            await kit.talk(luc)
            assert [fact.agent for fact in kit.facts("joined")] == ["amina", "luc"]
            assert {fact.call for fact in kit.facts("joined")} == {dropped.call}
            await caller.hang_up()
            await kit.fact("finished", agent="luc")


async def test_who_is_back_in_place_keeps_it_when_telekit_is_killed_then(installed) -> None:
    """To the dialplan it looks much like a conversation that has outlived telekit, and is over."""
    kit = await installed(only("amina", "luc"), before=looks_soon)
    line = HomeLine(kit.switch, "127.0.0.111")
    amina = Phone(kit.switch, "amina", "amina-password", address="127.0.0.11", line=line, answers=True)
    async with line, amina, kit.free("amina"), Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await kit.talk(amina)
        line.up.dead = line.down.dead = True
        await kit.fact("line-dropped", agent="amina", within=40)
        waits = await kit.fact("queued")
        await kit.kill()
        await kit.serve()
        again = (await kit.facts_are(2, "queued"))[-1]
        assert (again.call, again.details["entered_at"]) == (
            waits.call,
            pytest.approx(waits.details["entered_at"], abs=0.01),
        )
        async with kit.phone("luc", 2) as luc:
            await luc.rings()
            await luc.answer()
            await kit.talk(luc)
            await caller.hang_up()
            await kit.fact("finished", agent="luc")
