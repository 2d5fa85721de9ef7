"""The line of an agent at home drops in the middle of a conversation."""

from tests.lab.callers import Caller
from tests.lab.home_line import HomeLine
from tests.lab.installation import Installation
from tests.lab.phones import Phone
from tests.scenarios.rules import NUMBER, only

SOON = "rtp_symmetric = yes\nrtp_timeout = 5\n"
"""Seconds without sound after which Asterisk ends a phone's leg; telekit's own pjsip.conf has 30."""


def looks_soon(kit: Installation) -> None:
    kit.asterisk.config["pjsip.conf"] = kit.asterisk.config["pjsip.conf"].replace("rtp_symmetric = yes\n", SOON)


async def test_the_caller_is_back_in_place_and_the_agent_is_not_rung_in_vain(installed) -> None:
    """Pain 16: elsewhere a softphone that loses its line takes the caller with it."""
    kit = await installed(only("amina", "luc"), before=looks_soon)
    line = HomeLine(kit.asterisk, "127.0.0.111")
    amina = Phone(kit.asterisk, "amina", "amina-password", address="127.0.0.11", line=line, answers=True)
    async with line, amina, Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await kit.talk(amina)
        line.up.dead = line.down.dead = True
        dropped = await kit.fact("line-dropped", agent="amina", within=15)
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
