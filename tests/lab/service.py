"""telekit beside a switch of the lab: a process with rules, settings, a journal, and phones at home."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import yaml

from tests.lab import journal
from tests.lab.asterisk import Asterisk
from tests.lab.handset import Handset
from tests.lab.journal import JournalLine
from tests.lab.phones import Phone
from tests.lab.scripted_phones import ScriptedPhone
from tests.lab.switch import LabSwitch

PROJECT = Path(__file__).parents[2]
SOUNDS = PROJECT / "dialplans/asterisk/sounds"
PATIENCE = 40.0  # seconds
A_SECOND_OF_WAV = 16_000  # bytes
Found = TypeVar("Found")


class ServiceFailed(Exception):  # noqa: N818 (it reads as the sentence it prints)
    """telekit ended, or did not get ready; the text holds its log."""


class Service(ABC):
    """A telekit that serves beside one switch, which a subclass knows.

    `rules` is the text of the rule file, `settings` that of the settings.
    """

    name: str
    """As telekit calls the switch, or both."""
    secrets: Mapping[str, str]
    """In the environment of telekit."""
    messages: Path
    """Where the switch writes what callers leave."""

    def __init__(self, folder: Path, switch: LabSwitch, rules: str, settings: str, serve: tuple[str, ...]) -> None:
        self.folder = folder / "telekit"
        self.switch = switch
        self.settings_file = self.folder / "telekit.yaml"
        self.log_file = self.folder / "log"
        (self.folder / "rules").mkdir(parents=True, exist_ok=True)
        self.rules_file = self.folder / "rules/rules.yaml"
        self.rules_file.write_text(rules)
        self.settings_file.write_text(settings)
        self._serve_options = serve
        self._changes: list[tuple[str, str, str]] = []
        self._process: asyncio.subprocess.Process | None = None
        self._told: asyncio.Queue[str | None] = asyncio.Queue()
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.switch.start()
        try:
            await self.serve()
        except BaseException:
            await self.switch.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        try:
            status = await self.end()
        finally:
            await self.ends()
        if kind is None and status not in (0, -signal.SIGKILL):
            raise ServiceFailed(f"telekit ended with status {status}:\n{self.log}")

    async def ends(self) -> None:
        """End the switch; what it had is given up."""
        await self.switch.stop()

    @property
    def log(self) -> str:
        """Return what telekit logged."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    @property
    def pid(self) -> int:
        """Return the number of the process that serves."""
        assert self._process is not None
        return self._process.pid

    @abstractmethod
    def speak_french(self) -> None:
        """Let callers hear French; before the switch starts."""

    @abstractmethod
    def lead_outside(self) -> None:
        """Let the trunk lead to the phone outside; before the switch starts."""

    @abstractmethod
    def let_call(self, numbers: Mapping[str, str]) -> None:
        """Let agents call each of these numbers, a phone or, by a number of the rules, telekit; before the start."""

    @abstractmethod
    def let_call_outside(self, number: str, *, shown: str) -> None:
        """Let agents call a number outside, which sees a number of the company's; before the switch starts."""

    @abstractmethod
    def let_scripts(self, scripts: Mapping[str, str]) -> None:
        """Lead callers of these numbers to these call scripts, others as before; before the switch starts.

        Who is handed back to the label `chosen` hears goodbye, and the log tells the variable CHOSEN.
        """

    @abstractmethod
    def cut_lines_after(self, seconds: int) -> None:
        """End the call of a phone at home after so long without sound; before the switch starts."""

    @abstractmethod
    def music(self) -> int:
        """Count how often music has begun."""

    @abstractmethod
    def played(self, language: str | None = None) -> list[str]:
        """Give all prompts that the switch has begun to play, in order, or those of a language."""

    def so_far(self) -> int:
        """Mark what the switch has told until now, for `joins`."""
        return 0

    async def joins(self, one: ScriptedPhone, other: ScriptedPhone, *, after: int) -> None:
        """Wait until sound flows between two phones, one of which has called the other since."""
        await one.hears(other.hertz)
        await other.hears(one.hertz)

    @abstractmethod
    async def at_rest(self, within: float = PATIENCE) -> None:
        """Wait until the switch has no call."""

    def password(self, name: str) -> str:
        """Return the password that `telekit render` made for a phone."""
        told: dict[str, str] = yaml.safe_load((self.folder / "var/phones.secret.yaml").read_text())
        return told[name]

    def change(self, name: str, there: str, then: str) -> None:
        """Change what a file says that telekit renders, whenever it does."""
        self._changes.append((name, there, then))

    def outside(self) -> Asterisk:
        """Give what phones at home know of this switch: its usual ports, its certificate."""
        known = Asterisk(self.switch.folder.with_name("home"), self.switch.tree)
        known.folder.mkdir()
        known.certificate.write_bytes(self.switch.certificate.read_bytes())
        return known

    async def _render(self, switch: str, into: Path) -> str:
        code, printed = await self.telekit("render", switch, "--into", str(into))
        assert code == 0, printed
        for name, there, then in self._changes:
            text = (into / name).read_text()
            assert there in text, f"{name} has no {there}"
            (into / name).write_text(text.replace(there, then))
        return printed

    async def serve(self) -> None:
        """Start `telekit serve` and wait until it takes calls."""
        begins_at = self.log_file.stat().st_size if self.log_file.exists() else 0
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "telekit", "serve", "--settings", self.settings_file, *self._serve_options),
                env=os.environ | self.secrets | {"PYTHONUNBUFFERED": "1"},
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
            env=os.environ | self.secrets | {"TELEKIT_SETTINGS": str(self.settings_file)},
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

    def phone(self, name: str, number: int, at: LabSwitch | None = None, **how: Any) -> Phone:
        """Make an agent's phone with an address of its own; enter it to switch it on and register it."""
        return Phone(at or self.switch, name, f"{name}-password", address=f"127.0.0.{10 + number}", **how)

    def facts(self, *kinds: str, call: str | None = None) -> list[JournalLine]:
        """Read the journal, all kinds unless told."""
        lines = journal.read(self.folder / "var/telekit.db")
        return [line for line in lines if (not kinds or line.kind in kinds) and (call is None or line.call == call)]

    async def fact(self, kind: str, *, within: float = PATIENCE, **wanted: str | None) -> JournalLine:
        """Wait for a fact of this kind with these columns; give the first."""

        def look() -> JournalLine | None:
            fits = (line for line in self.facts(kind) if all(getattr(line, name) == wanted[name] for name in wanted))
            return next(fits, None)

        return await comes(
            look, within, lambda: instead(f"no fact '{kind}' {wanted or ''} within {within} s", self.facts(kind))
        )

    async def facts_are(self, count: int, *kinds: str, within: float = PATIENCE) -> list[JournalLine]:
        """Wait until there are so many facts of these kinds; give them."""

        def lack(lines: list[JournalLine]) -> str:
            return instead(f"{len(lines)} facts {kinds} within {within} s, not {count}", lines)

        def look() -> list[JournalLine] | None:
            return lines if len(lines := self.facts(*kinds)) >= count else None

        lines = await comes(look, within, lambda: lack(self.facts(*kinds)))
        assert len(lines) == count, lack(lines)
        return lines

    async def talk(self, phone: Handset, within: float = PATIENCE) -> None:
        """Wait until the latest call of an agent's phone is answered, and joined for telekit too.

        The phone knows first: a caller who hangs up between the two has abandoned.
        """
        rang_at = (await phone.talks(within=within)).rang_at.timestamp()
        await comes(
            lambda: any(line.agent == phone.account and line.at > rang_at for line in self.facts("joined")) or None,
            within,
            lambda: instead(f"{phone.account} is not joined", self.facts("joined")),
        )

    @asynccontextmanager
    async def free(self, *agents: str) -> AsyncIterator[None]:
        """Wait, between phones and a caller, until telekit knows that their agents may be rung."""
        for agent in agents:
            await self.presence(agent, "available")
        yield

    async def phone_is_free(self, account: str, within: float = PATIENCE) -> None:
        """Wait until telekit knows that an agent's phone is in no call."""

        def lines() -> list[JournalLine]:
            return [line for line in self.facts("phone") if line.details["phone"] == f"sip:{account}"]

        await comes(
            lambda: any(not line.details["engaged"] for line in lines()[-1:]) or None,
            within,
            lambda: instead(f"{account}'s phone is in use after {within} s", lines()),
        )

    async def recording(self, within: float = PATIENCE) -> None:
        """Wait until the switch has recorded a second of a message; the prompts before it are heard out."""
        await comes(
            lambda: any(file.stat().st_size > A_SECOND_OF_WAV for file in self.messages.glob("*.wav")) or None,
            within,
            lambda: f"nothing is recorded within {within} s",
        )

    async def plays(
        self, prompt: str, within: float = PATIENCE, *, language: str | None = None, after: int = 0
    ) -> None:
        """Wait until the switch has begun to play a prompt to somebody, in a language if one is named.

        What was played before the first `after` of that language do not count.
        """
        await comes(
            lambda: prompt in self.played(language)[after:] or None,
            within,
            lambda: f"{prompt} is not played within {within} s, but {self.played()}",
        )

    async def log_has(self, log: Callable[[], str], wanted: re.Pattern[str], within: float = 60.0) -> None:
        """Wait until a log of the switch has something."""
        await comes(lambda: wanted.search(log()), within, lambda: f"no {wanted.pattern} within {within} s")

    async def presence(self, agent: str, presence: str, within: float = PATIENCE) -> None:
        """Wait until an agent's presence is this one."""

        def lines() -> list[JournalLine]:
            return [line for line in self.facts("presence") if line.agent == agent]

        await comes(
            lambda: any(line.details["now"] == presence for line in lines()[-1:]) or None,
            within,
            lambda: instead(f"{agent} is not {presence} within {within} s", lines()),
        )


async def comes(look: Callable[[], Found | None], within: float, lack: Callable[[], str]) -> Found:
    """Wait until `look` gives something, and give that; `lack` says what did not come."""
    deadline = time.monotonic() + within
    while (found := look()) is None:
        assert time.monotonic() < deadline, lack()
        await asyncio.sleep(0.02)  # another process writes the journal, the log, the file: nothing tells when it grows
    return found


def instead(lack: str, lines: list[JournalLine]) -> str:
    """Say what is lacking, and what the journal has of that kind; all of it is shown beside the failure."""
    return "\n".join([f"{lack}, but", *map(str, lines)]) if lines else f"{lack}, nor any other of that kind"
