"""A caller who waits agrees on being called back, hangs up and keeps the place."""

from tests.lab.callers import Caller
from tests.scenarios.rules import NUMBER, only
from tests.scenarios.test_announcements import hears, music_begins


def rules(*lines: str) -> str:
    """Give rules with amina alone, whose phone is not there yet, and more lines for the queue."""
    more = "".join(f"    {line}\n" for line in lines)
    return only("amina").replace("    wrap_up: 1s\n", more, 1)


async def test_by_key_at_the_number_that_they_call_from_and_hangs_up_in_the_middle_of_the_goodbye(installed) -> None:
    kit = await installed(rules("callback: {key: 5}"))
    async with Caller(kit.switch, NUMBER) as caller:
        await hears(kit, "telekit/please-wait", "telekit/callback-press", "digits/5")
        await music_begins(kit, 0)
        await caller.press("5")
        await kit.plays("telekit/callback-confirm")
        assert kit.played("en")[-11:-1] == [f"digits/{digit}" for digit in "0199007788"]
        await caller.press("1")
        await hears(kit, "telekit/callback-promised")
        await caller.hang_up()
        await kit.fact("call-ended")
    assert [promised.details["number"] for promised in kit.facts("callback-promised")] == ["+33199007788"]
    assert kit.facts("abandoned", "diverted") == []


async def test_by_a_step_at_another_number_in_french(installed) -> None:
    steps = "steps: [{after: 2s, offer: callback}]"
    kit = await installed(rules("callback: {allow: +33}", steps), before=lambda kit: kit.speak_french())
    async with Caller(kit.switch, NUMBER, None) as caller:
        await hears(kit, "telekit/callback-offer", language="fr")
        await caller.press("1")
        await hears(kit, "telekit/callback-type", language="fr")
        await caller.press("0199005566#")
        await hears(kit, "telekit/callback-number", "digits/0", "digits/1", "digits/9", language="fr")
        await caller.press("1")
        ended = await caller.ended()
        assert (ended.by, ended.status) == ("callee", 200)
        assert kit.played("fr")[-2:] == ["telekit/callback-promised", "telekit/goodbye"]
        assert (await kit.fact("callback-promised")).details["number"] == "+33199005566"
        assert (await kit.fact("call-ended")).details["by"] == "telekit"
    assert kit.facts("abandoned", "diverted") == []


async def test_an_agent_who_comes_in_the_middle_has_the_caller(installed) -> None:
    kit = await installed(rules("callback: {key: 5}"))
    async with Caller(kit.switch, NUMBER) as caller:
        await kit.plays("telekit/callback-press")
        await caller.press("5")
        await kit.plays("telekit/callback-number")
        async with kit.phone("amina", 1, answers=True) as amina:
            await amina.rings()
            await caller.hears(1000)
            await kit.fact("joined", agent="amina")
            assert "telekit/callback-confirm" not in kit.played("en")
            await caller.hang_up()
            await kit.fact("finished", agent="amina")
    assert kit.facts("callback-promised", "abandoned") == []
