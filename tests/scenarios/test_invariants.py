"""What must always be so is looked at while telekit runs; what is not so is put right and told within 5 seconds."""

from typing import Any

from tests.lab.callers import Caller
from tests.lab.proxy import Wire
from tests.lab.scripted_phones import ScriptedPhone
from tests.scenarios.conftest import LINKS, WIRE
from tests.scenarios.rules import NUMBER, only

CALLS_WIRE = 14573
IN_TIME = 5.0
"""Seconds within which what is not so is put right."""


def by_wire(kit: Any) -> None:
    """Let the switch hand calls over through a wire that can be cut."""
    kit.hand_over_at(CALLS_WIRE)


async def test_a_waiting_call_whose_caller_left_unheard_is_out_of_the_line_within_5_seconds(
    installed, wired, switch
) -> None:
    """Pain 1: elsewhere dead calls stay in the line until somebody restarts the module."""

    async with wired() as wire, Wire(CALLS_WIRE, LINKS[switch].calls) as calls:
        kit = await installed(only("amina"), link=WIRE, before=by_wire)
        async with Caller(kit.switch, NUMBER) as caller:
            await caller.answered()
            call = (await kit.fact("queued")).call
            await kit.plays("telekit/please-wait")
            calls.freeze()
            wire.lose(*LINKS[switch].ends)
            await caller.hang_up()
            calls.end_near()
            repaired = await kit.fact("repaired", within=IN_TIME)
            assert (repaired.call, repaired.details["breach"]) == (call, "call-without-leg")
            assert (await kit.status())["calls"] == []
            ended = await kit.fact("call-ended", within=IN_TIME)
            assert ended.call == call
            wire.lose()
            calls.thaw()
        async with kit.phone("amina", 1, answers=True) as amina, Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
            await kit.fact("finished", agent="amina")
        assert [line.call for line in kit.facts("call-ended")].count(call) == 1
        assert kit.log.count("repaired:") == 1


async def test_an_agent_whose_phone_stopped_ringing_unheard_is_free_within_5_seconds(installed, wired, switch) -> None:
    """Pain 1: elsewhere an agent stays *receiving* although the phone has long stopped."""
    async with wired() as wire, Wire(CALLS_WIRE, LINKS[switch].calls) as calls:
        kit = await installed(only("amina").replace("ring: 4s", "ring: 60s"), link=WIRE, before=by_wire)
        phone = ScriptedPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
        async with phone as amina, Caller(kit.switch, NUMBER) as caller:
            await amina.rings()
            await kit.presence("amina", "offered")
            calls.freeze()
            wire.lose(*LINKS[switch].ends)
            await amina.reject(status=603)
            repaired = await kit.fact("repaired", within=IN_TIME)
            assert (repaired.agent, repaired.details["breach"]) == ("amina", "agent-without-leg")
            ended = await kit.fact("offer-ended", agent="amina")
            assert ended.details["cause"] is None
            wire.lose()
            calls.thaw()
            await caller.hang_up()
        assert kit.log.count("repaired:") == 1
