"""Agents and callers with habits of their own, and what each of them saw."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress

from tests.killing.murmur import Murmur
from tests.killing.record import NEVER, Ring, Silence, Visit
from tests.lab.callers import Caller
from tests.lab.desk_phone import DeskPhone
from tests.lab.handset import PhoneCall
from tests.lab.sip import Message
from tests.lab.switch import LabSwitch
from tests.lab.watch import TooLate

ANSWERS, REFUSES = 0.78, 0.08  # of ten calls; the rest is not heard by anybody
PASSES_ON = 0.05
AGENT_HANGS_UP = 0.5
FOR_EVER = 86_400.0

Happens = Callable[[str], None]


class Patient(Caller):
    """Somebody who calls, waits for so long, and talks."""

    sound = Murmur

    def __init__(self, switch: LabSwitch, dialled: str, visit: Visit, patience: float) -> None:
        super().__init__(switch, dialled, visit.number)
        self.visit = visit
        self._patience = patience
        self._gives_up: asyncio.TimerHandle | None = None
        self._has_dialled = asyncio.Event()

    async def dial(self) -> None:
        """Dial."""
        await super().dial()
        self._has_dialled.set()

    async def give_up(self) -> None:
        """Hang up; not before having dialled."""
        await self._has_dialled.wait()
        await self.hang_up()

    def wait(self) -> None:
        """Lose patience from now on."""
        self._gives_up = asyncio.get_running_loop().call_later(self._patience, self._leave)

    def talks(self) -> None:
        """Have somebody to talk to."""
        if self._gives_up is not None:
            self._gives_up.cancel()

    def _leave(self) -> None:
        self._leaving = asyncio.ensure_future(self.hang_up())

    def leave_after(self, seconds: float) -> None:
        """End the conversation by and by."""
        self._gives_up = asyncio.get_running_loop().call_later(seconds, self._leave)

    def silences(self) -> list[Silence]:
        assert isinstance(self._rtp, Murmur)
        return [Silence("caller", self.visit.number, *span) for span in self._rtp.silences]


class HomeAgent(DeskPhone):
    """An agent at home: takes most calls, refuses some, does not hear others; talks, and passes some callers on."""

    sound = Murmur

    def __init__(
        self,
        switch: LabSwitch,
        name: str,
        address: str,
        chance: random.Random,
        callers: dict[str, Patient],
        pass_on_to: str,
        happens: Happens,
    ) -> None:
        super().__init__(switch, name, f"{name}-password", address=address)
        self.rings_seen: list[Ring] = []
        self.silences: list[Silence] = []
        self._chance = chance
        self._callers = callers
        self._pass_on_to = pass_on_to
        self._happens = happens
        self._seen: dict[str, Ring] = {}
        self._doing: set[asyncio.Task[None]] = set()

    def _invited(self, request: Message) -> None:
        super()._invited(request)
        call = self.calls[-1]
        ring = self._seen[call.id] = Ring(self.account, call.caller, time.time())
        self.rings_seen.append(ring)
        self._happens("rings")
        self._do(self._behave(call, ring))

    def _hear(self, request: Message) -> None:
        ring = self._seen.get(request.get("Call-ID"))
        if ring is not None and request.method in ("CANCEL", "BYE") and ring.over_at == NEVER:
            ring.over_at = time.time()
            ring.by = ring.by or ("cancelled" if request.method == "CANCEL" else "caller")
            self._note_silence(ring)
        super()._hear(request)
        if ring is not None and request.method == "ACK" and ring.answered_at == NEVER and not ring.by:
            ring.answered_at = time.time()
            self._happens("answers")

    async def _behave(self, call: PhoneCall, ring: Ring) -> None:
        mood = self._chance.random()
        await asyncio.sleep(self._chance.uniform(0.3, 1.8))
        if ring.over_at < NEVER or mood > ANSWERS + REFUSES:
            return
        if mood > ANSWERS:
            ring.over_at, ring.by = time.time(), "refused"
            await self.reject(call, self._chance.choice((486, 603)))
            return
        await self.answer(call)
        with suppress(TooLate):  # cancelled in the same instant
            await self.talks(call, within=2.0)
        if ring.answered_at == NEVER:
            return
        caller = self._callers.get(ring.number)
        talk = min(2.0 + self._chance.expovariate(1 / 4), 18.0)
        way = self._chance.random()
        if caller is not None:
            caller.talks()
        if way < PASSES_ON and caller is not None and not caller.visit.passed_on:
            await asyncio.sleep(talk)
            await self._pass_on(call, ring, caller)
        elif way < PASSES_ON + AGENT_HANGS_UP:
            await asyncio.sleep(talk)
            if ring.over_at == NEVER:
                ring.over_at, ring.by = time.time(), "agent"
                self._note_silence(ring)
                self._happens("ends")
                await self.hang_up(call)
        elif caller is not None:
            caller.leave_after(talk)

    async def _pass_on(self, call: PhoneCall, ring: Ring, caller: Patient) -> None:
        if ring.over_at == NEVER:
            caller.visit.passed_on = True
            ring.by, ring.passed_at = "passed on", time.time()
            caller.wait()
            await self.transfer(self._pass_on_to, call)
            if ring.over_at == NEVER:  # the switch leaves it to the phone to hang up
                ring.over_at = time.time()
                self._note_silence(ring)
                await self.hang_up(call)

    def _note_silence(self, ring: Ring) -> None:
        assert isinstance(self._rtp, Murmur)
        self.silences += [Silence(self.account, ring.number, *span) for span in self._rtp.silences]
        self._rtp.silences.clear()

    def _do(self, what) -> None:  # type: ignore[no-untyped-def]
        task = asyncio.ensure_future(what)
        self._doing.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._doing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
