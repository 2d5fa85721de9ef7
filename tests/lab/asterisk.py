"""One real Asterisk, from start to stop."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.lab import certificate, settings
from tests.lab.processes import spawn
from tests.lab.settings import Ports
from tests.lab.tree import Tree
from tests.lab.watch import PATIENCE, TooLate

READY_WITHIN = 20.0  # seconds; a hundred times what it takes
STOPPED_WITHIN = 10.0
SOCKET_PATH_MAX = 107  # bytes; Linux unix(7), sun_path


class AsteriskFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """Asterisk did not start, or ended by itself; the text holds the end of its log."""


class Asterisk:
    """A real Asterisk whose whole world is one folder.

    `config` holds text by file name, added after the lab's own text of that name (`pjsip.conf`,
    `extensions.conf`, `manager.conf`...); an `#include "/absolute/path"` in it works. `sounds` adds prompt
    folders: `{"en/telekit": Path(...)}` makes `telekit/NAME` known in English.
    """

    def __init__(
        self,
        folder: Path,
        tree: Tree,
        config: Mapping[str, str] | None = None,
        *,
        sounds: Mapping[str, Path] | None = None,
        ports: Ports | None = None,
    ) -> None:
        self.folder = folder
        self.tree = tree
        self.ports = ports or Ports()
        self.config = dict(config or {})
        self.ready_within = READY_WITHIN
        """Seconds; thousands of phones take more."""
        self._sounds = dict(sounds or {})
        self._process: asyncio.subprocess.Process | None = None
        if len(bytes(self.control_socket)) > SOCKET_PATH_MAX:
            raise ValueError(f"{folder} is too long a path for a Unix socket inside it")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        await self.kill()  # the folder is given up: there is nothing to save

    @property
    def control_socket(self) -> Path:
        """Return where Asterisk takes console commands."""
        return self.folder / "run/asterisk.ctl"

    @property
    def certificate(self) -> Path:
        """Return the certificate with which Asterisk shows itself over TLS."""
        return self.folder / "certificate.pem"

    @property
    def running(self) -> bool:
        """Tell whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Return the process's number."""
        assert self._process is not None, "Asterisk was not started"
        return self._process.pid

    @property
    def log(self) -> str:
        """Return all that Asterisk logged since its folder was made."""
        path = self.folder / "log/full"
        return path.read_bytes().decode(errors="replace") if path.exists() else ""

    def write(self, name: str, text: str) -> None:
        """Set what a configuration file holds after the lab's own text; Asterisk reads it when it reloads."""
        self.config[name] = text
        base = settings.texts(self.folder, self.tree, self.ports).get(name, "")
        (self.folder / "etc" / name).write_text(f"{base}\n{text}")

    async def start(self) -> None:
        """Start and wait until every module is up and calls may come."""
        assert not self.running, "Asterisk runs already"
        for port in self.ports.taken():
            raise AsteriskFailed(f"Asterisk was not started: port {port} is taken")
        await self._furnish()
        self.control_socket.unlink(missing_ok=True)
        with (self.folder / "console").open("ab") as console:
            configuration = self.folder / "etc/asterisk.conf"
            self._process = await spawn(self.tree.asterisk, "-f", "-C", configuration, screen=console)
        trouble = await self._trouble(self._process)
        if trouble:
            await self.kill()
            raise AsteriskFailed(f"Asterisk {trouble}:\n{self._last_words()}")

    async def _trouble(self, process: asyncio.subprocess.Process) -> str:
        deadline = time.monotonic() + self.ready_within
        while process.returncode is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                # One of the last commands to be known, after all modules are up (main/asterisk.c, asterisk_daemon).
                if (await self.cli("core show version")).startswith("Asterisk "):
                    return ""
            await asyncio.sleep(0.01)  # the control socket is not there yet, or not served yet
        if process.returncode is None:
            return f"did not become ready within {self.ready_within} s"
        return f"ended with status {process.returncode}"

    async def stop(self) -> None:
        """End it as an administrator does; kill it if it does not obey."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(STOPPED_WITHIN):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise AsteriskFailed(f"Asterisk did not stop within {STOPPED_WITHIN} s:\n{self._last_words()}") from None

    async def restart(self) -> None:
        """Stop and start again with the same folder: registrations and the database stay."""
        await self.stop()
        await self.start()

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def cli(self, command: str) -> str:
        """Return what a console command prints.

        Raises OSError while nobody serves the control socket.
        Source: Asterisk main/asterisk.c, netconsole and ast_remotecontrol.
        """
        reader, writer = await asyncio.open_unix_connection(self.control_socket)
        try:
            await reader.readline()  # host/pid/version
            writer.write(f"cli quit after {command}\0".encode())
            told = await reader.read()
        finally:
            writer.close()
        # What the console would also show, lines of the log, is marked by a byte of 0x80 and more.
        lines = [line for line in told.replace(b"\0", b"").split(b"\n") if not line or line[0] < 0x80]
        return b"\n".join(lines).decode(errors="replace").strip()

    async def shows(self, command: str, text: str, within: float = PATIENCE) -> str:
        """Wait until a console command prints a text; return all that it prints."""
        return await self._comes(lambda: self.cli(command), text, within, f"'{command}' shows no '{text}'")

    async def logs(self, text: str, within: float = PATIENCE, *, after: int = 0) -> None:
        """Wait until the log holds a text, somewhere after so many characters."""

        async def read() -> str:
            return self.log[after:]

        await self._comes(read, text, within, f"the log holds no '{text}'")

    async def _comes(self, look: Callable[[], Awaitable[str]], text: str, within: float, lack: str) -> str:
        deadline = time.monotonic() + within
        while text not in (seen := await look()):
            if time.monotonic() > deadline:
                raise TooLate(f"within {within} s, {lack} but\n{seen[-2000:]}")
            await asyncio.sleep(0.01)  # nobody tells when it changes
        return seen

    async def _furnish(self) -> None:
        for part in ("etc", "lib/keys", "spool", "run", "log", "cache", "data/sounds"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        for shared in ("moh", "documentation"):
            _link(self.folder / "data" / shared, self.tree.data / shared)
        for language in ("en", "fr"):
            place = self.folder / "data/sounds" / language
            place.mkdir(exist_ok=True)
            for sound in (self.tree.data / "sounds" / language).iterdir():
                _link(place / sound.name, sound)
        for name, sound in self._sounds.items():
            _link(self.folder / "data/sounds" / name, sound.resolve())
        await certificate.issue(self.tree.openssl, self.folder)
        for name in settings.texts(self.folder, self.tree, self.ports).keys() | self.config.keys():
            self.write(name, self.config.get(name, ""))

    def _last_words(self) -> str:
        console = (self.folder / "console").read_text(errors="replace")
        return "\n".join([*console.splitlines()[-20:], *self.log.splitlines()[-40:]])


def _link(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)
