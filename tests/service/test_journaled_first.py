"""A decision is on the disk before it is carried out; a disk that takes nothing keeps no phone from ringing."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from telekit.domain.call import Caller
from telekit.domain.fact import FactKind
from telekit.domain.queue import Strategy
from telekit.pbx.loopback import Answers, Rings
from tests.acd.day import agent, plan, queue, seconds, step
from tests.service.world import World, passes, routed


@pytest.mark.parametrize("strategy", [Strategy.FIXED, Strategy.RING_ALL])
async def test_no_phone_rings_or_stops_before_the_journal_has_why(tmp_path: Path, strategy: Strategy) -> None:
    agents = [agent("amina", "08:00-13:00:30"), agent("luc")]
    world = World(routed(plan(agents, queue("help", step(strategy=strategy), ring=seconds(10)))), tmp_path)
    world.phone("amina", Rings())
    world.phone("luc", Answers(after=seconds(20), talks=seconds(30)))
    rung: list[str] = []
    ended: list[str] = []
    switch: Any = world.switch

    def written(kind: FactKind) -> set[Any]:
        return {fact.offer for fact in world.journal.facts(kind=kind)}

    ring, ring_all, hang_up = switch.offer, switch.ring_all, switch.hang_up

    async def offer(call: Any, phones: Any, span: Any, name: Any = None, **rest: Any) -> Any:
        assert name in written(FactKind.OFFERED)
        rung.append(name)
        return await ring(call, phones, span, name, **rest)

    async def together(call: Any, phones: Any, span: Any) -> Any:
        assert set(phones) <= written(FactKind.OFFERED)
        rung.extend(phones)
        return await ring_all(call, phones, span)

    async def stop(leg: Any) -> None:
        assert world.facts(FactKind.WITHDRAWN)
        ended.append(leg)
        await hang_up(leg)

    switch.offer, switch.ring_all, switch.hang_up = offer, together, stop
    async with world:
        await passes(25)
        await world.serve(caller=Caller("+33199007788"), patience=seconds(60))
        assert len(rung) > 2
        assert ended, "the end of amina's shift stopped her phone"


async def test_a_call_that_is_sent_on_is_so_on_the_disk_first(tmp_path: Path) -> None:
    world = World(routed(plan([agent("amina", "08:00-09:00")])), tmp_path)
    async with world:
        caller: Any = world.caller()
        play = caller.play

        async def heard(prompt: str, *, interrupt: str) -> str:
            assert [fact.call for fact in world.journal.facts(kind=FactKind.DIVERTED)] == [caller.id]
            return await play(prompt)

        caller.play = heard
        await world.lead(caller)
        assert any(line.startswith("played") for line in caller.story)


async def test_a_journal_that_takes_nothing_costs_a_quarter_of_a_second_once_and_then_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    world = World(routed(plan([agent("amina")])), tmp_path)
    amina = world.phone("amina", Answers(after=seconds(0), talks=seconds(1)))
    async with world:
        monkeypatch.setattr(world.journal, "settled", never)
        began: list[float] = []
        for _ in range(3):
            at = asyncio.get_running_loop().time()
            led = world.lead(world.caller())
            await amina.rings()
            began.append(asyncio.get_running_loop().time() - at)
            await led
        assert began == [pytest.approx(0.25), pytest.approx(0), pytest.approx(0)]
