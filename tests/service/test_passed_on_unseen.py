"""A caller whom an agent at another switch passes on there: telekit sees that the phone is free, and no more."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from telekit.domain.fact import FactKind
from telekit.domain.presence import Presence
from telekit.pbx.loopback import Answers
from telekit.pbx.port import LegAlive, PhoneState
from tests.acd.day import seconds, sip
from tests.service.world import World, amina_alone, passes

SOON = 9
"""Seconds within which it is known."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Give a world whose agent talks, on a leg of which nobody knows whose phone it is."""
    async with amina_alone(tmp_path, Answers(after=seconds(2), talks=seconds(60)), wrap_up=seconds(30)) as world:
        world.watch.start()
        yield world
        await world.watch.stop()


def far(world: World) -> None:
    """Let agents' legs be on the trunk to another switch."""
    ask = world.switch.legs

    async def legs() -> Sequence[LegAlive]:
        return [replace(leg, phone=None) if leg.offer is not None else leg for leg in await ask()]

    world.switch.legs = legs  # type: ignore[method-assign]


def phone(world: World, *, engaged: bool) -> None:
    world.exchange.hear(PhoneState(sip("amina"), reachable=True, engaged=engaged))


async def test_the_agent_is_let_go_and_nothing_is_told_twice(world: World) -> None:
    far(world)
    await world.begins(20)
    assert world.presence("amina") is Presence.ON_CALL
    phone(world, engaged=False)
    await passes(SOON)
    assert world.presence("amina") is Presence.WRAP_UP
    (told,) = world.facts(FactKind.TRANSFERRED)
    assert (told.agent, told.queue, told.details) == ("amina", "help", {"way": "unseen", "to": None})
    await passes(60)
    assert len(world.facts(FactKind.FINISHED)) == len(world.facts(FactKind.CALL_ENDED)) == 1
    assert world.facts(FactKind.REPAIRED) == []


async def test_who_talks_again_in_between_is_not_let_go(world: World) -> None:
    far(world)
    await world.begins(20)
    for _ in range(5):
        phone(world, engaged=False)
        await passes(3.1)
        phone(world, engaged=True)
        await passes(3.1)
    assert world.facts(FactKind.TRANSFERRED) == []


async def test_on_a_leg_that_is_known_to_be_hers_she_talks_whatever_is_said_of_the_phone(world: World) -> None:
    await world.begins(20)
    phone(world, engaged=False)
    await passes(30)
    assert world.presence("amina") is Presence.ON_CALL
    assert world.facts(FactKind.TRANSFERRED) == []
