"""What is known of conversations after a restart."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from telekit.acd.experience import Experience
from telekit.domain.call import Caller
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName
from telekit.errors import CallerGone, StoreError
from telekit.pbx.loopback import Answers, Refuses
from telekit.service.recall import recall, recall_missed
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


async def test_after_a_restart_an_agent_hears_the_last_missed_call_as_before(tmp_path: Path) -> None:
    async def misses(number: str) -> None:
        with suppress(CallerGone):
            await world.serve(caller=Caller(number), dialed="+33199001234", patience=seconds(5))

    amina = AgentName("amina")
    world = World(routed(plan([agent("amina"), agent("luc")])), tmp_path)
    world.phone("amina", Refuses())
    world.phone("luc", Answers(talks=seconds(5)))
    async with world:
        await misses("+33199007788")
        await passes(60)
        await misses("+33199007799")
        await world.restart()
        assert world.exchange.missed_call(amina) is None
        await recall_missed(world.journal, world.exchange.missed_calls)
        missed = world.exchange.missed_call(amina)
        assert missed is not None
        assert (missed.number, missed.dialed) == ("+33199007799", "+33199001234")
        assert world.exchange.missed_call(AgentName("luc")) is None
        await passes(60)
        await misses("+33199007711")
        await recall_missed(world.journal, world.exchange.missed_calls)
        later = world.exchange.missed_call(amina)
        assert later is not None
        assert later.number == "+33199007711", "what the new service saw itself is the later one"


async def test_a_journal_that_cannot_be_read_only_costs_the_missed_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_kind: FactKind, _most: int) -> Sequence[Fact]:
        raise StoreError("The journal cannot be read: it is gone.")

    async with World(routed(plan([agent("amina")])), tmp_path) as world:
        monkeypatch.setattr(world.journal, "latest", fail)
        await recall_missed(world.journal, world.exchange.missed_calls)
        assert world.exchange.missed_call(AgentName("amina")) is None
        assert "is not known: The journal cannot be read" in caplog.text
