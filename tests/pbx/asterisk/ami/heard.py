"""What a link tells, kept for a test to wait for."""

import asyncio


class Heard:
    """Keeps what a link tells, and lets a test wait for it."""

    def __init__(self) -> None:
        self.things: list[str] = []
        self._came = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, thing: str) -> None:
        self.things.append(thing)
        task = asyncio.get_running_loop().create_task(self._notify())
        self._tasks.add(task)

    async def until(self, *things: str) -> None:
        async with asyncio.timeout(40), self._came:
            await self._came.wait_for(lambda: [each for each in self.things if each in things] == list(things))

    async def _notify(self) -> None:
        async with self._came:
            self._came.notify_all()
