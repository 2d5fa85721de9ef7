"""Callers who hang up are called back in their turn, by real phones over a real trunk."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.lab.callers import Caller
from tests.lab.outside import Outside
from tests.lab.phones import Phone
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, only

ZOE, YVES = "+33199007788", "+33199007799"
OTHER = "+33199000001"


def rules(callback: str = "") -> str:
    """Give rules with amina alone, of whose callers those are called back who press 5."""
    told = f"    callback: {{key: 5, ring: 30s{callback and ', '}{callback}}}\n"
    return only("amina").replace("    wrap_up: 1s\n", f"    wrap_up: 1s\n{told}", 1).replace("ring: 4s", "ring: 30s", 1)


@asynccontextmanager
async def talks(kit: Service, amina: Phone) -> AsyncIterator[Caller]:
    """Let amina talk with somebody."""
    async with Caller(kit.switch, NUMBER, OTHER) as first:
        await amina.rings()
        await amina.answer()
        yield first


async def agrees(kit: Service, number: str = ZOE) -> str:
    """Let somebody call, ask to be called back, confirm and hang up; give the call."""
    before = len(kit.facts("callback-promised"))
    async with Caller(kit.switch, NUMBER, number) as caller:
        await caller.answered()
        await caller.press("5")
        await kit.plays("telekit/callback-number")
        await caller.press("1")
        promised = (await kit.facts_are(before + 1, "callback-promised"))[-1]
        await caller.hang_up()
    assert promised.call is not None
    while f'"call": "{promised.call}"' not in await waiting(kit):
        pass
    return promised.call


async def waiting(kit: Service) -> str:
    """Give the callbacks whose turn it may be."""
    told = json.loads((await kit.telekit("callbacks", "--json"))[1])["callbacks"]
    return json.dumps([row for row in told if row["again_in"] is None])


async def test_the_agent_is_rung_then_the_person_in_their_turn(installed) -> None:
    """Pain 11: neither before who came earlier nor after who came later."""
    kit = await installed(rules(), before=lambda kit: kit.lead_outside())
    async with (
        kit.phone("amina", 1) as amina,
        Outside(kit.switch) as zoe,
        Caller(kit.switch, NUMBER, OTHER) as first,
    ):
        await amina.rings()
        await amina.answer()
        callback = await agrees(kit)
        async with Caller(kit.switch, NUMBER, OTHER) as later:
            await later.answered()
            await first.hang_up()
            ring = await amina.rings()
            assert ring.caller == ZOE
            assert zoe.calls == []
            await amina.answer()
            call = await zoe.rings()
            assert call.caller == NUMBER
            await zoe.answer()
            joined = await kit.fact("joined", call=callback)
            await zoe.talks()
            await zoe.hang_up()
            finished = await kit.fact("finished", call=callback)
            assert (joined.agent, finished.agent) == ("amina", "amina")
            assert abs(finished.at - joined.at - finished.details["talked"]) < 0.1
            await amina.rings()
            assert kit.facts("offered")[-1].call not in (callback, joined.call)
            await later.hang_up()
    assert [line.agent for line in kit.facts("offered")] == ["amina"] * 3


async def test_the_person_is_rung_first_and_no_more_of_them_than_agents_are_free(installed) -> None:
    """Pain 11: with two to be called back and one agent, one phone rings."""
    kit = await installed(rules("first: caller"), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as outside:
        async with talks(kit, amina) as first:
            zoes, yves = await agrees(kit), await agrees(kit, YVES)
            await first.hang_up()
        ring = await outside.rings()
        assert ring.caller == NUMBER
        await kit.presence("amina", "offered")
        assert len(amina.calls) == 1
        await outside.answer()
        await kit.plays("telekit/callback-here")
        outside.press("1")
        await amina.rings()
        assert len(outside.calls) == 1
        await amina.answer()
        joined = (await kit.facts_are(2, "joined"))[-1]
        assert (await kit.fact("callback-ended")).details["back_as"] == joined.call
        assert (await kit.fact("callback-ended")).call == zoes
        assert [line.call for line in kit.facts("offered")].count(yves) == 0
        await outside.hang_up()
        await outside.rings()
        assert kit.facts("offered")[-1].call == yves
        await outside.reject()
        await kit.fact("callback-tried", call=yves)


async def test_who_calls_again_has_the_place_and_is_not_called(installed) -> None:
    kit = await installed(rules(), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as outside:
        async with talks(kit, amina) as first:
            callback = await agrees(kit)
            async with Caller(kit.switch, NUMBER, OTHER), Caller(kit.switch, NUMBER, "0199007788") as again:
                await kit.plays("telekit/callback-again")
                ended = await kit.fact("callback-ended", call=callback)
                assert ended.details["outcome"] == "caller-back"
                await first.hang_up()
                await amina.rings()
                await amina.answer()
                assert (await kit.facts_are(2, "joined"))[-1].call == ended.details["back_as"]
                await again.hears(1000)
        assert outside.calls == []


async def test_a_callback_lapses_when_the_last_who_could_make_it_has_gone(installed) -> None:
    kit = await installed(rules(), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as outside:
        async with talks(kit, amina) as first:
            callback = await agrees(kit)
            kit.rules_file.write_text(rules().replace("shifts: [always]", "shifts: [rarely]"))
            assert (await kit.telekit("reload"))[0] == 0
            ended = await kit.fact("callback-ended", call=callback)
            assert ended.details["outcome"] == "lapsed"
            await first.hang_up()
        assert outside.calls == []


async def test_tries_are_made_again_by_rule_also_by_a_telekit_that_was_killed_meanwhile(installed) -> None:
    kit = await installed(rules("first: caller, tries: 2, every: 1m"), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as outside:
        async with talks(kit, amina) as first:
            callback = await agrees(kit)
            await first.hang_up()
        await outside.rings()
        await outside.reject()
        tried = await kit.fact("callback-tried", call=callback)
        assert (tried.details["cause"], tried.details["tries"]) == ("rejected", 1)
        await kit.presence("amina", "available")
        await kit.kill()
        await kit.serve()
        again = await outside.rings(within=75)
        assert again.rang_at.timestamp() >= tried.details["again_at"]
        await outside.reject()
        ended = await kit.fact("callback-ended", call=callback)
        assert ended.details["outcome"] == "not-reached"
        assert len(amina.calls) == 1


async def test_a_telekit_that_is_killed_while_a_callback_waits_and_while_it_rings_keeps_it(installed) -> None:
    kit = await installed(rules(), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as zoe:
        async with talks(kit, amina) as first:
            callback = await agrees(kit)
            async with Caller(kit.switch, NUMBER, OTHER) as later:
                await later.answered()
                await kit.kill()
                await kit.serve()
                while [call["callback"] for call in (await kit.status())["calls"]] != [ZOE, None]:
                    pass
                await first.hang_up()
                ring = await amina.rings()
                assert ring.caller == ZOE
                await kit.kill()
                await kit.serve()
                await amina.answer()
                await zoe.rings()
                await zoe.answer()
                await zoe.talks()
                joined = await kit.fact("joined", call=callback)
                assert joined.agent == "amina"
                await zoe.hang_up()
                await kit.fact("finished", call=callback)
                await amina.rings()
                await later.hang_up()
        assert len(zoe.calls) == 1


async def test_a_person_whose_phone_rings_while_telekit_is_killed_is_not_rung_twice(installed) -> None:
    kit = await installed(rules("first: caller"), before=lambda kit: kit.lead_outside())
    async with kit.phone("amina", 1) as amina, Outside(kit.switch) as outside:
        async with talks(kit, amina) as first:
            callback = await agrees(kit)
            await first.hang_up()
        await outside.rings()
        await kit.kill()
        await kit.serve()
        await outside.answer()
        await kit.plays("telekit/callback-here")
        outside.press("1")
        await amina.rings()
        await amina.answer()
        assert (await kit.fact("callback-ended", call=callback)).details["outcome"] == "caller-back"
        await kit.facts_are(2, "joined")
        assert len(outside.calls) == 1
        await outside.hang_up()
        await kit.facts_are(2, "finished")
