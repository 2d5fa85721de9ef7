"""What callers hear who wait: their place, the expected wait, comfort; and that an agent comes before all of it."""

import asyncio
import time
from typing import Any

import pytest

from tests.lab.callers import Caller
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, only

GREETING = "telekit/please-wait"
LENGTH_OF_NEXT = 5.3
"""Seconds that `queue-youarenext` lasts."""


def rules(line: str) -> str:
    """Give rules with amina alone, who is free at once after a call, and one line more for the queue."""
    return only("amina").replace("    wrap_up: 1s\n", f"    {line}\n", 1)


async def hears(kit: Service, *prompts: str, language: str = "en", within: float = 60.0) -> None:
    """Wait until these prompts were the last ones to be played, in this order."""
    deadline = time.monotonic() + within
    while kit.played(language)[-len(prompts) :] != list(prompts):
        assert time.monotonic() < deadline, f"not {prompts} but {kit.played(language)}\n{kit.log}"
        await asyncio.sleep(0.05)  # another process writes the log


async def music_begins(kit: Service, after: int) -> None:
    """Wait until music has begun once more after so many times."""
    deadline = time.monotonic() + 30
    while kit.music() <= after:
        assert time.monotonic() < deadline, "no music"
        await asyncio.sleep(0.05)  # another process writes the log


async def announced(kit: Service, call: str | None, times: int, within: float = 60.0) -> list[Any]:
    """Wait until so much was announced to one caller; give it."""
    deadline = time.monotonic() + within
    while len(facts := kit.facts("announced", call=call)) < times:
        assert time.monotonic() < deadline, f"not {times} times but {facts}\n{kit.log}"
        await asyncio.sleep(0.05)  # another process writes the journal
    return facts


async def test_callers_are_told_their_place_and_again_as_it_falls(installed) -> None:
    kit = await installed(rules("announce: {position: every 15s}"))
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.rings()
        await amina.talks()
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await hears(kit, GREETING, "queue-youarenext")
            async with Caller(kit.switch, NUMBER, "+33199007703") as third:
                await hears(kit, GREETING, "queue-thereare", "digits/2")
                await second.hang_up()
                places = await announced(kit, kit.facts("call-arrived")[2].call, 2)
                assert [fact.details["position"] for fact in places] == [2, 1]
                await hears(kit, "queue-youarenext")
                await third.hang_up()
        await first.hang_up()
    assert kit.facts("announced")[0].details == {
        "told": "position",
        "position": 1,
        "expected_wait": None,
        "least": None,
        "most": None,
    }


async def test_a_french_caller_hears_it_in_french(installed) -> None:
    kit = await installed(rules("announce: {position: every 15s}"), before=lambda kit: kit.speak_french())
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.rings()
        await amina.talks()
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await hears(kit, GREETING, "queue-youarenext", language="fr")
            async with Caller(kit.switch, NUMBER, "+33199007703") as third:
                await hears(kit, "queue-thereare", "digits/2", language="fr")
                await third.hang_up()
            await second.hang_up()
        await first.hang_up()


async def test_an_agent_who_is_free_cuts_an_announcement_short(installed) -> None:
    kit = await installed(rules("announce: {position: every 15s}"))
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.rings()
        await kit.talk(amina)
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await hears(kit, GREETING, "queue-youarenext")
            await first.hang_up()
            ring = await amina.rings()
            await amina.talks(ring)
            (told,), joined = kit.facts("announced"), await kit.facts_are(2, "joined")
            assert joined[1].at - told.at < LENGTH_OF_NEXT
            await second.hang_up()


