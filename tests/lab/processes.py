"""The lab's processes, so that none outlives its test."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import BinaryIO

_started: list[asyncio.subprocess.Process] = []


async def spawn(*command: str | Path, screen: BinaryIO, folder: Path | None = None) -> asyncio.subprocess.Process:
    """Start a program that reads nothing and prints into a file."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=screen, stderr=screen, cwd=folder
    )
    _started.append(process)
    return process


def living() -> set[int]:
    """Return the numbers of the processes that were started and have not ended."""
    _started[:] = [process for process in _started if process.returncode is None]
    return {process.pid for process in _started}


def end(numbers: set[int]) -> None:
    """Kill processes by their numbers."""
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    _started[:] = [process for process in _started if process.pid not in numbers]
