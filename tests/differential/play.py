"""One sequence of calls, answers, misses, hang-ups and pauses, and the journal that is left of it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from random import Random
from typing import Any

from telekit.service.control import ask
from tests.lab.callers import Caller
from tests.lab.journal import JournalLine
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.service import PATIENCE, Service

AGENTS = ("amina", "luc", "nora")
NUMBER = "+33199001234"
MOST_CALLERS = 3
RULES = """
timezone: Europe/Paris
skills: [french]
agents:
  amina: {phone: sip:amina, skills: {french: 9}, shifts: [always]}
  luc: {phone: sip:luc, skills: {french: 8}, shifts: [always]}
  nora: {phone: sip:nora, skills: {french: 7}, shifts: [always]}
shifts: {always: mon-sun 00:00-24:00}
queues:
  help:
    requires: {french: 5}
    strategy: fixed
    ring: 6s
    missed: {no-answer: {pause_after: 1}, rejected: {skip: 10m}, busy: {skip: 20m}}
routes: [{when: {dialed: +33199001234}, queue: help}]
"""
KEPT = frozenset(
    {"cause", "consequence", "by", "strategy", "step", "reason", "now", "was", "phone", "dialed", "caller"}
)
"""Details that are neither a time nor a name that a switch gave."""


class Play:
    """Three agents' phones at one switch, on which sequences are played one after the other."""

    def __init__(self, kit: Service) -> None:
        self._kit = kit
        self._phones: dict[str, ScriptedPhone] = {}
        self._callers: dict[str, Caller] = {}
        self._begins = 0
        self._done: list[str] = []

    async def __aenter__(self) -> "Play":
        self._stack = AsyncExitStack()
        for number, name in enumerate(AGENTS, 1):
            phone = ScriptedPhone(self._kit.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}")
            self._phones[name] = await self._stack.enter_async_context(phone)
            await self._kit.presence(name, "available")
        return self

    async def __aexit__(self, *_raised: object) -> None:
        await self._stack.aclose()

    async def play(self, seed: int, steps: int) -> tuple[list[str], Mapping[str, list[str]]]:
        """Play a sequence; give what was done, and by call and agent what the journal has of it."""
        chance = Random(seed)
        self._begins, self._done = len(self._kit.facts()), []
        for _ in range(steps):
            options = self._options()
            name = chance.choice(sorted(options))
            self._done.append(name)
            await options[name]()
        await self._end()
        return self._done, self._told()

    def _options(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """Give what anybody can do now, by a name."""
        options: dict[str, Callable[[], Awaitable[None]]] = {}
        if len(self._callers) < MOST_CALLERS:
            options["somebody calls"] = options["somebody else calls"] = self._calls
        rung, talking = self._rung(), self._talking()
        for agent, call in rung.items():
            options[f"{agent} answers"] = lambda agent=agent: self._answers(agent)
            options[f"{agent} declines"] = lambda agent=agent: self._refuses(agent, 603)
            options[f"{agent} is busy"] = lambda agent=agent: self._refuses(agent, 486)
            if len(rung) == 1:  # of two that ring, the other would be about to end too
                options[f"{agent} does nothing"] = lambda agent=agent: self._misses(agent)
            options[f"{self._name(call)}, for whom {agent} rings, gives up"] = lambda call=call: self._leaves(call)
        for agent, call in talking.items():
            options[f"{agent} hangs up"] = lambda agent=agent: self._hangs_up(agent)
            options[f"{self._name(call)}, who talks with {agent}, hangs up"] = lambda call=call: self._leaves(call)
        for call in self._live() - set(rung.values()) - set(talking.values()):
            options[f"{self._name(call)}, who waits, gives up"] = lambda call=call: self._leaves(call)
        for agent in AGENTS:
            if agent not in talking and agent not in rung:  # in the middle of a ring, what is told first is chance
                options[f"{agent} pauses"] = lambda agent=agent: self._says(agent, "pause")
                options[f"{agent} resumes"] = lambda agent=agent: self._says(agent, "resume")
        return options

    async def _calls(self) -> None:
        number = f"+3319900770{len(self._done)}"[:13]
        before = self._count("entered")
        caller = await self._stack.enter_async_context(Caller(self._kit.switch, NUMBER, number))
        await self._until(lambda: self._count("entered") > before)
        call = [line for line in self._facts() if line.kind == "entered"][-1].call
        assert call is not None
        self._callers[call] = caller
        await self._settle()

    async def _answers(self, agent: str) -> None:
        await self._phones[agent].answer(self._phones[agent].calls[-1])
        await self._until(lambda: agent in self._talking())
        await self._settle()

    async def _refuses(self, agent: str, status: int) -> None:
        before = self._count("offer-ended")
        await self._phones[agent].reject(self._phones[agent].calls[-1], status)
        await self._until(lambda: self._count("offer-ended") > before)
        await self._settle()

    async def _misses(self, agent: str) -> None:
        offer = self._offers()[agent]
        await self._until(lambda: self._offers().get(agent) != offer)
        await self._settle()

    async def _hangs_up(self, agent: str) -> None:
        call = self._talking()[agent]
        await self._phones[agent].hang_up(self._phones[agent].calls[-1])
        await self._gone(call)

    async def _leaves(self, call: str) -> None:
        await self._callers[call].hang_up()
        await self._gone(call)

    async def _gone(self, call: str) -> None:
        await self._until(lambda: call not in self._live())
        del self._callers[call]
        await self._settle()

    async def _says(self, agent: str, word: str) -> None:
        await ask(self._kit.folder / "var/telekit.sock", "agent", agent=agent, word=word)
        await self._settle()

    async def _end(self) -> None:
        """Let everybody go, and everybody be free."""
        for call in sorted(self._live(), key=self._name, reverse=True):
            await self._leaves(call)
        for agent in AGENTS:
            await self._says(agent, "resume")
            await self._kit.presence(agent, "available")
        await self._kit.at_rest()

    async def _settle(self) -> None:
        """Wait until all that was decided is done: who is offered a call is rung, who is not rings no more."""

        def is_settled() -> bool:
            rung = self._rung()
            for agent, phone in self._phones.items():
                rings = any(call.answered_at is None and call.ended_at is None for call in phone.calls)
                talks = any(call.answered_at is not None and call.ended_at is None for call in phone.calls)
                if rings != (agent in rung) or talks != (agent in self._talking()):
                    return False
            free = [agent for agent in AGENTS if self._presence(agent) == "available"]
            waiting = self._live() - set(rung.values()) - set(self._talking().values())
            return not (free and waiting)

        await self._until(is_settled)

    async def _until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < deadline, "\n".join(["it does not settle", *self._done, *map(str, self._facts())])
            await asyncio.sleep(0.02)  # another process writes the journal: nothing tells when it grows

    def _facts(self) -> list[JournalLine]:
        return self._kit.facts()[self._begins :]

    def _count(self, kind: str) -> int:
        return sum(line.kind == kind for line in self._facts())

    def _live(self) -> set[str]:
        facts = self._facts()
        ended = {line.call for line in facts if line.kind == "call-ended"}
        return {line.call for line in facts if line.kind == "entered" and line.call} - ended

    def _offers(self) -> dict[str, str]:
        """Give by agent the offer that is made to them and neither ended nor answered."""
        open_: dict[str, str] = {}
        for line in self._facts():
            if line.kind == "offered" and line.agent and line.offer:
                open_[line.agent] = line.offer
            elif line.kind in ("offer-ended", "withdrawn", "joined") and line.agent:
                open_.pop(line.agent, None)
        live = self._live()
        return {agent: offer for agent, offer in open_.items() if offer.rpartition(".")[0] in live}

    def _rung(self) -> dict[str, str]:
        return {agent: offer.rpartition(".")[0] for agent, offer in self._offers().items()}

    def _talking(self) -> dict[str, str]:
        talking: dict[str, str] = {}
        for line in self._facts():
            if line.kind == "joined" and line.agent and line.call:
                talking[line.agent] = line.call
            elif line.kind == "finished" and line.agent:
                talking.pop(line.agent, None)
        return talking

    def _presence(self, agent: str) -> str:
        told = [line for line in self._kit.facts("presence") if line.agent == agent]
        return str(told[-1].details["now"])

    def _name(self, call: str) -> str:
        """Name a call by when it came, which is the same on either switch."""
        calls = list(dict.fromkeys(line.call for line in self._facts() if line.call))
        return f"caller {calls.index(call) + 1}"

    def _told(self) -> dict[str, list[str]]:
        """Give what the journal has, each call's and each agent's in order, without times and names of a switch."""
        told: dict[str, list[str]] = {}
        for line in self._facts():
            if line.kind in ("phone", "link-up", "link-down"):
                continue
            whose = self._name(line.call) if line.call else line.agent or "telekit"
            offer = (line.offer or "").rpartition(".")[2]
            details: dict[str, Any] = {key: value for key, value in line.details.items() if key in KEPT}
            words = [line.kind, line.queue, line.agent, offer, json.dumps(details, sort_keys=True)]
            told.setdefault(whose, []).append(" ".join(filter(None, words)))
        return told
