"""Nobody may be rung: the caller hears so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.lab import sound
from tests.lab.callers import Caller
from tests.scenarios.rules import CLOSED, NUMBER, only


async def test_with_nobody_on_shift_the_caller_hears_so_and_leaves_a_message(installed) -> None:
    kit = await installed(only("nora"))
    async with kit.phone("amina", 1) as amina, kit.phone("nora", 3) as nora:
        async with Caller(kit.switch, NUMBER, hertz=700) as caller:
            diverted = await kit.fact("diverted")
            assert diverted.details["reason"] == "no-agent"
            await kit.plays("telekit/no-agent")
            await kit.recording()
            await caller.press("#")
            left = await kit.fact("message-left")
            await caller.ended(within=40)
        assert amina.calls == nora.calls == []
        assert sound.has_tone(sound.read_wav(Path(left.details["path"]))[: sound.TENTH], 700)


async def test_with_nobody_on_shift_the_caller_agrees_to_be_called_back_at_the_next(installed) -> None:
    offers = "    callback: {keep: next-shift}\n    no_agent: {play: no-agent, offer: callback, then: voicemail}\n"
    written = "    no_agent: {play: no-agent, then: voicemail}\n"
    in_three_days = f"{datetime.now(UTC) + timedelta(days=3):%a} 00:00-00:01".lower()
    soon = only("nora").replace("mon 00:00-00:01 every 52 weeks from 2020-01-06\nq", f"{in_three_days}\nq", 1)
    kit = await installed(soon.replace(written, offers, 1), before=lambda kit: kit.lead_outside())
    async with Caller(kit.switch, NUMBER) as caller:
        await kit.plays("telekit/no-agent")
        await kit.plays("telekit/callback-press")
        await caller.press("1")
        await kit.plays("telekit/callback-confirm")
        await caller.press("1")
        promised = await kit.fact("callback-promised")
        await caller.ended(within=40)
    assert promised.details["number"] == "+33199007788"
    assert [offered.details["reason"] for offered in kit.facts("callback-offered")] == ["no-agent"]
    assert kit.facts("diverted", "abandoned") == []


async def test_a_closed_queue_says_so_and_hangs_up(installed) -> None:
    kit = await installed()
    async with kit.phone("amina", 1) as amina, Caller(kit.switch, CLOSED) as caller:
        diverted = await kit.fact("diverted")
        assert diverted.details["reason"] == "closed"
        await kit.plays("telekit/closed")
        assert (await caller.ended(within=40)).by == "callee"
        assert amina.calls == []


async def test_a_number_that_no_route_takes_is_hung_up(installed) -> None:
    kit = await installed()
    async with Caller(kit.switch, "+33199009999") as caller:
        assert (await caller.ended()).by == "callee"
        await kit.fact("call-ended")
