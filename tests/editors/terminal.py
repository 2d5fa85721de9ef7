"""A program in a terminal of its own, as a person uses it."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 120.0
"""Seconds."""


class Terminal:
    """A terminal of 40 lines and 160 columns."""

    def __init__(self, *command: str | Path, folder: Path, environment: Mapping[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
        self._program = subprocess.Popen(
            command,
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **environment, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.terminate()
        self._program.wait(10)
        os.close(self._ours)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._ours, text.encode())

    def shows(self, text: str) -> bool:
        """Wait until a text is shown; say whether it came in time."""
        seen = b""
        until = time.monotonic() + PATIENCE
        while (left := until - time.monotonic()) > 0 and self._program.poll() is None:
            if select.select([self._ours], [], [], min(left, 1.0))[0]:
                seen += os.read(self._ours, 65536)
                if text.encode() in seen:
                    return True
        return False
