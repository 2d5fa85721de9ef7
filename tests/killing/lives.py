"""telekit's lives: killed at moments that hit all it does, and started again."""

import asyncio
import random
import sqlite3
import time
from contextlib import closing, suppress

from tests.killing.hour import BusyHour, Pace
from tests.killing.record import Life, Record
from tests.lab.service import Service, ServiceFailed

AIMS = {"dials": 0.15, "rings": 0.17, "answers": 0.16, "ends": 0.12, "any moment": 0.4}
AGAIN = 0.25  # of the deaths are followed by another in the recovery
JUST_AFTER = 0.08  # seconds after what is aimed at
RECOVERING = (0.05, 1.6)  # seconds after a start
AWAY = ((0.6, (0.0, 0.4)), (0.3, (0.4, 2.0)), (0.1, (2.0, 5.0)))  # shares and seconds; systemd's own default is 0.1


class Lives:
    """Start telekit and kill it, so many times."""

    def __init__(self, kit: Service, hour: BusyHour, seed: str, record: Record, pace: Pace) -> None:
        self._kit = kit
        self._hour = hour
        self._record = record
        self._calm = pace.calm
        self._chance = random.Random(f"{seed} lives")

    async def live_on(self, moments: int) -> None:
        """Kill telekit at so many moments; it lives when this returns."""
        killed = 0
        while killed < moments:
            await asyncio.sleep(self._chance.uniform(*self._calm))
            aim = self._chance.choices(list(AIMS), list(AIMS.values()))[0]
            if aim != "any moment":
                await self._hour.next(aim, within=3.0)
                await asyncio.sleep(self._chance.uniform(0.0, JUST_AFTER))
            await self._die(aim)
            killed += 1
            while killed < moments and self._chance.random() < AGAIN:
                before = self._kit.pid
                starting = asyncio.ensure_future(self.start())
                await asyncio.sleep(self._chance.uniform(*RECOVERING))
                while self._kit.pid == before:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)  # a slow machine has not made the process yet
                await self._die("in recovery")
                with suppress(ServiceFailed):
                    await starting
                killed += 1
            share = self._chance.random()
            for part, span in AWAY:
                if (share := share - part) < 0:
                    await asyncio.sleep(self._chance.uniform(*span))
                    break
            await self.start()
        await asyncio.sleep(self._calm[1])

    async def start(self) -> None:
        """Start a telekit; it takes calls when this returns."""
        life = Life(time.time())
        self._record.lives.append(life)
        await self._kit.serve()
        life.ready_at = time.time()

    async def _die(self, aim: str) -> None:
        life = self._record.lives[-1]
        life.killed_at, life.aim = time.time(), aim
        await self._kit.kill()
        self._examine()

    def _examine(self) -> None:
        """Let SQLite look whether the journal is whole, as it was left."""
        try:
            with closing(sqlite3.connect(f"file:{self._kit.folder / 'var/telekit.db'}?mode=ro", uri=True)) as journal:
                told = journal.execute("pragma quick_check").fetchone()[0]
        except sqlite3.Error as error:
            told = str(error)
        if told != "ok":
            self._record.unreadable.append(told)
