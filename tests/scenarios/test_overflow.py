"""Too many wait: the call goes elsewhere; who comes back has the place of before."""

from tests.lab.callers import Caller
from tests.lab.outside import Outside
from tests.scenarios.rules import NUMBER, only

OUTSIDE = "+33199005500"
BILLING = "    no_agent: {play: no-agent, then: voicemail}\n"


async def test_a_call_that_is_one_too_many_is_sent_to_a_number_outside(installed) -> None:
    rules = only("amina").replace(
        BILLING,
        f"{BILLING}    overflow: [{{waiting: 1, go: {{number: {OUTSIDE}, ring: 10s, otherwise: voicemail}}}}]\n",
        1,
    )
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with (
        Outside(kit.switch) as outside,
        kit.phone("amina", 1, answers=True) as amina,
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.rings()
        await kit.talk(amina)
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await second.answered()
            async with Caller(kit.switch, NUMBER, "+33199007703%24%7BEXTEN%7D", name="Eve") as third:
                diverted = await kit.fact("diverted")
                assert (diverted.details["reason"], diverted.details["detail"]) == ("overflow", "1 waits")
                ring = await outside.rings()
                assert ring.caller == NUMBER, "the number shown outside is the company's"
                await outside.answer()
                await third.answered()
                await third.hears(1300)
                assert not any(OUTSIDE in str(message) for message in third.messages)
                await outside.hang_up()
                await third.ended()
                back = await kit.fact("back-from-outside")
                assert back.details["cause"] is None
                assert back.details["talked"] > 0
            await first.hang_up()
            ring = await amina.rings()
            assert ring.caller == "+33199007702"
            await kit.facts_are(2, "offered")
            await second.hang_up()


async def test_nobody_answers_outside_and_the_caller_leaves_a_message(installed) -> None:
    rules = only("nora").replace(
        BILLING, f"    no_agent: {{then: {{number: {OUTSIDE}, ring: 5s, otherwise: voicemail}}}}\n", 1
    )
    kit = await installed(rules, before=lambda kit: kit.lead_outside())
    async with Outside(kit.switch) as outside, Caller(kit.switch, NUMBER) as caller:
        await outside.rings()
        await outside.reject()
        back = await kit.fact("back-from-outside")
        assert back.details["cause"] == "rejected"
        await caller.answered()
        await kit.plays("telekit/leave-message")


async def test_a_caller_who_comes_back_from_a_menu_is_served_before_those_who_came_later(installed) -> None:
    """Pain 22: elsewhere a caller who comes back from a menu is the last in line."""
    menu = "menus:\n  stay: {say: please-wait, 1: {queue: billing}, 2: voicemail, nothing: voicemail}\n"
    rules = only("amina").replace(BILLING, f"{BILLING}    steps: [{{after: 3s, go: {{menu: stay}}}}]\n", 1) + menu
    kit = await installed(rules)
    async with kit.phone("amina", 1, answers=True) as amina:
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER, "+33199007701") as talks:
            await amina.rings()
            await kit.talk(amina)
            async with Caller(kit.switch, NUMBER, "+33199007702") as first:
                diverted = await kit.fact("diverted")
                assert diverted.details["waited"] >= 3.0
                await kit.plays("telekit/please-wait", language="en", after=1)  # the menu says it once more
                async with Caller(kit.switch, NUMBER, "+33199007703") as second:
                    await kit.facts_are(2, "queued")
                    await first.press("1")
                    queued = await kit.facts_are(3, "queued")
                    assert queued[2].call == queued[0].call
                    assert queued[2].details["entered_at"] < queued[1].details["entered_at"]
                    await talks.hang_up()
                    ring = await amina.rings()
                    assert ring.caller == "+33199007702"
                    await kit.talk(amina)
                    await first.hang_up()
                    await second.hang_up()
