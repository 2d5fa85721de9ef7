"""telekit installed beside the lab's Asterisk, as an administrator would: one #include a file, rules, settings."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.lab import accounts, journal
from tests.lab.asterisk import Asterisk
from tests.lab.handset import Handset
from tests.lab.journal import JournalLine
from tests.lab.phones import Phone
from tests.lab.settings import Ports
from tests.lab.tree import Tree

PROJECT = Path(__file__).parents[2]
DIALPLANS = PROJECT / "dialplans/asterisk"
SECRET, CALLS_SECRET = "lab-secret-of-the-manager-account", "lab-secret-of-the-account-that-calls"
SECRETS = {"TELEKIT_AMI_SECRET": SECRET, "TELEKIT_CALLBACKS_SECRET": CALLS_SECRET}
INCLUDES = ("extensions.conf", "manager.conf", "pjsip.conf", "musiconhold.conf", "stasis.conf")
PATIENCE = 20.0  # seconds
A_SECOND_OF_WAV = 16_000  # bytes


class ServiceFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """telekit ended, or did not get ready; the text holds its log."""


class Installation:
    """An Asterisk, a telekit beside it, and phones at home.

    `rules` is the text of the rule file; each sip: phone in it has an account with the password `PHONE-password`.
    `before` may add to the folder and to Asterisk's configuration.
    """

    def __init__(
        self,
        folder: Path,
        tree: Tree,
        rules: str,
        *,
        phones: tuple[str, ...],
        settings: str = "",
        ami: int | None = None,
        serve: tuple[str, ...] = (),
        rendered: bool = False,
        before: "Callable[[Installation], None] | None" = None,
    ) -> None:
        self.folder = folder / "telekit"
        self.asterisk = Asterisk(
            folder / "asterisk",
            tree,
            self._rendered_config() if rendered else self._config(phones),
            ports=Ports(sips=5063) if rendered else None,
            sounds={f"{language}/telekit": DIALPLANS / "sounds" / language / "telekit" for language in ("en", "fr")},
        )
        self.settings_file = self.folder / "telekit.yaml"
        self.log_file = self.folder / "log"
        (self.folder / "rules").mkdir(parents=True, exist_ok=True)
        self.rules_file = self.folder / "rules/rules.yaml"
        self.rules_file.write_text(rules)
        ami = ami or self.asterisk.ports.ami
        self.settings_file.write_text(
            f"asterisk:\n  port: {ami}\n  secret: env:TELEKIT_AMI_SECRET\n  trunk: carrier\n{settings}"
        )
        self._serve_options = serve
        self._rendered = rendered
        self._process: asyncio.subprocess.Process | None = None
        self._told: asyncio.Queue[str | None] = asyncio.Queue()
        self._listener: asyncio.Task[None] | None = None
        if before is not None:
            before(self)

    async def __aenter__(self) -> Self:
        if self._rendered:
            await self._render()
        await self.asterisk.start()
        try:
            await self.serve()
        except BaseException:
            await self.asterisk.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        try:
            status = await self.end()
        finally:
            await self.asterisk.stop()
        if kind is None and status not in (0, -signal.SIGKILL):
            raise ServiceFailed(f"telekit ended with status {status}:\n{self.log}")

    @property
    def log(self) -> str:
        """Return what telekit logged."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    @property
    def pid(self) -> int:
        """Return the number of the process that serves."""
        assert self._process is not None
        return self._process.pid

    async def serve(self) -> None:
        """Start `telekit serve` and wait until it takes calls."""
        begins_at = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "telekit", "serve", "--settings", self.settings_file, *self._serve_options),
                env=os.environ | SECRETS | {"PYTHONUNBUFFERED": "1"},
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        self._listener = asyncio.create_task(self._listen(self._process))
        deadline = time.monotonic() + PATIENCE
        while self._process.returncode is None and time.monotonic() < deadline:
            if b"telekit takes calls" in self.log_file.read_bytes()[begins_at:]:
                return
            await asyncio.sleep(0.02)  # the log is a file: nothing tells when it grows
        await self.kill()
        raise ServiceFailed(self.log)

    async def story(self) -> AsyncIterator[str]:
        """Give what telekit prints, line by line, until it ends."""
        while (line := await self._told.get()) is not None:
            yield line

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._told.put_nowait(line.decode().rstrip())
        self._told.put_nowait(None)

    async def end(self) -> int:
        """Send SIGTERM and return the exit status."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise ServiceFailed(f"telekit did not end:\n{self.log}") from None

    async def kill(self) -> None:
        """Send SIGKILL, as the machine does when memory runs out."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to telekit."""
        assert self._process is not None
        self._process.send_signal(number)

    async def telekit(self, *arguments: str) -> tuple[int, str]:
        """Run the command `telekit` with these settings; give its exit status and all it prints."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telekit", *arguments),
            env=os.environ | SECRETS | {"TELEKIT_SETTINGS": str(self.settings_file)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, printed.decode()

    async def status(self) -> dict[str, Any]:
        """Return what `telekit status --json` tells."""
        code, printed = await self.telekit("status", "--json")
        assert code == 0, printed
        told: dict[str, Any] = json.loads(printed)
        return told

    def password(self, name: str) -> str:
        """Return the password that `telekit render` made for a phone."""
        told: dict[str, str] = yaml.safe_load((self.folder / "var/phones.secret.yaml").read_text())
        return told[name]

    def outside(self) -> Asterisk:
        """Give what phones at home know of this Asterisk: its usual ports, its certificate."""
        known = Asterisk(self.asterisk.folder.with_name("home"), self.asterisk.tree)
        known.folder.mkdir()
        known.certificate.write_bytes(self.asterisk.certificate.read_bytes())
        return known

    async def _render(self) -> None:
        with self.settings_file.open("a") as settings:
            settings.write(
                f"phones:\n  address: 127.0.0.1\n  certificate: {self.asterisk.certificate}\n"
                f"  private_key: {self.asterisk.folder / 'key.pem'}\n"
            )
        code, printed = await self.telekit("render", "asterisk", "--into", str(self.asterisk.folder / "etc/telekit"))
        assert code == 0, printed

    def phone(self, name: str, number: int, **how: Any) -> Phone:
        """Make an agent's phone with an address of its own; enter it to switch it on and register it."""
        return Phone(self.asterisk, name, f"{name}-password", address=f"127.0.0.{10 + number}", **how)

    def facts(self, *kinds: str, call: str | None = None) -> list[JournalLine]:
        """Read the journal, all kinds unless told."""
        lines = journal.read(self.folder / "var/telekit.db")
        return [line for line in lines if (not kinds or line.kind in kinds) and (call is None or line.call == call)]

    async def fact(self, kind: str, *, within: float = PATIENCE, **wanted: str | None) -> JournalLine:
        """Wait for a fact of this kind with these columns; give the first."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for line in self.facts(kind):
                if all(getattr(line, name) == value for name, value in wanted.items()):
                    return line
            await asyncio.sleep(0.02)  # another process writes the journal: nothing tells when it grows
        raise AssertionError(_instead(f"no fact '{kind}' {wanted or ''} within {within} s", self.facts(kind)))

    async def facts_are(self, count: int, *kinds: str, within: float = PATIENCE) -> list[JournalLine]:
        """Wait until there are so many facts of these kinds; give them."""
        deadline = time.monotonic() + within
        while len(lines := self.facts(*kinds)) < count and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # another process writes the journal: nothing tells when it grows
        assert len(lines) == count, _instead(f"{len(lines)} facts {kinds} within {within} s, not {count}", lines)
        return lines

    async def talk(self, phone: Handset, within: float = PATIENCE) -> None:
        """Wait until the latest call of an agent's phone is answered, and joined for telekit too.

        The phone knows first: a caller who hangs up between the two has abandoned.
        """
        call = await phone.talks(within=within)
        deadline = time.monotonic() + within
        rang_at = call.rang_at.timestamp()
        while not any(line.agent == phone.account and line.at > rang_at for line in self.facts("joined")):
            assert time.monotonic() < deadline, _instead(f"{phone.account} is not joined", self.facts("joined"))
            await asyncio.sleep(0.02)  # another process writes the journal: nothing tells when it grows

    async def recording(self, within: float = 20.0) -> None:
        """Wait until Asterisk has recorded a second of a message; the prompts before it are heard out."""
        deadline = time.monotonic() + within
        folder = self.asterisk.folder / "spool/telekit-voicemail"
        while not any(file.stat().st_size > A_SECOND_OF_WAV for file in folder.glob("*.wav")):
            assert time.monotonic() < deadline, f"nothing is recorded within {within} s"
            await asyncio.sleep(0.05)  # another process writes the file

    async def plays(self, prompt: str, within: float = PATIENCE) -> None:
        """Wait until Asterisk has begun to play a prompt to somebody."""
        deadline = time.monotonic() + within
        while f"Playing '{prompt}" not in self.asterisk.log:
            assert time.monotonic() < deadline, f"{prompt} is not played within {within} s, but {self._played()}"
            await asyncio.sleep(0.05)  # another process writes the log

    async def presence(self, agent: str, presence: str, within: float = PATIENCE) -> None:
        """Wait until an agent's presence is this one."""
        deadline = time.monotonic() + within
        lines: list[JournalLine] = []
        while time.monotonic() < deadline:
            lines = [line for line in self.facts("presence") if line.agent == agent]
            if lines and lines[-1].details["now"] == presence:
                return
            await asyncio.sleep(0.02)  # another process writes the journal: nothing tells when it grows
        raise AssertionError(_instead(f"{agent} is not {presence} within {within} s", lines))

    def _played(self) -> list[str]:
        return re.findall(r"Playing '([\w/-]+)", self.asterisk.log)

    @staticmethod
    def _config(phones: tuple[str, ...]) -> dict[str, str]:
        """Give Asterisk's own files with telekit's includes, and accounts with passwords that are known here."""
        config = {name: f'#include "{DIALPLANS / name}"\n' for name in INCLUDES}
        config["manager.conf"] += f"[telekit](telekit-account)\nsecret = {SECRET}\n"
        config["manager.conf"] += f"[telekit-callbacks](telekit-calls)\nsecret = {CALLS_SECRET}\n"
        config["pjsip.conf"] += accounts.trunk(context="telekit-in")
        config["pjsip.conf"] += "".join(accounts.phone(name, f"{name}-password", context="home") for name in phones)
        config["extensions.conf"] += "[home]\ninclude => telekit-agents\n"
        return config

    @staticmethod
    def _rendered_config() -> dict[str, str]:
        """Give Asterisk's own files as an administrator has them: one #include each, and a trunk."""
        config = {name: f"#include telekit/{name}\n" for name in (*INCLUDES, "queues.conf")}
        config["pjsip.conf"] += accounts.trunk(context="telekit-in")
        return config


def _instead(lack: str, lines: list[JournalLine]) -> str:
    """Say what is lacking, and what the journal has of that kind; all of it is shown beside the failure."""
    return "\n".join([f"{lack}, but", *map(str, lines)]) if lines else f"{lack}, nor any other of that kind"
