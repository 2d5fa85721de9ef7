"""What agents hear before the caller is joined."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.actions import Offer
from telekit.callflow.route import route_script
from telekit.callflow.whisper import whisper_for
from telekit.domain.call import Caller
from telekit.domain.queue import Strategy
from telekit.domain.whisper import Whisper
from telekit.pbx.loopback import LoopbackCall
from telekit.pbx.loopback.phone import Answers
from tests.acd.day import agent, plan, queue, seconds, step
from tests.service.world import World, routed

TALKS = Answers(after=seconds(2), talks=seconds(30))


def world_with(tmp_path: Path, whisper: Whisper | None, *, language: str = "en", all_ring: bool = False) -> World:
    rings = step(0, Strategy.RING_ALL if all_ring else Strategy.FIXED)
    agents = (
        [replace(agent("amina"), language=language), agent("luc")]
        if all_ring
        else [replace(agent("amina"), language=language)]
    )
    world = World(routed(plan(agents, queue("help", rings, whisper=whisper))), tmp_path)
    for one in agents:
        world.phone(one.name, TALKS)
    return world


def whispered(story: list[str]) -> list[str]:
    return [line for line in story if line.startswith("whispered")]


async def test_an_agent_hears_the_queues_prompts_and_the_wait_in_their_language(tmp_path: Path) -> None:
    async with world_with(tmp_path, Whisper(("custom/billing", "welcome"), wait=True), language="fr") as world:
        caller = await _serve(world)
        assert whispered(caller) == [
            "whispered in fr: custom/billing telekit/welcome telekit/waited-under-a-minute",
        ]


async def test_the_callers_name_is_spelled_between_queue_and_wait(tmp_path: Path) -> None:
    async with world_with(tmp_path, Whisper(("custom/billing",), wait=True, name=True), language="fr") as world:
        assert whispered(await _serve(world, "Zoé L.")) == [
            "whispered in fr: custom/billing letters/z letters/o letters/e letters/l telekit/waited-under-a-minute",
        ]


@pytest.mark.parametrize("name", ["", "\u4e2d\u6587", "&;|"])
async def test_a_caller_without_a_name_that_can_be_spelled_is_whispered_of_without_it(
    tmp_path: Path, name: str
) -> None:
    async with world_with(tmp_path, Whisper(name=True)) as world:
        assert whispered(await _serve(world, name)) == []


async def test_a_queue_without_a_whisper_says_nothing(tmp_path: Path) -> None:
    async with world_with(tmp_path, None) as world:
        assert whispered(await _serve(world)) == []


async def test_of_several_who_ring_at_once_each_has_a_whisper(tmp_path: Path) -> None:
    async with world_with(tmp_path, Whisper(("welcome",)), language="fr", all_ring=True) as world:
        assert whispered(await _serve(world)) == [
            "whispered in fr: telekit/welcome",
            "whispered in en: telekit/welcome",
        ]


@pytest.mark.parametrize(
    ("waited", "told"),
    [
        (20, ("telekit/waited-under-a-minute",)),
        (60, ("telekit/waited-a-minute",)),
        (130, ("telekit/waited", "digits/2", "queue-minutes")),
        (1260, ("telekit/waited", "digits/20", "queue-minutes")),
        (7200, ("telekit/waited-over-an-hour",)),
    ],
)
async def test_the_wait_is_told_in_minutes(tmp_path: Path, waited: float, told: tuple[str, ...]) -> None:
    async with world_with(tmp_path, Whisper(wait=True)) as world:
        caller = world.caller()
        world.lead(caller)
        await caller.until(_soon())
        [offer] = world.exchange.distributor.offers()
        made = Offer(
            offer.offer, offer.call, offer.queue, offer.agent, offer.phone, seconds(20), 0, timedelta(seconds=waited)
        )
        whisper = whisper_for(world.exchange, made, Caller(None))
        assert whisper is not None
        assert whisper.prompts == told


async def _soon() -> None:
    await asyncio.sleep(1)


async def _serve(world: World, name: str = "") -> list[str]:
    call = LoopbackCall(world.switch, caller=Caller("+33199007788", name))
    await route_script(world.exchange, lambda _: None)(call)
    return call.story
