"""`telekit serve` as its own process: what signals do to it at every moment, and how it ends."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Self

import pytest

from telekit.service.control import ask
from telekit.store.sqlite import SqliteJournal
from tests.pbx.asterisk.agi.fake import FakeAsterisk as FakeCaller
from tests.pbx.asterisk.ami.fake import FakeAsterisk
from tests.pbx.asterisk.test_switch import asked, listing
from tests.test_node import RULES

PATIENCE = 30.0
PROGRAM = """
import sys
from telekit.cli import serve
from telekit.cli.main import main
serve.GRACE = 3600.0
sys.argv = ["telekit", "serve", *sys.argv[1:]]
main()
"""
"""The command itself, but for scripts that may go on for an hour: so it is no haste of the test's that ends them."""
SLOW = """
import asyncio
from pathlib import Path

async def script(call):
    try:
        await call.answer()
        await asyncio.Event().wait()
    finally:
        Path(__file__).with_name("ended").touch()
"""
with socket.create_server(("127.0.0.1", 0)) as _free:
    PORT: int = _free.getsockname()[1]


class Served:
    """A process that serves; enter it to start it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self.log = ""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, "--settings", self._folder / "telekit.yaml", *self._options),
            env=os.environ | {"AMI": "sesame", "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def says(self, words: str) -> None:
        """Wait until the log has a line with these words that no earlier wait has seen."""
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while line := (await self._process.stderr.readline()).decode():
                self.log += line
                if words in line:
                    return
        raise AssertionError(f"{words!r} is not said\n{self.log}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ends(self) -> int:
        """Wait for its end; give the exit status."""
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            self.log += (await self._process.stderr.read()).decode()
            status = await self._process.wait()
        assert "Traceback" not in self.log
        return status


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="telekit-") as name:
        folder = Path(name)
        (folder / "rules.yaml").write_text(RULES)
        (folder / "scripts").mkdir()
        (folder / "scripts/slow.py").write_text(SLOW)
        yield folder


@pytest.fixture
async def asterisk(folder: Path) -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as asterisk:
        for action, event in (("DeviceStateList", "DeviceStateChange"), ("CoreShowChannels", "CoreShowChannel")):
            asterisk.replies[action] = listing(event)
        (folder / "telekit.yaml").write_text(
            f"rules: rules.yaml\nscripts: scripts\nagi: {{port: {PORT}}}\n"
            f"asterisk: {{port: {asterisk.port}, secret: env:AMI}}\n"
        )
        yield asterisk


def kinds(folder: Path) -> list[str]:
    """Read from the journal what telekit says of itself; it can only be read so when telekit has ended."""
    journal = SqliteJournal(folder / "var/telekit.db")
    journal.join()
    return [fact.kind.value for fact in journal.facts() if fact.call is None and fact.agent is None]


async def refuses_calls() -> None:
    """Wait until no new call is taken: soon after it was said."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                (await FakeCaller.call(PORT, "no-such-script")).hang_up()
            except ConnectionError:
                return


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_one_signal_ends_it_decently(folder: Path, asterisk: FakeAsterisk, number: signal.Signals) -> None:
    async with Served(folder) as served:
        await served.says("telekit takes calls")
        served.signal(number)
        await served.says("conversations go on, waiting callers go back to the dialplan")
        assert await served.ends() == 0
    assert kinds(folder) == ["started", "plan-loaded", "link-up", "stopped"]
    assert not (folder / "var/telekit.sock").exists()


