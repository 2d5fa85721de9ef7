"""What is lost comes back: the link, Asterisk, telekit itself."""

import signal

import pytest

from tests.lab.callers import Caller
from tests.lab.outside import Outside
from tests.lab.service import Service
from tests.scenarios.conftest import WIRE
from tests.scenarios.rules import NUMBER, only


async def serve_one(kit: Service, phone, agent: str) -> None:
    async with Caller(kit.switch, NUMBER) as caller:
        await phone.rings()
        await phone.answer()
        await phone.talks()
        await caller.hears(phone.hertz)
        await caller.hang_up()
    await kit.fact("finished", agent=agent)


async def test_the_link_is_cut_and_comes_back_and_presence_is_rebuilt(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        wire.cut()
        await kit.fact("link-down")
        async with kit.phone("amina", 1) as amina:
            wire.mend()
            await kit.facts_are(2, "link-up")
            await kit.presence("amina", "available")
            await serve_one(kit, amina, "amina")


async def test_a_phone_that_unregisters_while_the_link_is_down_is_known_to_be_out_of_reach(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1):
            await kit.presence("amina", "available")
            wire.cut()
            await kit.fact("link-down")
        wire.mend()
        await kit.facts_are(2, "link-up")
        await kit.presence("amina", "unreachable")


async def test_calls_are_served_while_the_link_is_down(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        async with kit.phone("amina", 1) as amina:
            await kit.presence("amina", "available")
            wire.cut()
            await kit.fact("link-down")
            await serve_one(kit, amina, "amina")


async def test_a_link_that_says_nothing_any_more_is_noticed(installed, wired) -> None:
    async with wired() as wire:
        kit = await installed(only("amina"), link=WIRE)
        wire.freeze()
        await kit.fact("link-down", within=40)
        wire.thaw()
        await kit.facts_are(2, "link-up", within=40)


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_switch_that_ended_is_served_again(installed, end: str) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER):
        await amina.rings()
        await getattr(kit.switch, end)()
        await kit.fact("call-ended")
        assert (await kit.status())["calls"] == []
        await kit.switch.start()
        await kit.facts_are(2, "link-up", within=40)
    async with kit.phone("amina", 1) as amina:
        await kit.presence("amina", "available")
        await serve_one(kit, amina, "amina")


async def test_killed_with_a_call_talking_and_one_waiting_the_first_goes_on_and_the_second_is_served(
    installed,
) -> None:
    kit = await installed(only("amina"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701", hertz=700) as talking,
    ):
        first = await amina.rings()
        await amina.answer()
        await amina.talks(first)
        await talking.answered()
        async with Caller(kit.switch, NUMBER, "+33199007702") as waiting:
            await waiting.answered()
            queued = await kit.fact("queued")
            await kit.kill()
            await talking.hears(amina.hertz)
            await kit.serve()
            await kit.presence("amina", "on-call")
            assert first.ended_at is None
            back = (await kit.facts_are(3, "call-arrived"))[-1]
            assert back.call == queued.call
            again = (await kit.facts_are(2, "queued"))[-1]
            place = pytest.approx(queued.details["entered_at"], abs=0.01)
            assert again.details["entered_at"] == place, "the caller has lost the place in the line"
            await talking.hang_up()
            await kit.fact("finished", agent="amina")
            second = await amina.rings()
            assert second.caller == "+33199007702"
            await amina.answer()
            await kit.talk(amina)
            await waiting.hang_up()
    await kit.facts_are(2, "finished")


async def test_killed_while_a_phone_rings_nobody_is_rung_twice(installed) -> None:
    kit = await installed(only("amina", "luc"))
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.free("amina", "luc"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        ring = await amina.rings()
        await kit.kill()
        await amina.answer(ring)
        await amina.talks(ring)
        await caller.answered()
        await kit.serve()
        await kit.presence("amina", "on-call")
        await amina.hang_up()
        assert (await caller.ended()).by == "callee"
        await kit.fact("finished", agent="amina")
        assert len(amina.calls) == 1
        assert luc.calls == []


async def test_killed_while_an_agent_at_a_number_is_asked_for_the_key_nobody_is_joined_without_it(installed) -> None:
    rules = only("amina").replace("phone: sip:amina", "phone: tel:+33199005512")
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with Outside(kit.switch) as mobile, Caller(kit.switch, NUMBER) as caller:
        asked = await mobile.rings()
        await mobile.answer()
        await kit.plays("telekit/confirm-call")
        offered = await kit.fact("offered")
        await kit.kill()
        await kit.serve()
        assert asked.ended_at is None
        await mobile.hang_up()
        await mobile.rings()
        again = (await kit.facts_are(2, "offered"))[-1]
        assert again.call == offered.call
        assert again.details["waited"] == pytest.approx(again.at - offered.at, abs=0.01), "the caller lost the place"
        assert kit.facts("joined") == []
        heard = len(kit.played())
        await mobile.answer()
        await kit.plays("telekit/confirm-call", after=heard)
        mobile.press("1")
        await kit.fact("joined", agent="amina")
        await caller.hears(mobile.hertz)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")
    assert [line.agent for line in kit.facts("joined")] == ["amina"]


async def test_told_to_end_it_ends_with_status_0_and_hands_waiting_callers_back(installed) -> None:
    kit = await installed(only("amina"))
    async with kit.phone("amina", 1) as amina, kit.free("amina"), Caller(kit.switch, NUMBER, "+33199007701") as talking:
        first = await amina.rings()
        await amina.answer()
        await amina.talks(first)
        async with Caller(kit.switch, NUMBER, "+33199007702") as waiting:
            await waiting.answered()
            kit.signal(signal.SIGTERM)
            assert await kit.end() == 0
            await talking.hears(amina.hertz)
            await kit.serve()
            await kit.presence("amina", "on-call")
            await talking.hang_up()
            assert (await amina.rings()).caller == "+33199007702"
            await waiting.hang_up()
