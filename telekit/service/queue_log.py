"""The queue_log that telekit writes, where the settings name one: it follows the journal, and no call waits for it."""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from pathlib import Path

from telekit.reports.row import RowNames
from telekit.service.health import Finding, Health
from telekit.service.row_writer import RowWriter
from telekit.settings import QueueLogSettings

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the journal: what reads a queue_log looks less often."""
NOTED_EVERY = 60
"""Looks, after which it is noted how far the rows are written."""


class QueueLogWriter:
    """Write rows as facts are journaled; the disk is waited for in a thread."""

    def __init__(self, folder: Path, settings: QueueLogSettings, journal: Path) -> None:
        """Begin behind what the journal holds now; where no file is named nothing is written."""
        file, names = settings.file, RowNames(settings.agents, settings.queues)
        self._writer = RowWriter(folder / file, folder / journal, names) if file is not None else None
        self._ends = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, health: Health) -> None:
        """Write from now on, and let health tell of it."""
        if self._writer is not None:
            health.also("queue_log", partial(examine, self._writer))
            self._task = asyncio.get_running_loop().create_task(self._go_on(self._writer))

    async def stop(self) -> None:
        """Write what the journal holds, and end."""
        self._ends.set()
        if self._task is not None:
            await self._task

    async def _go_on(self, writer: RowWriter) -> None:
        looks = 0
        while not self._ends.is_set():
            await _look(writer, notes=looks % NOTED_EVERY == 0)
            looks += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._ends.wait()
        await _look(writer, notes=True)
        writer.close()


async def _look(writer: RowWriter, *, notes: bool) -> None:
    try:
        await asyncio.to_thread(writer.look, notes=notes)
    except Exception:  # whatever goes wrong with some rows, others are written
        log.exception("some rows of the queue_log are missing")


def examine(writer: RowWriter) -> Finding:
    """Say whether rows get to the file."""
    values = {"rows": writer.written}
    if writer.trouble:
        says = f"{writer.trouble}; the rows wait in the journal and are written as soon as that works"
        return Finding(False, says, False, values)
    return Finding(True, f"{writer.written} rows written to {writer.path}", False, values)
