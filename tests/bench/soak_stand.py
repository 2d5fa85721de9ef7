"""An installation under a soak: agents enough for most calls, and a line in which there are too few."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.soak_callers import Heard, callers, heard, phones
from tests.bench.soak_laws import Left, Totals
from tests.bench.ways import QUIET, be_quiet, processor_seconds
from tests.lab.crowd import Crowd, CrowdFailed
from tests.lab.installation import Installation
from tests.lab.journal import JournalLine
from tests.lab.tree import Tree

NUMBER, BUSY_NUMBER = "+33199001234", "+33199001235"
PATIENCE = 40.0  # seconds beyond what the calls should take
CALM_WITHIN = 20.0  # seconds after the last call, for agents who are skipped to be free again
SAMPLED_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Size:
    """How many agents there are, and how many calls come to the line in which they are too few."""

    agents: int = 250
    busy_agents: int = 10
    busy_rate: float = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """What became of so many calls at one rate."""

    rate: float
    seconds: float
    heard: Heard
    totals: Totals
    left: Left
    waits: Sequence[float]
    """Until an agent answered, in seconds, of those for whom one was free, sorted."""
    busy_waits: Sequence[float]
    """The same of those for whom there are too few agents, and who did not give up."""
    arrivals: Sequence[int]
    """Calls that came in each second."""
    cpu_ms: Mapping[str, float]
    """Of each process, for one call."""
    idle: float
    """Of the machine's processors, while calls came: the share that was left."""
    memory: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Resident, in MB, of each process, every second."""


@dataclass(frozen=True, slots=True)
class Part:
    """The callers of one line, from one SIPp."""

    name: str
    dialled: str
    calls: int
    patient: bool
    address: str


class SoakStand:
    """A running installation with its phones; every run begins when all is calm."""

    def __init__(self, installation: Installation, crowd: Crowd, size: Size) -> None:
        self._installation = installation
        self._crowd = crowd
        self._size = size
        self._runs = 0
        self._processes = {"asterisk": installation.asterisk.pid, "telekit": installation.pid}

    async def run(self, rate: float, calls: int) -> Run:
        """Let so many callers a second come; raises CrowdFailed when they do not come to an end."""
        seen, processed = len(self._installation.facts()), await self._processed()
        used = {name: processor_seconds(number) for name, number in self._processes.items()}
        memory: dict[str, list[float]] = {name: [] for name in self._processes}
        sampling = asyncio.create_task(self._sample(memory))
        loop = asyncio.get_running_loop()
        began_at, before = loop.time(), _processors()
        try:
            told = await self._called(rate, calls)
        except CrowdFailed as error:
            raise CrowdFailed(f"{error}; {_idle_since(before):.0%} of the processors were idle") from None
        finally:
            sampling.cancel()
        seconds, idle = loop.time() - began_at, _idle_since(before)
        left = await self._left()
        cpu = {
            name: 1000 * (processor_seconds(number) - used[name]) / calls for name, number in self._processes.items()
        }
        lines = self._installation.facts()[seen:]
        ends = Counter(line.call for line in lines if line.kind == "call-ended")
        joined = [line for line in lines if line.kind == "joined"]
        return Run(
            rate=rate,
            seconds=seconds,
            heard=told,
            totals=Totals(
                facts=Counter(line.kind for line in lines),
                ended_by=Counter(line.details["by"] for line in lines if line.kind == "call-ended"),
                ended_twice=sum(count > 1 for count in ends.values()),
                processed=await self._processed() - processed,
            ),
            left=left,
            waits=sorted(line.details["waited"] for line in joined if line.queue == "main"),
            busy_waits=sorted(line.details["waited"] for line in joined if line.queue == "busy"),
            arrivals=_by_second(lines),
            cpu_ms=cpu,
            idle=idle,
            memory=memory,
        )

    async def _called(self, rate: float, calls: int) -> Heard:
        """Let callers come to both lines, for as long."""
        self._runs += 1
        seconds = calls / rate
        busy = round(self._size.busy_rate * seconds)
        parts = (
            Part("patient", NUMBER, calls - busy, True, "127.0.1.254"),
            Part("impatient", BUSY_NUMBER, busy, False, "127.0.1.255"),
        )
        processes = []
        for number, part in enumerate(parts):
            steps = callers(2 * self._runs + number, part.dialled, patient=part.patient)
            options = ["-r", f"{1000 * part.calls / seconds:.0f}", "-rp", "1000000"]
            options += ["-m", str(part.calls), "-l", str(part.calls)]
            options += ["-trace_stat", "-stf", f"{part.name}.csv", "-fd", "1"]
            processes.append(await self._crowd.sipp(part.name, steps, *options, address=part.address))
        try:
            async with asyncio.timeout(seconds + PATIENCE):
                for process in processes:
                    await process.wait()
        except TimeoutError:
            for process in processes:
                if process.returncode is None:
                    process.kill()
            late = self._heard(parts)
            raise CrowdFailed(
                f"{late.ended:,} of {calls:,} callers came to an end; {late.repeated:,} SIP messages were sent again"
            ) from None
        return self._heard(parts)

    def _heard(self, parts: Iterable[Part]) -> Heard:
        first, second = (heard(self._crowd.folder, part.name) for part in parts)
        return first + second

    async def _sample(self, memory: Mapping[str, list[float]]) -> None:
        loop = asyncio.get_running_loop()
        at = loop.time()
        while True:
            for name, number in self._processes.items():
                memory[name].append(resident(number))
            at += SAMPLED_EVERY
            await asyncio.sleep(at - loop.time())

    async def _left(self) -> Left:
        """Give what is left as soon as all is calm, or after a while."""
        deadline = asyncio.get_running_loop().time() + CALM_WITHIN
        while True:
            left = await self._now()
            if not (left.channels or left.waiting or left.not_free) or asyncio.get_running_loop().time() > deadline:
                return left
            await asyncio.sleep(0.5)  # telekit is asked by a program that takes a while to start

    async def _now(self) -> Left:
        channels = (await self._installation.asterisk.cli("core show channels count")).split()[0]
        status = await self._installation.status()
        return Left(
            channels=int(channels),
            waiting=sum(queue["waiting"] for queue in status["queues"]),
            not_free=[
                f"{agent['agent']} {agent['presence']}"
                for agent in status["agents"]
                if agent["presence"] != "available"
            ],
            troubles=[line for line in self._installation.log.splitlines() if " ERROR " in line or "Traceback" in line],
        )

    async def _processed(self) -> int:
        """Ask how many calls Asterisk has had."""
        told = await self._installation.asterisk.cli("core show channels count")
        return int(told.splitlines()[-1].removesuffix("processed").split()[0])


@asynccontextmanager
async def soaked(tree: Tree, size: Size) -> AsyncIterator[SoakStand]:
    """Start telekit beside a fresh Asterisk, with all phones registered."""
    folder = Path(tempfile.mkdtemp(prefix="telekit-soak-"))
    main = [f"agent{number}" for number in range(size.agents)]
    busy = [f"busy{number}" for number in range(size.busy_agents)]
    try:
        installation = Installation(folder, tree, _rules(main, busy), phones=(*main, *busy))
        installation.asterisk.config |= QUIET
        async with installation:
            await be_quiet(installation.asterisk)
            accounts = [(name, f"{name}-password") for name in (*main, *busy)]
            async with Crowd(installation.asterisk, accounts, answering=phones()) as crowd:
                while (await installation.status())["free"] < len(accounts):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)  # telekit hears of the phones while they register
                try:
                    yield SoakStand(installation, crowd, size)
                finally:
                    await installation.asterisk.kill()  # too many calls for it to stop decently, perhaps
    finally:
        shutil.rmtree(folder)


def _processors() -> tuple[int, int]:
    """Give the ticks for which processors have been idle, and all ticks. Source: proc(5), /proc/stat."""
    ticks = [int(each) for each in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return ticks[3], sum(ticks)


def _idle_since(before: tuple[int, int]) -> float:
    idle, all_ticks = (now - then for now, then in zip(_processors(), before, strict=True))
    return idle / max(1, all_ticks)


def resident(number: int) -> float:
    """Give the resident memory of a process, in MB."""
    status = Path(f"/proc/{number}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _by_second(lines: Sequence[JournalLine]) -> list[int]:
    came = [line.at for line in lines if line.kind == "call-arrived"]
    counts = Counter(int(at - came[0]) for at in came) if came else Counter()
    return [counts[second] for second in range(max(counts, default=-1) + 1)]


def _rules(main: Sequence[str], busy: Sequence[str]) -> str:
    agents = "".join(
        f"  {name}: {{name: {name}, phone: sip:{name}, skills: {{{skill}: 5}}, shifts: [always]}}\n"
        for names, skill in ((main, "french"), (busy, "german"))
        for name in names
    )
    missed = "{busy: {skip: 1s}, rejected: {skip: 1s}, no-answer: {skip: 1s}, unreachable: {skip: 1s}}"
    return f"""
timezone: Europe/Paris
skills: [french, german]
agents:
{agents}
shifts:
  always: mon-sun 00:00-24:00
queues:
  main: {{requires: {{french: 3}}, strategy: longest-idle, ring: 5s, wrap_up: 0s, missed: {missed}}}
  busy: {{requires: {{german: 3}}, strategy: longest-idle, ring: 5s, wrap_up: 0s, missed: {missed}}}
routes:
  - when: {{dialed: "{NUMBER}"}}
    queue: main
  - when: {{dialed: "{BUSY_NUMBER}"}}
    queue: busy
"""
