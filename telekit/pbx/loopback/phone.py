"""Phones that do what a test wants: by habit, or step by step."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from telekit.domain.names import CallId, LegId, OfferId
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.pbx.port import PhoneRegisters, PhoneState, SwitchEvent

_legs = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answer after so long, talk for so long (None: until the other side ends it)."""

    after: timedelta = timedelta(seconds=3)
    talks: timedelta | None = timedelta(minutes=1)
    confirms: bool = True
    """Press the key that a number is asked for."""
    keys: str = ""
    """What is pressed, as by `LoopbackCall`, once a script leads whoever was called out."""


@dataclass(frozen=True, slots=True)
class Refuses:
    """Refuse after so long."""

    after: timedelta = timedelta(0)
    cause: MissCause = MissCause.REJECTED


@dataclass(frozen=True, slots=True)
class Rings:
    """Ring and do nothing: the ring time runs out, or the test takes the next step."""


Habit = Answers | Refuses | Rings


class Leg:
    """One ringing, and perhaps conversation, of one phone."""

    def __init__(self, phone: "LoopbackPhone", call: CallId, offer: OfferId | None, name: LegId | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.id = name or LegId(f"{phone.phone}-{next(_legs):04d}")
        self.phone = phone
        self.call = call
        self.offer = offer
        self.since = loop.time()
        self.joined_at: float | None = None
        """Since when it talks, in the event loop's time."""
        self.answered: asyncio.Future[bool] = loop.create_future()
        """True when the caller may be joined, False when nobody confirmed."""
        self.over: asyncio.Future[MissCause] = loop.create_future()
        """Why it ended; after an answer the cause means nothing."""

    def answer(self, *, confirms: bool = True) -> None:
        if not self.answered.done() and not self.over.done():
            self.answered.set_result(confirms or not self.phone.phone.confirm)

    def end(self, cause: MissCause = MissCause.NO_ANSWER) -> None:
        if not self.over.done():
            self.over.set_result(cause)


class LoopbackPhone:
    """One phone: `habit` is what it does when it rings; change it, or lead it by its methods, at any time."""

    def __init__(self, phone: Phone, habit: Habit, tell: Callable[[SwitchEvent], None]) -> None:
        self.phone = phone
        self.habit = habit
        self.reachable = True
        self.rung = 0
        """How often it has rung."""
        self.leg: Leg | None = None
        """What it rings or talks for."""
        self._tell = tell
        self._engaged, self._free = asyncio.Event(), asyncio.Event()
        self._free.set()

    @property
    def state(self) -> PhoneState:
        """Say what the switch would say of it."""
        return PhoneState(self.phone, self.reachable, self.leg is not None)

    def register(self) -> None:
        """Be reachable, from now on."""
        self.reachable = True
        self._tell(PhoneRegisters(self.phone))
        self._tell(self.state)

    def unregister(self) -> None:
        """Be out of reach; a conversation goes on."""
        self.reachable = False
        self._tell(self.state)

    async def rings(self) -> None:
        """Wait until it rings."""
        await self._engaged.wait()

    async def stops(self) -> None:
        """Wait until it neither rings nor talks."""
        await self._free.wait()

    def answer(self, *, confirms: bool = True) -> None:
        """Take up the ringing call, and press the key if one is asked for."""
        self._its_leg().answer(confirms=confirms)

    def refuse(self, cause: MissCause = MissCause.REJECTED) -> None:
        """Refuse the ringing call."""
        self._its_leg().end(cause)

    def hang_up(self) -> None:
        """End the conversation."""
        self._its_leg().end()

    def drop(self) -> None:
        """Have its line drop in a conversation, which the switch then ends; that it is out of reach is told later."""
        self._its_leg().end(MissCause.UNREACHABLE)

    def ring(self, leg: Leg) -> None:
        """Begin to ring, and act by habit."""
        loop = asyncio.get_running_loop()
        self.leg = leg
        self.rung += 1
        leg.over.add_done_callback(self._put_down)
        self._free.clear()
        self._engaged.set()
        self._tell(self.state)
        match self.habit:
            case Answers(after, talks, confirms, _):
                loop.call_later(after.total_seconds(), lambda: leg.answer(confirms=confirms))
                if talks is not None:
                    loop.call_later((after + talks).total_seconds(), leg.end)
            case Refuses(after, cause):
                loop.call_later(after.total_seconds(), leg.end, cause)
            case Rings():
                pass
            case _:
                assert_never(self.habit)

    def _put_down(self, _over: "asyncio.Future[MissCause]") -> None:
        self.leg = None
        self._engaged.clear()
        self._free.set()
        self._tell(self.state)

    def _its_leg(self) -> Leg:
        if self.leg is None:
            raise RuntimeError(f"{self.phone} does not ring.")
        return self.leg
