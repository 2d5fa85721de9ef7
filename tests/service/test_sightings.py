"""Legs of which no event tells are seen off by one look for all of them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from telekit.domain.names import CallId, LegId
from telekit.errors import LinkError
from telekit.pbx.loopback import LoopbackSwitch
from telekit.pbx.port import LegAlive
from telekit.service.sightings import Sightings
from tests.service.world import passes

LEGS = [LegId(f"telekit-{number}.1") for number in range(50)]


class Shown(LoopbackSwitch):
    """A switch that shows what it is told to."""

    def __init__(self, *alive: LegId) -> None:
        super().__init__()
        self.alive = dict.fromkeys(alive, False)
        """Whether each is answered."""
        self.looks = 0
        self.fails: Exception | None = None

    async def legs(self) -> Sequence[LegAlive]:
        self.looks += 1
        if self.fails is not None:
            raise self.fails
        now = datetime.now(UTC)
        return [
            LegAlive(leg, CallId(leg), None, None, joined=False, queue=None, since_at=now, answered=answered)
            for leg, answered in self.alive.items()
        ]


async def test_fifty_who_wait_are_seen_by_one_look_a_second() -> None:
    switch = Shown(*LEGS)
    sightings = Sightings(switch)
    waits = [asyncio.ensure_future(sightings.gone(leg)) for leg in LEGS]
    await passes(10.5)
    assert switch.looks <= 12
    switch.alive.clear()
    assert await asyncio.gather(*waits) == [False] * len(LEGS)


async def test_who_begins_to_wait_between_two_looks_need_not_wait_for_the_next() -> None:
    switch = Shown(LEGS[0])
    sightings = Sightings(switch)
    waits = asyncio.ensure_future(sightings.gone(LEGS[0]))
    await passes(0.3)
    async with asyncio.timeout(0.2):
        assert await sightings.gone(LEGS[1]) is False
    assert not waits.done()
    switch.alive[LEGS[0]] = True
    await passes(1.5)
    switch.alive.clear()
    assert await waits is True, "it was seen answered"


async def test_nobody_asks_when_nobody_waits_any_more() -> None:
    switch = Shown(*LEGS)
    waits = asyncio.ensure_future(Sightings(switch).gone(LEGS[0]))
    await passes(0.5)
    waits.cancel()
    await passes(1)
    looks = switch.looks
    await passes(10)
    assert switch.looks == looks


async def test_a_link_that_is_down_is_asked_again_and_whatever_else_goes_wrong_is_told() -> None:
    switch = Shown(LEGS[0])
    switch.fails = LinkError("the link is down")
    waits = asyncio.ensure_future(Sightings(switch).gone(LEGS[0]))
    await passes(3)
    assert not waits.done()
    switch.fails = ValueError("nobody foresaw this")
    with pytest.raises(ValueError, match="nobody foresaw"):
        await waits
