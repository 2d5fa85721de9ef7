"""Ring-all on the real switch: all phones ring, one has the call, and nothing follows for the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.outside import Outside
from tests.lab.phones import Phone
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, RULES, only

MOBILE = "+33199005512"
ALL = RULES.replace("strategy: fixed", "strategy: ring-all").replace(
    "requires: {french: 5, billing: 5}", "requires: {french: 5}"
)
"""Amina, luc and nora all ring for the number."""
TWO = only("amina", "luc").replace("strategy: fixed", "strategy: ring-all")


def scripted(kit: Service, name: str, number: int) -> ScriptedPhone:
    return ScriptedPhone(kit.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}")


@asynccontextmanager
async def calls(kit: Service, *agents: str, **how: Any) -> AsyncIterator[Caller]:
    """Let a caller in, once telekit has heard that these agents can be rung: their switch knows it a little earlier."""
    for agent in agents:
        await kit.presence(agent, "available")
    async with Caller(kit.switch, NUMBER, **how) as caller:
        yield caller


async def all_ring(*phones: Phone | ScriptedPhone) -> None:
    for phone in phones:
        await phone.rings()
        assert len(phone.calls) == 1


async def test_three_phones_ring_at_once_and_whoever_answers_first_has_the_call(installed) -> None:
    kit = await installed(ALL)
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, kit.phone("nora", 3) as nora:
        async with calls(kit, "amina", "luc", "nora") as caller:
            await all_ring(amina, luc, nora)
            await luc.answer()
            await luc.talks()
            await amina.ended()
            await nora.ended()
            await kit.presence("luc", "on-call")
            await kit.presence("amina", "available")
            await kit.presence("nora", "available")
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert [line.agent for line in kit.facts("offered")] == ["amina", "luc", "nora"]
        assert {line.details["cause"] for line in kit.facts("offer-ended")} == {None}
        assert {line.agent for line in kit.facts("withdrawn")} == {"amina", "nora"}


async def test_one_declines_and_is_skipped_while_the_others_ring_on(installed) -> None:
    """Pain 17: elsewhere one phone of a ring group ends the ring of all."""
    kit = await installed(ALL)
    async with scripted(kit, "amina", 1) as amina, kit.phone("luc", 2) as luc, kit.phone("nora", 3) as nora:
        async with calls(kit, "amina", "luc", "nora") as caller:
            await all_ring(amina, luc, nora)
            await amina.reject(status=603)
            missed = await kit.fact("offer-ended", agent="amina")
            assert missed.details == {"cause": "rejected", "consequence": "skipped for 30s"}
            await kit.presence("amina", "paused")
            assert luc.calls[0].ended_at is None
            await nora.answer()
            await kit.talk(nora)
            await luc.ended()
            await caller.hang_up()
        await kit.fact("finished", agent="nora")
        assert len(amina.calls) == len(luc.calls) == 1


async def test_when_nobody_answers_each_has_their_own_consequence_and_the_caller_keeps_the_place(installed) -> None:
    kit = await installed(ALL)
    async with kit.phone("amina", 1) as amina, scripted(kit, "luc", 2) as luc:
        nora = kit.phone("nora", 3)
        await nora.start()
        await nora.register()
        await nora.registered()
        await kit.presence("nora", "available")
        await nora.cut_power()
        async with calls(kit, "amina", "luc") as caller:
            await all_ring(amina, luc)
            await luc.reject(status=486)
            await amina.ended()
            ended = await kit.facts_are(3, "offer-ended")
            causes = {line.agent: line.details["cause"] for line in ended}
            assert causes == {"amina": "no-answer", "luc": "busy", "nora": "unreachable"}
            await kit.presence("amina", "paused")
            await kit.presence("luc", "paused")
            await kit.presence("nora", "unreachable")
            await caller.answered()
            async with kit.phone("nora", 3) as nora:
                await nora.rings()
                await nora.answer()
                await kit.talk(nora)
                await caller.hang_up()
            await kit.fact("finished", agent="nora")


async def test_a_caller_who_gives_up_stops_all_phones(installed) -> None:
    kit = await installed(TWO)
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc:
        async with calls(kit, "amina", "luc") as caller:
            await all_ring(amina, luc)
            await caller.hang_up()
            await amina.ended()
            await luc.ended()
        await kit.fact("abandoned")
        await kit.presence("amina", "available")
        await kit.presence("luc", "available")


async def test_who_pauses_while_all_ring_stops_ringing_and_the_others_ring_on(installed) -> None:
    kit = await installed(TWO.replace("ring: 4s", "ring: 15s"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, calls(kit, "amina", "luc") as caller:
        await all_ring(amina, luc)
        await amina.dial("*73")
        await kit.fact("withdrawn", agent="amina")
        await amina.ended(amina.calls[0])
        assert luc.calls[0].ended_at is None
        await luc.answer()
        await kit.talk(luc)
        await caller.hang_up()
        await kit.fact("finished", agent="luc")


async def test_a_number_has_the_call_only_when_the_key_was_pressed(installed) -> None:
    rules = TWO.replace("phone: sip:luc", f"phone: tel:{MOBILE}").replace("ring: 4s", "ring: 20s")
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as luc, calls(kit, "amina", "luc") as caller:
        await all_ring(amina, luc)
        await luc.answer()
        await luc.talks()
        await kit.plays("telekit/confirm-call")
        assert amina.calls[0].ended_at is None
        assert not kit.facts("joined")
        luc.press("1")
        await kit.fact("joined", agent="luc")
        await amina.ended()
        await caller.answered()
        await caller.hang_up()
        await luc.ended()
        await kit.fact("finished", agent="luc")
        await kit.presence("amina", "available")


async def test_a_number_stops_at_once_when_another_agent_answers_even_while_it_is_asked_for_the_key(installed) -> None:
    rules = TWO.replace("phone: sip:luc", f"phone: tel:{MOBILE}").replace("ring: 4s", "ring: 20s")
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as luc, calls(kit, "amina", "luc") as caller:
        await all_ring(amina, luc)
        await luc.answer()
        await luc.talks()
        await amina.answer()
        await kit.talk(amina)
        await luc.ended(within=10)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
        assert {line.details["cause"] for line in kit.facts("offer-ended")} == {None}


async def test_who_has_the_call_may_pass_it_on_to_one_who_rang_in_vain(installed) -> None:
    kit = await installed(ALL, before=lambda kit: kit.let_call({"1002": "nora"}))
    desk = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with desk as amina, kit.phone("luc", 2) as luc, kit.phone("nora", 3) as nora:
        async with calls(kit, "amina", "luc", "nora") as caller:
            await all_ring(amina, luc, nora)
            await amina.answer()
            await amina.talks()
            await kit.fact("joined", agent="amina")
            await nora.ended()
            assert "200" in await amina.transfer("1002")
            ring = await nora.rings()
            await nora.answer()
            await nora.talks(ring)
            await kit.fact("taken-over", agent="nora")
            await kit.presence("nora", "on-call")
            await caller.hang_up()
        await kit.fact("finished", agent="nora")
        assert [line.agent for line in kit.facts("transferred")] == ["amina"]
        await kit.presence("luc", "available")


async def test_two_calls_at_once_never_ring_one_phone_twice(installed) -> None:
    kit = await installed(TWO)
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        calls(kit, "amina", "luc", number="+33199007701") as one,
        Caller(kit.switch, NUMBER, "+33199007702") as two,
    ):
        await kit.facts_are(2, "call-arrived")
        await all_ring(amina, luc)
        first, second = (one, two) if amina.calls[0].caller == "+33199007701" else (two, one)
        assert amina.calls[0].caller == luc.calls[0].caller
        await amina.answer()
        await amina.talks()
        await luc.ended()
        ring = await luc.rings()
        assert ring.caller != amina.calls[0].caller
        await luc.answer()
        await kit.talk(luc)
        await first.hang_up()
        await second.hang_up()
        await kit.facts_are(2, "finished")
        assert (len(amina.calls), len(luc.calls)) == (1, 2)


async def test_killed_while_all_ring_whoever_answers_is_known_and_nobody_is_rung_twice(installed) -> None:
    kit = await installed(ALL.replace("ring: 4s", "ring: 15s"))
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, kit.phone("nora", 3) as nora:
        async with calls(kit, "amina", "luc", "nora") as caller:
            await all_ring(amina, luc, nora)
            await kit.kill()
            await kit.serve()
            await luc.answer()
            await luc.talks()
            await amina.ended()
            await nora.ended()
            await kit.presence("luc", "on-call")
            await kit.presence("amina", "available")
            await caller.answered()
            await caller.hang_up()
        await kit.fact("finished", agent="luc")
        assert [len(phone.calls) for phone in (amina, luc, nora)] == [1, 1, 1]


async def test_killed_while_one_of_them_talks_it_is_known_who_and_the_others_are_free(installed) -> None:
    kit = await installed(ALL)
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, kit.phone("nora", 3) as nora:
        async with calls(kit, "amina", "luc", "nora", hertz=700) as caller:
            await all_ring(amina, luc, nora)
            await nora.answer()
            await nora.talks()
            await kit.presence("nora", "on-call")
            await kit.kill()
            await caller.hears(nora.hertz)
            await kit.serve()
            await asyncio.gather(*(kit.presence(name, "available") for name in ("amina", "luc")))
            await kit.presence("nora", "on-call")
            await caller.hang_up()
        await kit.fact("finished", agent="nora")


async def test_killed_while_all_ring_and_nobody_answers_the_caller_comes_back_to_the_place(installed) -> None:
    kit = await installed(TWO)
    async with kit.phone("amina", 1) as amina, kit.phone("luc", 2) as luc, calls(kit, "amina", "luc") as caller:
        await all_ring(amina, luc)
        entered_at = (await kit.fact("call-arrived")).at
        await kit.kill()
        await kit.serve()
        await amina.ended()
        await luc.ended()
        ring = await amina.rings()
        await amina.answer()
        await amina.talks(ring)
        joined = await kit.fact("joined", agent="amina")
        offers = [line.offer for line in kit.facts("offered")]
        assert len(set(offers)) == len(offers) >= 3  # of two phones that get free at once, one is told first
        assert joined.details["waited"] >= 4
        assert joined.at - entered_at >= 4
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
