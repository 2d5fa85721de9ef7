"""The ways in which the calls of the benchmark reach a phone, each on an Asterisk of its own, fresh from start."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab import accounts
from tests.lab.asterisk import Asterisk
from tests.lab.crowd import Crowd
from tests.lab.installation import Installation
from tests.lab.tree import Tree

PHONES = 250
"""More than can be busy at once: neither the agents nor the phones are what limits."""
NUMBER = "+33199001234"
QUEUE = f"exten => {NUMBER},1,Queue(bench,,,,20)\n"
# As Debian's own logger.conf and asterisk.conf: a switch under load does not write down every step of its dialplan, nor
# makes lines of it that nobody reads.
QUIET_LOG = "[logfiles]\nfull = notice,warning,error\n"
QUIET = {"asterisk.conf": "[options](+)\nverbose = 0\n"}


LISTENER = {"manager.conf": "[bench]\nsecret = bench\nread = system,call\n"}
UNTOLD = (
    "[general](+)\ndisabledevents = Newchannel,Newstate,Newexten,NewCallerid,NewConnectedLine,NewAccountCode,Rename,"
    "DialState,DialEnd,BridgeCreate,BridgeDestroy,BridgeLeave,BridgeMerge,SoftHangupRequest,HangupRequest,"
    "HangupHandlerPush,HangupHandlerPop,HangupHandlerRun,MusicOnHoldStart,MusicOnHoldStop,LocalBridge,"
    "LocalOptimizationBegin,LocalOptimizationEnd,DTMFBegin,DTMFEnd,ExtensionStatus\n"
)
"""What telekit does not listen to, for a manager.conf of which it is the only listener."""


@dataclass(frozen=True, slots=True)
class Way:
    """A running switch, and what takes the decisions on it."""

    asterisk: Asterisk
    crowd: Crowd
    processes: Mapping[str, int]
    """Their numbers, by what they are."""


Start = Callable[[Path, Tree], AbstractAsyncContextManager[Way]]


@asynccontextmanager
async def _plain(folder: Path, tree: Tree, dialplan: str, config: Mapping[str, str]) -> AsyncIterator[Way]:
    """Start an Asterisk without telekit."""
    files = {"pjsip.conf": accounts.trunk() + _accounts(), "extensions.conf": f"[from-carrier]\n{dialplan}"}
    async with Asterisk(folder / "asterisk", tree, {**files, **QUIET, **config}) as asterisk:
        await be_quiet(asterisk)
        async with Crowd(asterisk, _phones()) as crowd:
            yield Way(asterisk, crowd, {"asterisk": asterisk.pid})


@asynccontextmanager
async def dial(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Ring one phone of all, by chance."""
    dialplan = f"exten => {NUMBER},1,Dial(PJSIP/agent${{RAND(0,{PHONES - 1})}},20)\n"
    async with _plain(folder, tree, dialplan, {}) as way:
        yield way


@asynccontextmanager
async def _agi(folder: Path, tree: Tree, config: Mapping[str, str]) -> AsyncIterator[Way]:
    """Start an Asterisk that asks a trivial AGI."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.trivial_agi", str(PHONES)), stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    port = int(await server.stdout.readline())
    dialplan = f"exten => {NUMBER},1,AGI(agi://127.0.0.1:{port}/agent)\n same => n,Dial(PJSIP/${{AGENT}},20)\n"
    try:
        async with _plain(folder, tree, dialplan, config) as way:
            yield Way(way.asterisk, way.crowd, {**way.processes, "agi": server.pid})
    finally:
        server.terminate()
        await server.wait()


@asynccontextmanager
async def agi(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Ring the phone that a trivial AGI names."""
    async with _agi(folder, tree, {}) as way:
        yield way


