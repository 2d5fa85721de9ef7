"""A decision stands in the journal before it is carried out."""

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
    ring, ring_all, hang_up = switch.offer, switch.ring_all, switch.hang_up

    async def offer(call: Any, phones: Any, span: Any, name: Any = None, **rest: Any) -> Any:
        assert name in [fact.offer for fact in world.facts(FactKind.OFFERED)]
        rung.append(name)
        return await ring(call, phones, span, name, **rest)

    async def together(call: Any, phones: Any, span: Any) -> Any:
        assert set(phones) <= {fact.offer for fact in world.facts(FactKind.OFFERED)}
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
