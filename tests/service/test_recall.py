"""What is known of conversations after a restart."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.experience import Experience
from telekit.domain.fact import Fact, FactKind
from telekit.errors import StoreError
from telekit.pbx.loopback import Answers
from telekit.service.recall import recall
from tests.acd.day import agent, plan, seconds
from tests.service.world import World, passes, routed


async def test_after_a_restart_waits_are_known_as_before(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina")])), tmp_path)
    world.phone("amina", Answers(after=seconds(5), talks=timedelta(minutes=5)))
    async with world:
        for _ in range(20):
            await world.serve()
        await world.restart()
        await recall(world.journal, world.exchange.distributor.experience)
        world.lead(world.caller())
        await passes(10)
        waits = world.caller()
        world.lead(waits)
        await passes(10)
        outlook = world.exchange.outlook(waits.id)
        assert outlook is not None
        assert outlook.estimate is not None
        assert outlook.estimate.known_well
        assert outlook.estimate.wait == seconds(300 - 15 + 5)


async def test_a_journal_that_cannot_be_read_only_costs_the_knowledge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_kind: FactKind, _most: int) -> Sequence[Fact]:
        raise StoreError("The journal cannot be read: it is gone.")

    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        monkeypatch.setattr(world.journal, "latest", fail)
        experience = Experience()
        await recall(world.journal, experience)
        assert len(experience.of(None).talks) == 0
        assert "is learnt anew: The journal cannot be read" in caplog.text