async def test_a_script_may_finish_after_the_first_signal_and_not_after_the_second(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    async with Served(folder) as served:
        await served.says("telekit takes calls")
        caller = await FakeCaller.call(PORT, "slow")
        await caller.does("200 result=0", "ANSWER")
        served.signal(signal.SIGTERM)
        await served.says("telekit ends")
        await refuses_calls()
        assert not (folder / "scripts/ended").exists()
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0
        await caller.over()
    assert (folder / "scripts/ended").exists()
    assert kinds(folder)[-1] == "stopped"


async def test_it_can_be_ended_while_it_waits_for_asterisk(folder: Path, asterisk: FakeAsterisk) -> None:
    await asterisk.shut()
    async with Served(folder, "--wait") as served:
        await served.says("cannot be reached: nothing listens there")
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0
    assert kinds(folder) == ["started", "plan-loaded", "stopped"]
    assert not (folder / "var/telekit.sock").exists()


async def test_it_can_be_ended_while_it_asks_what_is_alive(folder: Path, asterisk: FakeAsterisk) -> None:
    asterisk.mute = {"DeviceStateList"}
    async with Served(folder) as served:
        await asked(asterisk, "DeviceStateList")
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0
        assert "takes calls" not in served.log
    assert kinds(folder)[-1] == "stopped"


async def test_two_signals_during_the_start_end_it_too(folder: Path, asterisk: FakeAsterisk) -> None:
    asterisk.mute = {"DeviceStateList"}
    async with Served(folder) as served:
        await asked(asterisk, "DeviceStateList")
        served.signal(signal.SIGTERM)
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0
    assert kinds(folder)[-1] == "stopped"


async def test_new_rules_that_are_asked_for_during_the_start_hold_as_soon_as_it_is_over(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    asterisk.mute = {"DeviceStateList"}
    async with Served(folder) as served:
        id_ = await asked(asterisk, "DeviceStateList")
        (folder / "rules.yaml").write_text(RULES.replace("amina", "luc"))
        served.signal(signal.SIGHUP)
        asterisk.send(listing("DeviceStateChange", id_=id_).encode())
        await served.says("The new rules hold: 1 agents")
        assert [each["agent"] for each in (await ask(folder / "var/telekit.sock", "status"))["agents"]] == ["luc"]
        assert "telekit takes calls" in served.log
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0


async def test_a_hang_up_of_the_terminal_while_it_reads_its_rules_reloads_and_does_not_end_it(
    folder: Path, asterisk: FakeAsterisk
) -> None:
    """The rules are a pipe, so that reading them takes as long as the test likes."""
    (folder / "rules.yaml").unlink()
    os.mkfifo(folder / "rules.yaml")
    async with Served(folder) as served:
        writing = await asyncio.to_thread((folder / "rules.yaml").open, "w")
        served.signal(signal.SIGHUP)
        (folder / "rules.yaml").unlink()
        (folder / "rules.yaml").write_text(RULES)
        with writing:
            writing.write(RULES)
        await served.says("The new rules hold")
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0


async def test_new_rules_with_a_mistake_are_told_and_it_serves_on(folder: Path, asterisk: FakeAsterisk) -> None:
    async with Served(folder) as served:
        await served.says("telekit takes calls")
        (folder / "rules.yaml").write_text(RULES.replace("agents:", "agens:"))
        served.signal(signal.SIGHUP)
        await served.says("the rules have mistakes; the running ones stay as they are")
        (folder / "rules.yaml").write_text(RULES)
        served.signal(signal.SIGHUP)
        await served.says("The new rules hold")
        served.signal(signal.SIGTERM)
        assert await served.ends() == 0
        assert "did you mean 'agents'?" in served.log


@pytest.mark.parametrize(
    ("settings", "status", "words"),
    [
        ("rules: none.yaml\n", 1, "none.yaml"),
        ("rulez: rules.yaml\n", 1, "did you mean 'rules'?"),
        ("asterisk: {secret: env:NOT_SET}\n", 1, "NOT_SET is not set"),
        ("asterisk: {secret: env:AMI, port: 9}\n", 1, "cannot be reached: nothing listens there"),
    ],
)
async def test_what_only_a_person_can_mend_ends_it_with_one_sentence(
    folder: Path, settings: str, status: int, words: str
) -> None:
    (folder / "telekit.yaml").write_text(settings if settings.startswith("rul") else f"rules: rules.yaml\n{settings}")
    async with Served(folder) as served:
        assert await served.ends() == status
        assert words in served.log


async def test_a_mistake_in_the_command_itself_is_told_from_one_in_the_settings(folder: Path) -> None:
    async with Served(folder, "--wiat") as served:
        assert await served.ends() == 2
        assert "--wait" in served.log