async def test_comfort_is_heard_by_who_waits_and_then_music_again_and_by_nobody_who_talks(installed) -> None:
    kit = await installed(rules("comfort: {play: comfort, every: 15s}"))
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.rings()
        await amina.talks()
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await hears(kit, GREETING)
            await music_begins(kit, 0)  # while the comfort is still to come
            before = kit.music()
            await hears(kit, GREETING, "telekit/comfort")
            await music_begins(kit, before)
            assert kit.played("en") == [GREETING, "telekit/comfort"]  # the first has talked all the while
            await second.hang_up()
        await first.hang_up()


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_expected_wait_is_told_once_enough_conversations_were_seen(installed, language: str) -> None:
    told = rules("announce: {position: every 15s, expected_wait: true}")
    kit = await installed(told, before=lambda kit: kit.speak_french() if language == "fr" else None)
    async with kit.phone("amina", 1, answers=True) as amina:
        for _ in range(20):
            async with Caller(kit.switch, NUMBER) as caller:
                await amina.rings()
                await kit.talk(amina)
                await caller.hang_up()
                await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER, "+33199007701") as first:
            ring = await amina.rings()
            await amina.talks(ring)
            async with Caller(kit.switch, NUMBER, "+33199007702") as second:
                prompts = (GREETING, "queue-youarenext", "telekit/wait-under-a-minute")
                await hears(kit, *prompts, language=language)
                (fact,) = kit.facts("announced")
                assert fact.details["told"] == "position and expected wait"
                assert fact.details["least"] <= fact.details["expected_wait"] <= fact.details["most"] < 45
                await second.hang_up()
            await first.hang_up()


async def test_a_wait_that_is_not_known_well_enough_is_not_told(installed) -> None:
    """Pain 22: what app_queue tells is an average over days gone by, also when it means nothing."""
    kit = await installed(rules("announce: {position: every 15s, expected_wait: true}"))
    async with kit.phone("amina", 1, answers=True) as amina:
        async with Caller(kit.switch, NUMBER, "+33199007700") as caller:
            await amina.rings()
            await kit.talk(amina)
            await caller.hang_up()
        await kit.presence("amina", "available")
        async with Caller(kit.switch, NUMBER, "+33199007701") as first:
            ring = await amina.rings()
            await amina.talks(ring)
            async with Caller(kit.switch, NUMBER, "+33199007702") as second:
                await music_begins(kit, 0)  # so all that there was to tell is told
                assert kit.played("en") == [GREETING, "queue-youarenext"]
                (fact,) = await announced(kit, None, 1)
                assert fact.details["told"] == "position"
                (call,) = (await kit.status())["calls"]
                assert (call["position"], call["known_well"]) == (1, False)
                await second.hang_up()
            await first.hang_up()


async def test_a_place_that_has_got_worse_is_not_told(installed) -> None:
    """Pain 22: the place that callers are told never jumps back."""
    vip = "  - {when: {caller: +33199005566}, queue: billing, priority: 5}\n"
    told = rules("announce: {position: every 15s}").replace("routes:\n", f"routes:\n{vip}", 1)
    kit = await installed(told)
    async with (
        kit.phone("amina", 1, answers=True) as amina,
        kit.free("amina"),
        Caller(kit.switch, NUMBER, "+33199007701") as first,
    ):
        await amina.talks(await amina.rings())
        async with Caller(kit.switch, NUMBER, "+33199007702") as second:
            await hears(kit, GREETING, "queue-youarenext")
            call = (await kit.fact("queued")).call
            before = (await announced(kit, call, 1))[0].at
            async with Caller(kit.switch, NUMBER, "+33199005566") as vip_caller:
                vip_call = (await kit.facts_are(2, "queued"))[1].call
                # The VIP is told the place twice, the second time after the other would have been.
                assert (await announced(kit, vip_call, 2, within=40))[1].at - before > 15
                assert len(kit.facts("announced", call=call)) == 1
                assert {c["call"]: c["position"] for c in (await kit.status())["calls"]} == {vip_call: 1, call: 2}
                await vip_caller.hang_up()
            assert (await announced(kit, call, 2))[1].details["position"] == 1
            await second.hang_up()
        await first.hang_up()
