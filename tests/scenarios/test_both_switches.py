"""One telekit beside an Asterisk and a FreeSWITCH: a call of either reaches an agent whose phone is at either."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.lab import freeswitch
from tests.lab.both_switches import BothSwitches
from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.tree import Tree
from tests.scenarios.rules import NUMBER, only

COLLEAGUE = {"1002": "luc"}
"""What an agent dials for him at the Asterisk; at the FreeSWITCH it is his name."""


@pytest.fixture
async def kit(asterisk_prefix: Tree, folder: Path) -> AsyncIterator[BothSwitches]:
    kit = BothSwitches(folder, freeswitch.needed(), asterisk_prefix, only("amina", "luc"), phones=("amina", "luc"))
    kit.let_call(COLLEAGUE)
    async with kit:
        yield kit
    assert kit.facts("repaired") == []


@pytest.mark.parametrize("caller_at", ["asterisk", "freeswitch"])
@pytest.mark.parametrize("agent_at", ["asterisk", "freeswitch"])
async def test_a_call_reaches_the_agent_wherever_both_are(kit: BothSwitches, caller_at: str, agent_at: str) -> None:
    amina = kit.phone("amina", 1, getattr(kit, agent_at), hertz=1000)
    async with amina, Caller(getattr(kit, caller_at), NUMBER, hertz=700) as caller:
        ring = await amina.rings()
        assert ring.caller == "+33199007788"
        await amina.answer()
        await kit.talk(amina)
        await caller.hears(1000)
        await amina.hears(700)
        await kit.presence("amina", "on-call")
        await caller.hang_up()
        finished = await kit.fact("finished")
        assert (finished.agent, finished.queue) == ("amina", "billing")
        await kit.presence("amina", "available")
        assert len(amina.calls) == 1
        await kit.at_rest()


async def test_who_declines_at_the_other_switch_is_skipped_and_the_next_agent_rings(kit: BothSwitches) -> None:
    amina = ScriptedPhone(kit.freeswitch, "amina", "amina-password", address="127.0.0.11")
    async with amina, kit.phone("luc", 2, kit.asterisk) as luc, Caller(kit.asterisk, NUMBER) as caller:
        await amina.rings()
        await amina.reject(status=486)
        await luc.rings()
        await luc.answer()
        await kit.talk(luc)
        await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert (await kit.fact("offer-ended", agent="amina")).details["cause"] == "busy"
        assert len(amina.calls) == 1


async def test_when_one_is_killed_calls_of_the_other_go_on_and_then_both_are_there_again(kit: BothSwitches) -> None:
    async with kit.phone("amina", 1, kit.asterisk, answers=True) as amina:
        await kit.presence("amina", "available")
        await kit.freeswitch.kill()
        assert (await kit.fact("link-down")).details["why"].startswith("FreeSWITCH: ")
        code, printed = await kit.telekit("health")
        assert code == 1
        assert re.search(r"link of FreeSWITCH +degraded +the link to FreeSWITCH at 127.0.0.1:8021 is down", printed)
        assert re.search(r"link of Asterisk +fine", printed)
        async with Caller(kit.asterisk, NUMBER) as caller:
            await amina.talks(await amina.rings())
            await kit.freeswitch.start()
            await kit.facts_are(2, "link-up")
            await kit.presence("amina", "on-call")
            await caller.hang_up()
        await kit.fact("finished", agent="amina")
    async with kit.phone("amina", 1, kit.freeswitch, answers=True) as amina:
        await kit.presence("amina", "available")
        async with Caller(kit.asterisk, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        await kit.facts_are(2, "finished")


@pytest.mark.parametrize(("there", "away"), [("asterisk", "freeswitch"), ("freeswitch", "asterisk")])
async def test_a_telekit_that_begins_while_one_is_away_leads_calls_of_the_other_and_the_one_joins(
    kit: BothSwitches, there: str, away: str
) -> None:
    here, late = getattr(kit, there), getattr(kit, away)
    await kit.end()
    await late.kill()
    await kit.serve()
    async with kit.phone("amina", 1, here, answers=True) as amina:
        await kit.presence("amina", "available")
        async with Caller(here, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        await kit.fact("finished", agent="amina")
    await late.start()
    async with kit.phone("luc", 2, late, answers=True) as luc:
        await kit.presence("luc", "available")
        async with Caller(here, NUMBER) as caller:
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
    assert re.search(r"^up, Asterisk .* and FreeSWITCH ", (await kit.status())["link"])


@pytest.mark.parametrize(("there", "lost"), [("asterisk", "freeswitch"), ("freeswitch", "asterisk")])
async def test_who_is_rung_at_the_one_that_dies_has_missed_nothing_and_the_call_goes_to_the_next(
    kit: BothSwitches, there: str, lost: str
) -> None:
    here, dies = getattr(kit, there), getattr(kit, lost)
    async with kit.phone("amina", 1, dies) as amina, kit.phone("luc", 2, here, answers=True) as luc:
        await kit.presence("amina", "available")
        await kit.presence("luc", "available")
        async with Caller(here, NUMBER) as caller:
            await amina.rings()
            await dies.kill()
            await luc.rings()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert (await kit.fact("withdrawn")).details["reason"] == "phone-gone"
        assert (await kit.fact("offer-ended", agent="amina")).details["cause"] is None
        await kit.presence("amina", "unreachable")
    await dies.start()
    async with kit.phone("amina", 1, dies):
        await kit.presence("amina", "available")


@pytest.mark.parametrize(
    ("near", "far", "luc_is"), [("asterisk", "freeswitch", "luc"), ("freeswitch", "asterisk", "1002")]
)
async def test_who_passes_the_caller_on_at_the_other_switch_is_free_again_and_until_then_talks(
    kit: BothSwitches, near: str, far: str, luc_is: str
) -> None:
    amina, luc = (
        DeskPhone(getattr(kit, far), name, f"{name}-password", address=f"127.0.0.{number}", hertz=hertz)
        for name, number, hertz in (("amina", 11, 1000), ("luc", 12, 1100))
    )
    async with amina, luc:
        await kit.presence("amina", "available")
        await kit.presence("luc", "available")
        async with Caller(getattr(kit, near), NUMBER) as caller:
            await amina.rings()
            await amina.answer()
            await kit.talk(amina)
            await amina.hold()
            await amina.resume()
            await caller.hears(1000)
            assert kit.facts("transferred") == []
            assert "200" in await amina.transfer(luc_is)
            await luc.rings()
            await luc.answer()
            await caller.hears(1100)
            assert (await kit.fact("transferred", agent="amina")).details == {"way": "unseen", "to": None}
            await kit.presence("amina", "available")
            await kit.presence("luc", "on-call")
            await caller.hang_up()
        await kit.fact("call-ended")
        assert [line.agent for line in kit.facts("finished")] == ["amina"]


@pytest.mark.parametrize(("near", "far"), [("asterisk", "freeswitch"), ("freeswitch", "asterisk")])
async def test_of_several_rung_at_once_who_declines_at_the_other_switch_is_skipped_and_the_rest_ring_on(
    kit: BothSwitches, near: str, far: str
) -> None:
    kit.rules_file.write_text(only("amina", "luc").replace("strategy: fixed", "strategy: ring-all"))
    assert (await kit.telekit("reload"))[0] == 0
    amina = ScriptedPhone(getattr(kit, far), "amina", "amina-password", address="127.0.0.11")
    async with amina, kit.phone("luc", 2, getattr(kit, near)) as luc:
        await kit.presence("amina", "available")
        await kit.presence("luc", "available")
        async with Caller(getattr(kit, near), NUMBER) as caller:
            await amina.rings()
            await luc.rings()
            await amina.reject(status=486)
            assert (await kit.fact("offer-ended", agent="amina")).details["cause"] == "busy"
            await luc.answer()
            await kit.talk(luc)
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert len(amina.calls) == 1
