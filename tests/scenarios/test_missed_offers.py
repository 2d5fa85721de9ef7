"""Busy, declined, no answer: each leads to the next agent, each with its own consequence."""

import asyncio

from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.outside import Outside
from tests.lab.scripted_phones import ScriptedPhone
from tests.scenarios.hook import HOOK, are_told, told, with_a_hook
from tests.scenarios.rules import NUMBER, only


def scripted(kit, name: str, number: int) -> ScriptedPhone:
    return ScriptedPhone(kit.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}")


async def served_by_luc(kit, luc, caller) -> None:
    await luc.rings(within=8)
    await luc.answer()
    await kit.talk(luc)
    await caller.hang_up()
    await kit.fact("finished", agent="luc")
    assert [line.agent for line in kit.facts("offered")] == ["amina", "luc"]


async def test_no_answer_leads_to_the_next_agent_and_pauses_the_first(installed) -> None:
    """Pain 7: elsewhere an absent agent who comes first pins the caller."""
    kit = await installed()
    async with (
        kit.phone("amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.free("amina", "luc"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        ring = await amina.rings()
        await served_by_luc(kit, luc, caller)
        await amina.ended(ring)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["cause"] == "no-answer"
        await kit.presence("amina", "paused")


async def test_who_is_paused_for_a_while_is_told_how_it_ends_and_comes_back_by_itself(installed) -> None:
    """Pain 8: elsewhere one missed call pauses for good."""
    rules = only("amina").replace("{pause_after: 1}", "{pause_after: 1, for: 6s}").replace("ring: 4s", "ring: 2s")
    kit = await installed(rules)
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        ring = await amina.rings()
        await amina.ended(ring)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["consequence"] == "paused after 1 missed offer for 6s"
        (told,) = [each for each in (await kit.status())["agents"] if each["agent"] == "amina"]
        assert (told["presence"], told["reason"]) == ("paused", "1 missed offer")
        assert (told["back"]["how"], told["back"]["missed"]) == ("by-itself", "no-answer")
        assert 0 < told["back"]["in"] < 6
        ring = await amina.rings()
        assert (await kit.facts_are(2, "offered"))[1].at - missed.at >= 6
        await amina.answer()
        await kit.talk(amina)
        await caller.hang_up()
        await kit.fact("finished", agent="amina")


async def test_a_declined_call_leads_to_the_next_agent_and_skips_the_first(installed) -> None:
    """Pain 9: elsewhere a caller whom an agent declines is dropped, or rung there again in a loop."""
    kit = await installed()
    async with (
        scripted(kit, "amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.free("amina", "luc"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        await amina.rings()
        await amina.reject(status=603)
        await served_by_luc(kit, luc, caller)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["cause"] == "rejected"
        assert "30" in missed.details["consequence"]
        await kit.presence("amina", "paused")


async def test_a_busy_phone_leads_to_the_next_agent_and_skips_the_first(installed) -> None:
    """Pain 9: busy is not the same as declined, nor as no answer."""
    kit = await installed()
    async with (
        scripted(kit, "amina", 1) as amina,
        kit.phone("luc", 2) as luc,
        kit.free("amina", "luc"),
        Caller(kit.switch, NUMBER) as caller,
    ):
        await amina.rings()
        await amina.reject(status=486)
        await served_by_luc(kit, luc, caller)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["cause"] == "busy"
        assert "20" in missed.details["consequence"]
        await kit.presence("amina", "paused")


async def test_a_phone_without_power_is_unreachable_until_it_registers_again(installed) -> None:
    """Pain 16: elsewhere a phone that lost its network is rung in vain, or stays unavailable for ever."""
    kit = await installed()
    async with kit.phone("luc", 2) as luc:
        amina = kit.phone("amina", 1)
        await amina.start()
        await amina.register()
        await amina.registered()
        await kit.presence("amina", "available")
        await amina.cut_power()
        async with Caller(kit.switch, NUMBER) as caller:
            await served_by_luc(kit, luc, caller)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["cause"] == "unreachable"
        await kit.presence("amina", "unreachable")
        async with kit.phone("amina", 1, answers=True) as amina:
            await kit.presence("amina", "available")
            async with Caller(kit.switch, NUMBER) as caller:
                await amina.rings()
                await kit.talk(amina)
                await caller.hang_up()
            await kit.fact("finished", agent="amina")


async def test_a_voicemail_box_that_answers_takes_no_caller_and_is_a_cause_of_its_own(installed) -> None:
    """Pain 10: elsewhere an agent's voicemail takes the customer."""
    rules = only("amina", "luc").replace("phone: sip:amina", "phone: tel:+33199005512")
    rules = rules.replace("{pause_after: 1}", "{pause_after: 1}, voicemail: {skip: 4s}")
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with Outside(kit.switch) as mobile, kit.phone("luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await mobile.rings()
        await mobile.answer()
        await kit.plays("telekit/confirm-call")
        assert caller.answered_at is None
        await mobile.hang_up()
        await luc.rings()
        await luc.answer()
        await luc.talks()
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details == {"cause": "voicemail", "consequence": "skipped for 4s"}
        assert [line.agent for line in await kit.facts_are(1, "joined")] == ["luc"]
        await kit.presence("amina", "paused")
        await kit.presence("amina", "available")
        await caller.hang_up()


async def test_who_was_paused_for_missing_a_call_is_told_and_returns_by_code(installed) -> None:
    """Pain 8: one missed call elsewhere pauses for good."""
    kit = await installed(only("amina").replace("ring: 4s", "ring: 2s"), settings=HOOK, before=with_a_hook)
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await amina.ended(await amina.rings())
        await kit.presence("amina", "paused")
        assert (await kit.status())["agents"][0]["back"] == {"how": "resuming", "in": None, "missed": "no-answer"}
        await are_told(kit, "amina")
        assert (told(kit)[0]["notice"], told(kit)[0]["back"]["how"]) == ("kept-away", "resuming")
        await amina.dial("*76")
        await kit.plays("telekit/kept-away")
        await kit.phone_is_free("amina")
        await amina.dial("*74")
        await amina.rings()
        await caller.hang_up()


async def test_who_was_skipped_as_busy_returns_when_the_phone_is_free(installed) -> None:
    rules = only("amina").replace("busy: {skip: 20s}", "busy: {skip: 10m}")

    phones = ("amina", "luc", "nora", "lobby")
    kit = await installed(rules, phones=phones, before=lambda kit: kit.let_call({"1004": "lobby"}))
    desk = DeskPhone(kit.switch, "amina", "amina-password", address="127.0.0.11")
    async with desk as amina, scripted(kit, "lobby", 4) as other, Caller(kit.switch, NUMBER) as caller:
        await amina.rings()
        await amina.reject(status=486)
        missed = await kit.fact("offer-ended", agent="amina")
        assert missed.details["cause"] == "busy"
        await kit.presence("amina", "paused")
        own = await amina.dial("1004")
        await other.rings()
        await other.answer()
        await amina.talks_to(own)
        await other.hears(amina.hertz)
        await asyncio.sleep(2)  # what the switch still tells of the offer itself is over by then
        await amina.hang_up_on(own)
        await amina.rings()
        assert (await kit.facts_are(2, "offered"))[1].at - missed.at < 60
        await caller.hang_up()