@asynccontextmanager
async def agi_heard(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Do the same while a program listens on the manager interface, as whatever knows the phones' states must."""
    async with _agi(folder, tree, LISTENER) as way, _listened(way):
        yield way


@asynccontextmanager
async def _listened(way: Way) -> AsyncIterator[None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", way.asterisk.ports.ami)
    writer.write(b"Action: Login\r\nUsername: bench\r\nSecret: bench\r\n\r\n")
    listening = asyncio.create_task(_read_away(reader))
    try:
        yield
    finally:
        writer.close()
        listening.cancel()


@asynccontextmanager
async def queue(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Let app_queue choose among all agents the one who has been idle longest, as telekit does."""
    text = longest_idle(f"agent{number}" for number in range(PHONES))
    async with _plain(folder, tree, QUEUE, {"queues.conf": text}) as way:
        yield way


@asynccontextmanager
async def queue_heard(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Do the same while a program listens on the manager interface, as a wallboard does."""
    text = longest_idle(f"agent{number}" for number in range(PHONES))
    async with _plain(folder, tree, QUEUE, {"queues.conf": text, **LISTENER}) as way, _listened(way):
        yield way


@asynccontextmanager
async def light_queue(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Let app_queue send every call to its only member, who may have any number of calls: nothing to choose."""
    text = "[bench]\nringinuse = yes\nautofill = yes\ntimeout = 20\nmember => PJSIP/agent0\n"
    async with _plain(folder, tree, QUEUE, {"queues.conf": text}) as way:
        yield way


@asynccontextmanager
async def telekit(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Let telekit choose among all agents: `telekit serve` as it is installed, with its dialplan and its link."""
    async with _telekit(folder, tree, "") as way:
        yield way


@asynccontextmanager
async def telekit_alone(folder: Path, tree: Tree) -> AsyncIterator[Way]:
    """Do the same on an Asterisk that tells nothing but what telekit listens to."""
    async with _telekit(folder, tree, UNTOLD) as way:
        yield way


@asynccontextmanager
async def _telekit(folder: Path, tree: Tree, manager: str) -> AsyncIterator[Way]:
    phones = tuple(name for name, _ in _phones())
    installation = Installation(folder, tree, rules(phones), phones=phones)
    asterisk = installation.asterisk
    asterisk.config |= QUIET
    asterisk.config["manager.conf"] += manager
    async with installation:
        await be_quiet(asterisk)
        async with Crowd(asterisk, _phones()) as crowd:
            while (await installation.status())["free"] < PHONES:  # noqa: ASYNC110
                await asyncio.sleep(0.1)  # telekit hears of the phones while they register
            yield Way(asterisk, crowd, {"asterisk": asterisk.pid, "telekit": installation.pid})


WAYS: Mapping[str, Start] = {
    "dial": dial,
    "agi": agi,
    "agi, heard": agi_heard,
    "queue": queue,
    "queue, heard": queue_heard,
    "light queue": light_queue,
    "telekit": telekit,
    "telekit alone": telekit_alone,
}


async def _read_away(reader: asyncio.StreamReader) -> None:
    while await reader.read(65536):
        pass


def _phones() -> list[tuple[str, str]]:
    return [(f"agent{number}", f"agent{number}-password") for number in range(PHONES)]


def _accounts() -> str:
    return "".join(accounts.phone(name, password) for name, password in _phones())


def longest_idle(names: Iterable[str]) -> str:
    """Write a queue of app_queue's that chooses its members as telekit does."""
    members = "".join(f"member => PJSIP/{name}\n" for name in names)
    return f"[bench]\nstrategy = leastrecent\nringinuse = no\nautofill = yes\ntimeout = 20\n{members}"


def rules(names: Iterable[str]) -> str:
    """Write the rules of a queue whose agents are always on shift."""
    agents = "".join(
        f"  {name}: {{name: {name}, phone: sip:{name}, skills: {{french: 5}}, shifts: [always]}}\n" for name in names
    )
    return f"""
timezone: Europe/Paris
skills: [french]
agents:
{agents}
shifts:
  always: mon-sun 00:00-24:00
queues:
  bench: {{requires: {{french: 3}}, strategy: longest-idle, ring: 20s, wrap_up: 0s}}
routes:
  - when: {{dialed: {NUMBER}}}
    queue: bench
"""


async def be_quiet(asterisk: Asterisk) -> None:
    """Let it log as an installed one does."""
    (asterisk.folder / "etc/logger.conf").write_text(QUIET_LOG)
    await asterisk.cli("logger reload")


def processor_seconds(number: int) -> float:
    """Return what a process has used so far."""
    fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
