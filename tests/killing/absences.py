"""Agents who now and then take no calls for a while, by a pause or a logout, and say so again until telekit agrees."""

import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path

from telekit.errors import TelekitError
from telekit.service.control import ask
from tests.killing.hour import Pace
from tests.killing.record import Absence, Record

EVERY = (2.0, 5.0)  # seconds between two who leave
LOGS_OUT = 0.3  # of those who leave
MOST = 2  # who are away at once
TRIES_AGAIN, GIVES_UP = 0.1, 30.0  # seconds
BACK_BY = {"pause": "resume", "logout": "login"}


class Absences:
    """Enter it to have agents leave and come back; at the end nobody is away."""

    def __init__(self, control: Path, agents: Sequence[str], seed: str, record: Record, pace: Pace) -> None:
        self._control = control
        self._here = list(agents)
        self._away = 0
        self._chance = random.Random(f"{seed} absences")
        self._record = record
        self._span = pace.absence
        self._leaving: asyncio.Task[None] | None = None
        self._absent: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Absences":
        self._leaving = asyncio.ensure_future(self._leave())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._leaving is not None
        self._leaving.cancel()
        ended = await asyncio.gather(self._leaving, *self._absent, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _leave(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(*EVERY))
            agent = self._chance.choice(self._here)
            word = "logout" if self._chance.random() < LOGS_OUT else "pause"
            span = self._chance.uniform(*self._span)
            if self._away < MOST:
                self._here.remove(agent)
                self._away += 1
                self._absent.append(asyncio.ensure_future(self._be_away(agent, word, span)))

    async def _be_away(self, agent: str, word: str, span: float) -> None:
        await self._say(agent, word)
        absence = Absence(agent, "paused" if word == "pause" else "logged-out", time.time())
        self._record.absences.append(absence)
        await asyncio.sleep(span)
        absence.until = time.time()
        await self._say(agent, BACK_BY[word])
        absence.back_at = time.time()
        self._here.append(agent)
        self._away -= 1

    async def _say(self, agent: str, word: str) -> None:
        """Say it until telekit agrees, which it cannot while it is away."""
        async with asyncio.timeout(GIVES_UP):
            while True:
                try:
                    await ask(self._control, "agent", agent=agent, word=word)
                    return
                except TelekitError:
                    await asyncio.sleep(TRIES_AGAIN)
