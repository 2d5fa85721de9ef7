"""What telekit says of itself, and what the switch says of its channels, asked a few times a second."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from telekit.errors import TelekitError
from telekit.service.control import ask
from tests.killing.record import Glimpse, Record, Sighting, Waiting
from tests.killing.sightings import Look

EVERY = 0.25  # seconds


class Observer:
    """Enter it to have it look."""

    def __init__(self, control: Path, look: Look, record: Record) -> None:
        """`look` gives what the switch shows, whenever it is asked."""
        self._control = control
        self._look = look
        self._record = record
        self._looking: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Observer":
        self._looking = [asyncio.ensure_future(look()) for look in (self._ask_telekit, self._ask_switch, self._pulse)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._looking:
            task.cancel()
        ended = await asyncio.gather(*self._looking, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error

    async def _ask_telekit(self) -> None:
        while True:
            asked_at = time.time()
            with suppress(TelekitError):
                told = await ask(self._control, "status", within=2.0)
                at = (asked_at + time.time()) / 2
                calls = tuple(
                    Waiting(call["call"], call["queue"], at - call["waited"], call["state"] == "rings")
                    for call in told["calls"]
                )
                agents = {agent["agent"]: agent["presence"] for agent in told["agents"]}
                self._record.glimpses.append(Glimpse(at, agents, calls))
            await asyncio.sleep(EVERY)

    async def _ask_switch(self) -> None:
        async for channels in self._look():
            self._record.sightings.append(Sighting(time.time(), channels))
            await asyncio.sleep(EVERY)

    async def _pulse(self) -> None:
        """Note how late this very process is: nothing can be judged finer."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY
            await asyncio.sleep(EVERY)
            self._record.late = max(self._record.late, loop.time() - due)
