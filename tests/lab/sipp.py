"""One SIPp process that tells each step of its calls, and takes commands for them while it runs.

SIPp's own link between two of its processes (3PCC, `sendCmd` and `recvCmd`) is held by the test here. So a
scenario reacts to the phone at the other end and to the test alike, and nothing waits for the clock.
Source: SIPp docs/3PCC_extended.rst; src/call.cpp, process_twinSippCom; src/socket.cpp, read_error.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.processes import spawn

LIFE = 120.0  # seconds after which no call of a test can still be meant
MARK = b"\x1b"  # ends each command on the link

Told = Callable[[str, str, Mapping[str, str], datetime], None]


class SippFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """SIPp ended without the call having ended; the text holds what it complained of."""


class Sipp:
    """A SIPp process on one address.

    `told` is called with a call's id, the step's name, its further headers and the moment. A step is a
    `sendCmd` of the scenario with a line `Step: NAME`.
    """

    def __init__(self, program: Path, folder: Path, address: str, server: str, scenario: str, told: Told) -> None:
        self.program = program
        self.folder = folder
        self.address = address
        self.server = server
        self.scenario = scenario
        self.ended = asyncio.Event()
        self.status: int | None = None
        self._told = told
        self._linked = asyncio.Event()  # or ended before it could be
        self._silent = asyncio.Event()  # the link is at its end
        self._link: asyncio.StreamWriter | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._life: asyncio.Task[None] | None = None

    async def start(self, *arguments: str, port: int = 5060) -> None:
        """Start SIPp, with more `arguments` on its command line; return when it is at work."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "scenario.xml").write_text(self.scenario)
        server = await asyncio.start_server(self._listen, self.address, 0)
        link = server.sockets[0].getsockname()[1]
        with (self.folder / "screen").open("wb") as screen:
            self._process = await spawn(
                *(self.program, self.server, "-sf", "scenario.xml", "-3pcc", f"{self.address}:{link}"),
                *("-i", self.address, "-p", str(port), "-nostdin", "-timer_resol", "1"),
                *("-default_behaviors", "all,-abortunexp"),
                *("-trace_err", "-error_file", "errors", "-trace_msg", "-message_file", "messages"),
                *arguments,
                screen=screen,
                folder=self.folder,
            )
        self._life = asyncio.create_task(self._live(self._process, server))
        await self._linked.wait()
        if self._link is None:
            raise SippFailed(f"SIPp at {self.address} did not start{self.complaint()}")

    async def command(self, call_id: str, text: str) -> None:
        """Send a command to the step where a call stands.

        That step has to be an optional `recv`, or the `recvCmd` itself: at any other SIPp drops the call.
        """
        if self._link is None or self.ended.is_set():
            raise SippFailed(f"SIPp at {self.address} takes no command now{self.complaint()}")
        self._link.write(f"Call-ID: {call_id}\r\nDo: {text}\r\n\r\n".encode() + MARK)
        with contextlib.suppress(ConnectionError):  # the call ended just now: its last step tells how
            await self._link.drain()

    async def close(self) -> None:
        """End the process, whatever its call does."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        if self._life is not None:
            await self._life

    def complaint(self) -> str:
        """Return what SIPp wrote about errors."""
        path = self.folder / "errors"
        return f":\n{path.read_text(errors='replace')[-3000:]}" if path.exists() else ""

    async def _live(self, process: asyncio.subprocess.Process, server: asyncio.Server) -> None:
        try:
            async with asyncio.timeout(LIFE):
                self.status = await process.wait()
        except TimeoutError:
            process.kill()
            self.status = await process.wait()
        finally:
            server.close()
            if self._link is not None:
                await self._silent.wait()  # its last words may still be on the way
            self._linked.set()
            self.ended.set()
            self._told("", "process ended", {}, datetime.now(UTC))

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._link = writer
        self._linked.set()
        try:
            while True:
                text = (await reader.readuntil(MARK)).rstrip(MARK).decode(errors="replace")
                now = datetime.now(UTC)
                lines = (line.partition(":") for line in text.splitlines())
                headers = {name.strip(): value.strip() for name, colon, value in lines if colon}
                self._told(headers.pop("Call-ID"), headers.pop("Step"), headers, now)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
        finally:
            self._silent.set()
