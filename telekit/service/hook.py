"""The hook: a program of the administrator's that is told each notice, in a process of its own."""

import asyncio
import json
import logging
import os
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from telekit.errors import SettingsError
from telekit.service.health import Finding
from telekit.service.notices import Notice

log = logging.getLogger(__name__)

MOST_WAITING = 20_000
"""Notices: as many as agents that a large centre has."""
LAST_WORDS = 2_000
"""Bytes of what the program complains that are read at its end; the rest is thrown away as it comes."""
LONGEST_COMPLAINT = 200
"""Characters of it that are told."""
ENDS_WITHIN = 5.0
"""Seconds for which the end of telekit waits for programs that run."""


@dataclass(frozen=True, slots=True)
class HookProgram:
    """What is run, and how."""

    command: Sequence[str]
    """The program and its arguments; no shell reads them."""
    within: timedelta
    """When it is ended, with all that it has begun."""
    at_once: int
    """How many may run."""
    folder: Path
    environment: Mapping[str, str]

    def require(self) -> None:
        """Raise `SettingsError` when there is no such program."""
        path = self.folder / self.command[0]
        if not path.is_file():
            raise SettingsError(f"The hook's program {path} does not exist: name a file that does, with its path.")
        if not os.access(path, os.X_OK):
            raise SettingsError(f"The hook's program {path} may not be run: make it executable (chmod +x).")


class Hook:
    """Run the program once for each notice, a few at a time; no call waits for it."""

    def __init__(self, program: HookProgram, ready: Callable[[], Awaitable[None]]) -> None:
        """`ready` is awaited before each run: what was decided is on the disk first."""
        self._program = program
        self._ready = ready
        self._waiting: deque[Notice] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._trouble = ""
        """How the latest run failed; empty when it did not."""
        self._runs = self._failures = 0

    def take(self, notice: Notice) -> None:
        """Take a notice; its turn comes."""
        if len(self._waiting) >= MOST_WAITING:
            self._failed(f"{MOST_WAITING} notices wait already: it is too slow")
            return
        self._waiting.append(notice)
        self._begin()

    def examine(self) -> Finding:
        """Say how it fares."""
        values = {"runs": self._runs, "failures": self._failures, "waiting": len(self._waiting)}
        if self._trouble:
            return Finding(False, f"{self._program.command[0]}: {self._trouble}", True, values)
        return Finding(True, f"{self._runs} notices passed on, {len(self._waiting)} wait", True, values)

    async def stop(self) -> None:
        """Begin no more; end what takes too long."""
        self._waiting.clear()
        if self._running:
            await asyncio.wait(self._running, timeout=ENDS_WITHIN)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _begin(self) -> None:
        while self._waiting and len(self._running) < self._program.at_once:
            task = asyncio.get_running_loop().create_task(self._pass_on(self._waiting.popleft()))
            self._running.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._begin()

    async def _pass_on(self, notice: Notice) -> None:
        await self._ready()
        if not notice.holds():
            return
        self._runs += 1
        try:
            await self._run(json.dumps(notice.told).encode() + b"\n")
        except TimeoutError:
            self._failed(f"it took longer than {self._program.within.total_seconds():g} s and was ended")
        except (OSError, ValueError, ProgramFailed) as error:
            self._failed(str(error))
        else:
            if self._trouble:
                log.warning("the hook works again")
            self._trouble = ""

    async def _run(self, told: bytes) -> None:
        program = self._program
        process = await asyncio.create_subprocess_exec(
            str(program.folder / program.command[0]),
            *program.command[1:],
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=program.folder,
            env=program.environment,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(program.within.total_seconds()):
                complaint, _ = await asyncio.gather(_last_words(process.stderr), _feed(process.stdin, told))
                status = await process.wait()
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it has begun: it is the first of its session
            await process.wait()
            raise
        if status != 0:
            how = f"exit status {status}" if status > 0 else f"ended by signal {-status}"
            raise ProgramFailed(f"{how}{f': {complaint}' if complaint else ''}")

    def _failed(self, why: str) -> None:
        self._failures += 1
        if not self._trouble:
            log.error("the hook failed: %s: %s", self._program.command[0], why)
        self._trouble = why


class ProgramFailed(Exception):  # noqa: N818 (it reads as the sentence it tells)
    """The program has ended otherwise than with 0."""


async def _feed(stdin: asyncio.StreamWriter | None, told: bytes) -> None:
    if stdin is not None:
        with suppress(BrokenPipeError, ConnectionResetError):  # it need not read it
            stdin.write(told)
            await stdin.drain()
        stdin.close()


async def _last_words(stderr: asyncio.StreamReader | None) -> str:
    """Give the last line of what the program complains, however much that is."""
    words = b""
    while stderr is not None and (chunk := await stderr.read(LAST_WORDS)):
        words = (words + chunk)[-LAST_WORDS:]
    lines = words.decode(errors="replace").strip().splitlines()
    line = lines[-1] if lines else ""
    return "".join(character for character in line if character.isprintable())[:LONGEST_COMPLAINT]
