"""What telekit holds is as much after many calls as after some: nothing is kept of calls that are over."""

import asyncio
import gc
import random
from collections.abc import Iterator, Sized
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType

from telekit.acd.waiting import Ringing, Waiting
from telekit.pbx.loopback import Answers, LoopbackPhone, Refuses, Rings
from telekit.pbx.port import CallerLeft
from tests.acd.day import Day, agent, plan, queue, seconds
from tests.service.world import Caller, World, passes, routed

AGENTS = 20
CALLS = 300
"""Enough for everything that keeps the latest of something to be full."""
HABITS = (*[Answers(after=seconds(1), talks=seconds(4))] * 8, Refuses(seconds(1)), Rings())
PATIENCE = (0.5, 2, 3, *[60] * 7)
"""Seconds: some give up while a phone rings, some while they talk."""


async def _calls(world: World, phones: list[LoopbackPhone], chance: random.Random) -> None:
    """Let so many calls come, until all are over; the switch tells that callers are gone, as Asterisk does."""
    for _ in range(CALLS):
        chance.choice(phones).habit = chance.choice(HABITS)
        _lead(world, world.caller(patience=seconds(chance.choice(PATIENCE))))
        await passes(chance.choice((0.1, 0.3, 0.8)))
    await passes(600)
    await world.journal.settled()


def _lead(world: World, caller: Caller) -> None:
    told = CallerLeft(caller.id)
    world.lead(caller).add_done_callback(lambda _: world.exchange.hear(told))


def _held(root: object, *without: object) -> int:
    """Count everything that can be reached from something, and what is in it."""
    seen: dict[int, object] = {id(each): each for each in (root, *without)}
    found, left = 0, [root]
    while left:
        each = left.pop()
        found += len(each) + 1 if isinstance(each, Sized) and not isinstance(each, str | bytes) else 1
        new = [part for part in _parts(each) if id(part) not in seen]
        seen |= {id(part): part for part in new}
        left += {id(part): part for part in new}.values()
    return found


def _parts(thing: object) -> Iterator[object]:
    """Give what something refers to, what programs are made of left out."""
    for part in gc.get_referents(thing):
        if not isinstance(part, type | ModuleType | FunctionType | BuiltinFunctionType):
            yield part


async def test_nothing_is_kept_of_calls_that_are_over(tmp_path: Path) -> None:
    chance = random.Random(7)
    agents = [agent(f"agent{number}", "08:00-23:00") for number in range(AGENTS)]
    world = World(routed(plan(agents, queue(wrap_up=seconds(2)))), tmp_path)
    phones = [world.phone(each.name) for each in agents]
    held = []
    async with world:
        for _ in range(3):
            await _calls(world, phones, chance)
            parts = (world.switch, world.journal, asyncio.get_running_loop())
            held.append(_held(world.exchange, *parts))
    assert held[2] <= held[1] * 1.01


def test_a_call_that_is_over_is_let_go_of_without_the_collector() -> None:
    day = Day(plan([agent("amina"), agent("luc")]))
    gc.collect()
    gc.disable()
    try:
        day.talk("a")
        day.call("b")
        day.miss("b.1")
        day.gone("b")
        day.after(60)
        assert not [each for each in gc.get_objects() if isinstance(each, Waiting | Ringing)]
    finally:
        gc.enable()
