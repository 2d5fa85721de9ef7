"""The standard input and output of a script's thread: AGI as text, over the session of its call."""

import asyncio
import concurrent.futures
import io
import logging
import signal
from collections import deque
from collections.abc import Callable
from types import FrameType

from telekit.errors import LinkError
from telekit.pbx.asterisk.agi.codec import command, line
from telekit.pbx.asterisk.agi.session import Session

log = logging.getLogger(__name__)

Handler = Callable[[int, FrameType | None], object] | int | None


class Wire:
    """One call as the thread of its script sees it; every method belongs to that thread."""

    def __init__(self, session: Session, name: str) -> None:
        self.name = name
        self.on_hangup: Handler = signal.SIG_DFL
        """What SIGHUP is bound to, by which Asterisk tells a process of a hang-up."""
        self._session = session
        values = session.environment.values if session.environment else {}
        self._lines = deque([f"{key}: {value}\n" for key, value in values.items()] + ["\n"])
        self._written = ""
        self._told = False

    @property
    def arguments(self) -> list[str]:
        """Give what a process would find in `sys.argv`."""
        values = self._session.environment.values if self._session.environment else {}
        return [self.name, *(value for key, value in values.items() if key.startswith("agi_arg_"))]

    def write(self, text: str) -> int:
        """Take what the script prints: each whole line is a command, and its reply waits to be read."""
        self._written += text
        *commands, self._written = self._written.split("\n")
        for each in commands:
            if reply := self._ask(each):
                self._lines.extend(f"{one}\n" for one in reply.split("\n"))
        return len(text)

    def readline(self) -> str:
        """Give the next line of the environment or of a reply; empty once the connection is lost."""
        self.tell_hangup()
        return self._lines.popleft() if self._lines else ""

    def tell_hangup(self) -> None:
        """Do to the script what SIGHUP does to a process; once, and in its own thread."""
        if self._session.hung_up and not self._told:
            self._told = True
            if callable(self.on_hangup):
                self.on_hangup(signal.SIGHUP, None)

    def _ask(self, text: str) -> str:
        """Run one command and give its reply; empty once the connection is lost."""
        data = line(text)
        loop = self._session.loop
        if loop.is_closed():
            return ""
        try:
            return asyncio.run_coroutine_threadsafe(self._exchange(data), loop).result()
        except (LinkError, concurrent.futures.CancelledError):
            return ""

    async def _exchange(self, data: bytes) -> str:
        reply = await self._session.send(data, None)
        if reply.result == "-1" and not self._session.hung_up:
            # A hang-up is told before the next command is read: so this script need not guess what -1 means.
            await self._session.send(command("NOOP"))
        return reply.raw


class ScriptInput(io.TextIOBase):
    """The script's `sys.stdin`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return self._wire.readline()


class ScriptOutput(io.TextIOBase):
    """The script's `sys.stdout`; a whole line is sent at once."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        return self._wire.write(text)


class ScriptErrors(io.TextIOBase):
    """The script's `sys.stderr`: each line goes to telekit's log."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._written = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        *lines, self._written = (self._written + text).split("\n")
        for each in lines:
            log.info("%s: %s", self._name, each)
        return len(text)
