"""A busy hour, compressed: rings of four seconds, talks of six, a call every second for ten agents."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.killing.people import HomeAgent, Patient
from tests.killing.record import Record, Visit
from tests.lab.service import Service
from tests.lab.switch import LabSwitch

AGENTS = ("amina", "luc", "nora", "hugo", "ines", "jules", "karim", "lea", "marc", "paula")
QUEUES = {"billing": "+33199001230", "technical": "+33199001231", "urgent": "+33199001232", "crew": "+33199001233"}
SHARES = {"billing": 0.45, "technical": 0.3, "urgent": 0.15, "crew": 0.1}
PASSED_ON_TO = "2000"
EXIT, TOO_MANY = 20, 8

MISSED = "{no-answer: {pause_after: 3, for: 4s}, rejected: {skip: 3s}, busy: {skip: 2s}}"
RULES = f"""
timezone: Europe/Paris
skills: [billing, technical]
agents:
  amina: {{phone: sip:amina, skills: {{billing: 9}}, shifts: [always]}}
  luc: {{phone: sip:luc, skills: {{billing: 8, technical: 4}}, shifts: [always]}}
  nora: {{phone: sip:nora, skills: {{billing: 7}}, shifts: [always]}}
  hugo: {{phone: sip:hugo, skills: {{billing: 3, technical: 9}}, shifts: [always]}}
  ines: {{phone: sip:ines, skills: {{technical: 8}}, shifts: [always]}}
  jules: {{phone: sip:jules, skills: {{billing: 6, technical: 6}}, shifts: [always]}}
  karim: {{phone: sip:karim, skills: {{billing: 6, technical: 5}}, shifts: [always]}}
  lea: {{phone: sip:lea, skills: {{billing: 4, technical: 7}}, shifts: [always]}}
  marc: {{phone: sip:marc, skills: {{billing: 7, technical: 3}}, shifts: [always]}}
  paula: {{phone: sip:paula, skills: {{technical: 9}}, shifts: [always]}}
shifts:
  always: mon-sun 00:00-24:00
queues:
  billing:
    requires: {{billing: 6}}
    ring: 4s
    wrap_up: 2s
    steps: [{{after: 3s, requires: {{billing: 3}}}}, {{after: {EXIT}s, go: hangup}}]
    missed: {MISSED}
    overflow: [{{waiting: {TOO_MANY}, go: hangup}}]
  technical:
    requires: {{technical: 5}}
    strategy: fewest-calls
    ring: 4s
    wrap_up: 1s
    steps: [{{after: 4s, requires: {{technical: 3}}}}, {{after: {EXIT}s, go: hangup}}]
    missed: {MISSED}
    overflow: [{{waiting: {TOO_MANY}, go: hangup}}]
  urgent:
    requires: {{technical: 5}}
    strategy: round-robin
    ring: 4s
    steps: [{{after: {EXIT}s, go: hangup}}]
    missed: {MISSED}
    overflow: [{{waiting: {TOO_MANY}, go: hangup}}]
  crew:
    requires: {{billing: 7}}
    strategy: ring-all
    ring: 4s
    wrap_up: 1s
    steps: [{{after: {EXIT}s, go: hangup}}]
    missed: {MISSED}
    overflow: [{{waiting: {TOO_MANY}, go: hangup}}]
routes:
  - {{when: {{dialed: {QUEUES["billing"]}}}, queue: billing}}
  - {{when: {{dialed: {QUEUES["technical"]}}}, queue: technical}}
  - {{when: {{dialed: {QUEUES["urgent"]}}}, queue: urgent, priority: 10}}
  - {{when: {{dialed: {QUEUES["crew"]}}}, queue: crew}}
"""


def lets_pass_on(kit: Service) -> None:
    """Let agents pass callers on; before the switch starts."""
    kit.let_call({PASSED_ON_TO: QUEUES["technical"]})


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes; all in seconds."""

    every: float = 0.85
    """Between two callers, in the mean."""
    patience: tuple[float, float, float] = (3.0, 9.0, 45.0)
    """The least, the mean beyond that, the most."""
    calm: tuple[float, float] = (5.2, 6.5)
    """Between a start and the next kill: to recover and be judged."""
    absence: tuple[float, float] = (4.0, 14.0)
    """How long an agent takes no calls who has said so."""
    stays: bool = True
    """At the end all callers stay until they have talked, or give up."""


class BusyHour:
    """All who telephone; enter it to have the agents at their phones."""

    def __init__(self, switch: LabSwitch, seed: str, record: Record, pace: Pace) -> None:
        self._switch = switch
        self._pace = pace
        self._record = record
        self._chance = random.Random(f"{seed} callers")
        self._callers: dict[str, Patient] = {}
        self._calling: set[asyncio.Task[None]] = set()
        self._listeners: list[Callable[[str], None]] = []
        self._agents = [
            HomeAgent(
                switch,
                name,
                f"127.0.0.{10 + number}",
                random.Random(f"{seed} {name}"),
                self._callers,
                PASSED_ON_TO,
                self._happens,
            )
            for number, name in enumerate(AGENTS)
        ]
        self._coming: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "BusyHour":
        for agent in self._agents:
            await agent.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for agent in self._agents:
            await agent.stop()

    def begin(self) -> None:
        """Let callers come."""
        self._coming = asyncio.ensure_future(self._come())

    async def end(self) -> None:
        """Let no more callers come, and wait until all have gone."""
        assert self._coming is not None
        self._coming.cancel()
        if not self._pace.stays:
            await asyncio.gather(*(caller.give_up() for caller in self._callers.values()))
        if self._calling:
            await asyncio.wait(self._calling)
        for agent in self._agents:
            self._record.rings += agent.rings_seen
            self._record.silences += agent.silences
        self._record.rings.sort(key=lambda ring: ring.rang_at)

    async def next(self, what: str, within: float) -> None:
        """Wait until something happens: `dials`, `rings`, `answers` or `ends`."""
        loop = asyncio.get_running_loop()
        happened: asyncio.Future[None] = loop.create_future()

        def listen(heard: str) -> None:
            if heard == what and not happened.done():
                happened.set_result(None)

        self._listeners.append(listen)
        await asyncio.wait((happened,), timeout=within)
        self._listeners.remove(listen)

    def _happens(self, what: str) -> None:
        for listener in tuple(self._listeners):
            listener(what)

    async def _come(self) -> None:
        number = 0
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / self._pace.every))
            queue = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
            least, mean, most = self._pace.patience
            patience = min(least + self._chance.expovariate(1 / mean), most)
            visit = Visit(f"+3319900{number:04}", queue, time.time())
            number += 1
            self._record.visits.append(visit)
            task = asyncio.ensure_future(self._call(visit, patience))
            self._calling.add(task)
            task.add_done_callback(self._done)

    async def _call(self, visit: Visit, patience: float) -> None:
        caller = self._callers[visit.number] = Patient(self._switch, QUEUES[visit.queue], visit, patience)
        try:
            await caller.dial()
            self._happens("dials")
            caller.wait()
            end = await caller.ended(within=600)
            visit.ended_at, visit.by = end.at.timestamp(), end.by
            self._happens("ends")
        finally:
            self._record.silences += caller.silences()
            await caller.close()
            del self._callers[visit.number]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._calling.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
