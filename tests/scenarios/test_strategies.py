"""Who is asked first: each strategy chooses another one than the others would; ring-all has a file of its own."""

from contextlib import AsyncExitStack

import pytest

from tests.lab.callers import Caller
from tests.lab.installation import Installation
from tests.scenarios.rules import NUMBER

RULES = """
timezone: Europe/Paris
skills: [french, english]
agents:
  amina: {{phone: sip:amina, skills: {{{amina}}}, shifts: always}}
  luc: {{phone: sip:luc, skills: {{{luc}}}, shifts: always}}
shifts:
  always: mon-sun 00:00-24:00
queues:
  help: {{requires: {{french: 1}}, strategy: {strategy}}}
routes:
  - queue: help
"""


def rules(strategy: str, *, amina: str = "french: 5", luc: str = "french: 5") -> str:
    return RULES.format(strategy=strategy, amina=amina, luc=luc)


class Calls:
    """Callers one after another, each with a number of their own."""

    def __init__(self, kit: Installation, stack: AsyncExitStack) -> None:
        self._kit = kit
        self._stack = stack
        self._count = 0

    async def comes(self) -> tuple[Caller, str]:
        """Let a caller come; give them with the agent who talks with them. Phones answer by themselves."""
        self._count += 1
        caller = await self._stack.enter_async_context(Caller(self._kit.switch, NUMBER, f"+331990077{self._count:02}"))
        await caller.answered()
        joined = (await self._kit.facts_are(self._count, "joined"))[-1]
        assert joined.agent is not None
        await self._kit.presence(joined.agent, "on-call")
        return caller, joined.agent

    async def leaves(self, caller: Caller, agent: str) -> None:
        await caller.hang_up()
        await self._kit.presence(agent, "available")

    async def serve(self) -> str:
        """Let a caller talk with whoever is asked first, and hang up."""
        caller, agent = await self.comes()
        await self.leaves(caller, agent)
        return agent

    async def two_talk_and_luc_is_done_first(self) -> None:
        first, amina = await self.comes()
        second, luc = await self.comes()
        assert (amina, luc) == ("amina", "luc")
        await self.leaves(second, luc)
        await self.leaves(first, amina)


async def both(stack: AsyncExitStack, kit: Installation) -> None:
    """Switch on the phones of amina and luc."""
    await stack.enter_async_context(kit.phone("amina", 1, answers=True))
    await stack.enter_async_context(kit.phone("luc", 2, answers=True))
    for name in ("amina", "luc"):
        await kit.presence(name, "available")


async def test_longest_idle_asks_who_has_been_without_a_call_for_longest(installed) -> None:
    """Pain 12: elsewhere the same agent goes on ringing although others have been idle for longer."""
    kit = await installed(rules("longest-idle"))
    async with AsyncExitStack() as stack:
        await both(stack, kit)
        calls = Calls(kit, stack)
        await calls.two_talk_and_luc_is_done_first()
        assert [await calls.serve() for _ in range(3)] == ["luc", "amina", "luc"]


async def test_round_robin_asks_the_next_in_the_rules_whoever_was_done_first(installed) -> None:
    kit = await installed(rules("round-robin"))
    async with AsyncExitStack() as stack:
        await both(stack, kit)
        calls = Calls(kit, stack)
        await calls.two_talk_and_luc_is_done_first()
        assert [await calls.serve() for _ in range(3)] == ["amina", "luc", "amina"]


async def test_fixed_asks_the_first_in_the_rules_each_time(installed) -> None:
    kit = await installed(rules("fixed"))
    async with AsyncExitStack() as stack:
        await both(stack, kit)
        calls = Calls(kit, stack)
        await calls.two_talk_and_luc_is_done_first()
        assert [await calls.serve() for _ in range(3)] == ["amina", "amina", "amina"]


async def test_fewest_calls_asks_who_took_fewest_though_the_other_is_idle_for_longer(installed) -> None:
    kit = await installed(rules("fewest-calls"))
    async with kit.phone("amina", 1, answers=True), AsyncExitStack() as stack:
        calls = Calls(kit, stack)
        await kit.presence("amina", "available")
        assert [await calls.serve() for _ in range(3)] == ["amina"] * 3
        async with kit.phone("luc", 2, answers=True):
            await kit.presence("luc", "available")
            assert [await calls.serve() for _ in range(3)] == ["luc"] * 3
            assert await calls.serve() == "amina", "between equals the first in the rules"


@pytest.mark.parametrize(
    ("strategy", "luc"),
    [("most-skilled", "french: 9"), ("least-skilled", "french: 4")],
)
async def test_skill_decides_and_not_the_rules_own_order(installed, strategy: str, luc: str) -> None:
    kit = await installed(rules(strategy, amina="french: 5, english: 1", luc=luc))
    async with AsyncExitStack() as stack:
        await both(stack, kit)
        calls = Calls(kit, stack)
        first, agent = await calls.comes()
        assert agent == "luc"
        second, agent = await calls.comes()
        assert agent == "amina"
        await calls.leaves(first, "luc")
        await calls.leaves(second, "amina")
        assert await calls.serve() == "luc"
