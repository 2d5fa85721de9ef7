"""Agents put callers on hold and pass them on: to a colleague, or to somebody outside."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest

from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone, Dialog
from tests.lab.service import Service
from tests.scenarios.rules import NUMBER, TECHNICAL, only

COLLEAGUE, OUTSIDE, OTHER_QUEUE = "1002", "+33199009911", "2001"
NUMBERS = {
    "1001": "amina",
    COLLEAGUE: "luc",
    "1003": "nora",
    OUTSIDE: "lobby",
    "2000": NUMBER,
    OTHER_QUEUE: TECHNICAL,
}
PHONES = ("amina", "luc", "nora", "lobby")
RULES = only("amina").replace("wrap_up: 1s", "wrap_up: 10m")
"""Luc is off shift, so that nobody but amina is offered the call; he may be passed it all the same."""


def rules_with_nora() -> str:
    """Give the rules with nora on shift too, who alone serves the other queue."""
    told = only("amina", "nora").replace("wrap_up: 1s", "wrap_up: 10m")
    return told.replace("    ring: 10s\n", "    ring: 10s\n    wrap_up: 10m\n", 1)


@pytest.fixture
async def kit(installed: Callable[..., Coroutine[Any, Any, Service]]) -> Service:
    return await installed(RULES, phones=PHONES, before=lambda kit: kit.let_call(NUMBERS))


def desk(kit: Service, name: str, number: int) -> DeskPhone:
    return DeskPhone(kit.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}", hertz=900 + 100 * number)


async def take(kit: Service, phone: DeskPhone, caller: Caller) -> None:
    """Let an agent answer the call that rings."""
    await phone.rings()
    await phone.answer()
    await phone.talks()
    await caller.answered()
    await kit.fact("joined", agent=phone.account)


async def consult(kit: Service, phone: DeskPhone, colleague: DeskPhone, number: str = COLLEAGUE) -> Dialog:
    """Put the caller on hold and call somebody, who answers; sound flows between the two when this returns."""
    await phone.hold()
    before = kit.so_far()
    asked = await phone.dial(number)
    await colleague.rings()
    await colleague.answer()
    await kit.joins(phone, colleague, after=before)
    return asked


def story(kit: Service) -> list[tuple[str, str | None]]:
    kinds = ("joined", "held", "resumed", "transferred", "taken-over", "finished")
    told = [(line.kind, line.agent) for line in kit.facts(*kinds)]
    for at, (first, then) in enumerate(pairwise(told)):
        if (first[0], then[0]) == ("finished", "transferred") and first[1] == then[1]:
            told[at : at + 2] = [then, first]  # Asterisk tells of the leg's end and of the transfer in either order
    return told


@pytest.mark.parametrize("killed", [False, True], ids=["served", "killed"])
async def test_hold_is_counted_and_is_no_talk_also_when_telekit_is_killed_meanwhile(kit: Service, killed: bool) -> None:
    async with desk(kit, "amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        await amina.hold()
        held = await kit.fact("held", agent="amina")
        if killed:
            await kit.kill()
            await kit.serve()
        await amina.resume()
        resumed = await kit.fact("resumed", agent="amina")
        await caller.hears(amina.hertz)
        await amina.hang_up()
        finished = await kit.fact("finished", agent="amina")
        joined = await kit.fact("joined", agent="amina")
        assert finished.details["held"] == resumed.details["held"] == pytest.approx(resumed.at - held.at, abs=0.01)
        whole = finished.details["talked"] + finished.details["held"]
        assert whole == pytest.approx(finished.at - joined.at, abs=0.01)


async def test_a_caller_passed_on_unasked_talks_with_the_colleague_who_has_the_wrap_up(kit: Service) -> None:
    """Pain 14: elsewhere reports are wrong after a transfer."""
    async with desk(kit, "amina", 1) as amina, desk(kit, "luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        assert "200" in await amina.transfer(COLLEAGUE)
        # Until somebody takes the call up, amina is the one who has talked last.
        await kit.presence("amina", "wrap-up")
        await luc.rings()
        await luc.answer()
        await caller.hears(1100)
        await kit.fact("taken-over", agent="luc")
        await kit.presence("amina", "available")
        await kit.presence("luc", "on-call")
        await luc.hang_up()
        await kit.presence("luc", "wrap-up")
        assert story(kit) == [
            ("joined", "amina"),
            ("transferred", "amina"),
            ("finished", "amina"),
            ("taken-over", "luc"),
            ("finished", "luc"),
        ]
        assert kit.facts("transferred")[0].details == {"way": "blind", "to": COLLEAGUE}
        assert kit.facts("call-ended")[0].details == {"by": "transfer"}


async def test_a_colleague_who_was_asked_first_takes_over_with_the_wrap_up(kit: Service) -> None:
    """Pain 5: elsewhere an attended transfer loses the wrap-up."""
    async with desk(kit, "amina", 1) as amina, desk(kit, "luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        asked = await consult(kit, amina, luc)
        assert "200" in await amina.transfer_to(asked)
        await caller.hears(1100)
        await kit.fact("taken-over", agent="luc")
        await kit.presence("amina", "available")
        await luc.hang_up()
        await caller.ended()
        await kit.presence("luc", "wrap-up")
        await kit.fact("call-ended")
        assert story(kit) == [
            ("joined", "amina"),
            ("held", "amina"),
            ("resumed", "amina"),
            ("transferred", "amina"),
            ("finished", "amina"),
            ("taken-over", "luc"),
            ("finished", "luc"),
        ]
        assert kit.facts("transferred")[0].details == {"way": "attended", "to": "luc"}
        assert "wrap-up" not in [line.details["now"] for line in kit.facts("presence") if line.agent == "amina"]


async def test_a_colleague_whose_phone_still_rings_takes_over_when_answering(kit: Service) -> None:
    async with desk(kit, "amina", 1) as amina, desk(kit, "luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        await amina.hold()
        asked = await amina.dial(COLLEAGUE)
        await luc.rings()
        await amina.rings_at(asked)
        await amina.transfer_to(asked)
        await kit.presence("amina", "wrap-up")
        await luc.answer()
        await caller.hears(1100)
        await kit.fact("taken-over", agent="luc")
        await kit.presence("amina", "available")
        await caller.hang_up()
        await kit.presence("luc", "wrap-up")
        assert [kind for kind, agent in story(kit) if agent == "luc"] == ["taken-over", "finished"]


@pytest.mark.parametrize("asks_first", [False, True], ids=["unasked", "asked"])
async def test_passed_on_to_somebody_outside_the_wrap_up_is_the_agents(kit: Service, asks_first: bool) -> None:
    async with desk(kit, "amina", 1) as amina, desk(kit, "lobby", 4) as lobby, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        if asks_first:
            asked = await consult(kit, amina, lobby, OUTSIDE)
            await amina.transfer_to(asked)
        else:
            await amina.transfer(OUTSIDE)
            await lobby.rings()
            await lobby.answer()
        finished = await kit.fact("finished", agent="amina")
        await caller.hears(1300)
        await kit.presence("amina", "wrap-up")
        await lobby.hang_up()
        await caller.ended()
        await kit.fact("call-ended")
        assert [line.at for line in kit.facts("finished")] == [finished.at]
        assert kit.facts("taken-over") == []
        assert kit.facts("presence")[-1].details["now"] == "wrap-up"


async def test_a_caller_may_be_passed_on_again_and_again(kit: Service) -> None:
    """Pain 14: each agent has the time that they talked, however often a caller is passed on."""
    async with (
        desk(kit, "amina", 1) as amina,
        desk(kit, "luc", 2) as luc,
        desk(kit, "nora", 3) as nora,
        Caller(kit.switch, NUMBER) as caller,
    ):
        await take(kit, amina, caller)
        await amina.transfer(COLLEAGUE)
        await luc.rings()
        await luc.answer()
        await caller.hears(1100)
        await kit.fact("taken-over", agent="luc")
        asked = await consult(kit, luc, nora, "1003")
        await luc.transfer_to(asked)
        await caller.hears(1200)
        await kit.fact("taken-over", agent="nora")
        await nora.hold()
        await kit.fact("held", agent="nora")
        await nora.resume()
        await nora.hang_up()
        finished = await kit.fact("finished", agent="nora")
        assert finished.details["held"] > 0
        await kit.presence("nora", "wrap-up")
        assert [agent for kind, agent in story(kit) if kind == "finished"] == ["amina", "luc", "nora"]
        assert [line.details.get("by") for line in kit.facts("taken-over")] == ["amina", "luc"]
        for agent in ("amina", "luc"):
            await kit.presence(agent, "available" if agent == "amina" else "logged-out")


async def test_a_caller_passed_back_into_a_queue_waits_for_an_agent_anew(kit: Service) -> None:
    async with desk(kit, "amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        await amina.transfer("2000")
        await kit.fact("queued")
        await amina.dial("*75")
        await amina.rings()
        await amina.answer()
        await caller.hears(1000)
        await kit.facts_are(2, "joined")
        offers = [line.offer for line in kit.facts("offered")]
        assert len(offers) == len(set(offers)) == 2


async def test_a_caller_passed_on_to_whom_a_queue_has_given_the_agent_talks_with_them(installed) -> None:
    """Pain 14: the talk time and the wrap-up are those of who really talked, through a queue too."""
    kit = await installed(rules_with_nora(), phones=PHONES, before=lambda kit: kit.let_call(NUMBERS))
    async with desk(kit, "amina", 1) as amina, desk(kit, "nora", 3) as nora, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        asked = await consult(kit, amina, nora, OTHER_QUEUE)
        await kit.fact("joined", agent="nora")
        await amina.transfer_to(asked)
        await caller.hears(1200)
        await kit.presence("amina", "available")
        await kit.presence("nora", "on-call")
        await nora.hang_up()
        await caller.ended()
        await kit.presence("nora", "wrap-up")
        await kit.presence("amina", "available")
        assert (await kit.status())["calls"] == []
        finished = [(line.agent, line.queue) for line in await kit.facts_are(3, "finished")]
        # The two that the transfer ends end at one moment, and Asterisk tells of them in either order.
        assert {*finished[:2]} == {("amina", "billing"), ("nora", "technical")}
        assert finished[2] == ("nora", "billing")
        assert [(line.agent, line.details["by"]) for line in kit.facts("taken-over")] == [("nora", "amina")]


async def test_a_caller_passed_on_to_a_queue_in_which_the_agent_waits_takes_the_place_there(installed) -> None:
    kit = await installed(rules_with_nora(), phones=PHONES, before=lambda kit: kit.let_call(NUMBERS))
    async with desk(kit, "amina", 1) as amina, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        await amina.hold()
        asked = await amina.dial(OTHER_QUEUE)
        queued = await kit.fact("queued", queue="technical")
        await kit.plays("telekit/please-wait")
        await amina.transfer_to(asked)
        await kit.presence("amina", "wrap-up")
        async with desk(kit, "nora", 3) as nora:
            await nora.rings()
            await nora.answer()
            await caller.hears(1200)
            joined = await kit.fact("joined", agent="nora")
            assert joined.details["waited"] >= joined.at - queued.details["entered_at"] - 1
            await kit.presence("nora", "on-call")
            await nora.hang_up()
            await caller.ended()
            await kit.presence("nora", "wrap-up")
            assert (await kit.status())["calls"] == []


async def test_conversations_after_a_transfer_outlive_telekit(kit: Service) -> None:
    async with desk(kit, "amina", 1) as amina, desk(kit, "luc", 2) as luc, Caller(kit.switch, NUMBER) as caller:
        await take(kit, amina, caller)
        asked = await consult(kit, amina, luc)
        await amina.transfer_to(asked)
        await kit.fact("taken-over", agent="luc")
        await kit.kill()
        await kit.serve()
        await kit.presence("luc", "on-call")
        await luc.hang_up()
        await kit.presence("luc", "wrap-up")
        assert [line.agent for line in kit.facts("finished")] == ["amina", "luc"]


async def test_a_call_of_ones_own_keeps_others_away(kit: Service) -> None:
    async with desk(kit, "amina", 1) as amina, desk(kit, "lobby", 4) as lobby:
        await kit.presence("amina", "available")
        asked = await amina.dial(OUTSIDE)
        await lobby.rings()
        await kit.presence("amina", "on-call")
        async with Caller(kit.switch, NUMBER) as caller:
            await kit.fact("queued")
            await amina.hang_up_on(asked)
            await amina.rings()
            await caller.hang_up()
        assert [line.details["reason"] for line in kit.facts("presence") if line.details["now"] == "on-call"] == [
            "own call"
        ]
        await asyncio.wait_for(lobby.ended(), 40)


async def test_a_call_that_an_agent_gets_from_elsewhere_keeps_others_away(kit: Service) -> None:
    async with desk(kit, "amina", 1) as amina, desk(kit, "lobby", 4) as lobby:
        await kit.presence("amina", "available")
        await lobby.dial("1001")
        await amina.rings()
        await kit.presence("amina", "on-call")
        async with Caller(kit.switch, NUMBER) as caller:
            await kit.fact("queued")
            await amina.answer()
            await amina.talks()
            assert kit.facts("offered") == []
            await amina.hang_up()
            await amina.rings()
            await kit.fact("offered", agent="amina")
            await caller.hang_up()
