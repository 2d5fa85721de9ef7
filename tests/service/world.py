"""A whole small service in memory: the real exchange, distributor, scripts and journal; phones and callers of loopback.

It is Monday noon, UTC; in Paris, where the agents of `tests.acd.day` work, it is 13:00.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, TypeVar

from telekit.callflow.calling_back import OF_AGENT, OF_PERSON, agent_calls_back
from telekit.callflow.route import called_back_script, route_script
from telekit.domain.destination import Destination, ToQueue
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, LegId, OfferId, QueueName
from telekit.domain.phone import Phone
from telekit.domain.place import VARIABLE
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.route import Route
from telekit.errors import CallerGone, LinkError
from telekit.pbx.loopback import LoopbackCall, LoopbackPhone, LoopbackSwitch, virtual_clock
from telekit.pbx.loopback.phone import Habit
from telekit.pbx.port import OFFER_VARIABLE, OfferOutcome, RingOutcome, Script, Talked, Whisper
from telekit.service.exchange import Exchange
from telekit.service.lookups import Lookups
from telekit.service.recall import recall_agents, recall_calls, recall_promises, recall_reminded
from telekit.service.watch import Watch
from telekit.store.sqlite import SqliteJournal
from tests.acd.day import agent, plan, queue

T = TypeVar("T")

HELP = ToQueue(QueueName("help"))


def routed(plan: Plan, to: Destination = HELP) -> Plan:
    """Give a plan one route for every call."""
    return Plan(
        plan.zone,
        plan.holidays,
        plan.skills,
        plan.agents,
        plan.shifts,
        plan.agent_exceptions,
        plan.queue_exceptions,
        plan.queues,
        plan.lists,
        (Route(to),),
        plan.menus,
    )


class Journal(SqliteJournal):
    """The real one, which also puts what it takes into a list."""

    def __init__(self, path: Path, taken: list[Fact]) -> None:
        super().__init__(path)
        self.taken = taken

    def record(self, fact: Fact) -> None:
        self.taken.append(fact)
        super().record(fact)

    async def settled(self) -> None:
        # The writer is a real thread: virtual time must not leap while it writes.
        written = asyncio.ensure_future(super().settled())
        while not written.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        written.result()

    async def latest(self, kind: FactKind, most: int) -> Sequence[Fact]:
        await self.settled()
        return self._latest(kind, most)

    async def unfinished(self, since: datetime) -> Sequence[Fact]:
        await self.settled()
        return self._unfinished(since)

    async def promised(self, since: datetime) -> Sequence[Fact]:
        await self.settled()
        return self._promised(since)

    async def of_agents(self) -> Sequence[Fact]:
        await self.settled()
        return self._of_agents()

    async def last_agent(self, caller: str) -> AgentName | None:
        await self.settled()
        return self._last_agent(caller)


class Caller(LoopbackCall):
    """A caller whose script may be lost while the switch goes on with what it was doing, as Asterisk's Dial does."""

    def __init__(self, world: "World", **how: object) -> None:
        super().__init__(world.switch, **how)  # type: ignore[arg-type]
        self._world = world
        self._cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.music_while_ringing: list[str | None] = []

    def cut(self) -> None:
        """Lose the connection between the switch and the script."""
        self._cut.set_result(None)

    async def offer(
        self,
        phones: "list[Phone]",  # type: ignore[override]
        *,
        ring: timedelta,
        offer: OfferId | None = None,
        music: str | None = None,
        whisper: Whisper | None = None,
        variables: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> OfferOutcome:
        self._check()
        self.variables.update(notes or {})
        self.variables[OFFER_VARIABLE] = offer or ""
        self.music_while_ringing.append(music)
        dialing = asyncio.ensure_future(self._world.switch.offer(self.id, phones, ring, offer))
        await asyncio.wait((dialing, self._cut, self._gone), return_when=asyncio.FIRST_COMPLETED)
        if self._cut.done():
            raise LinkError("Asterisk closed the AGI connection.")
        outcome = dialing.result() if dialing.done() else await self._leave_offer(dialing)
        told = f"talked {outcome.talked}" if isinstance(outcome, Talked) else outcome.cause.value
        self.story.append(f"offered {' & '.join(map(str, phones))}: {told}")
        return outcome

    async def ring_all(
        self,
        phones: Mapping[OfferId, Phone],
        *,
        ring: timedelta,
        music: str | None = None,
        whispers: Mapping[OfferId, Whisper] | None = None,
    ) -> RingOutcome:
        self._check()
        self.variables[OFFER_VARIABLE] = list(phones)[-1]
        self.music_while_ringing.append(music)
        dialing = asyncio.ensure_future(self._world.switch.ring_all(self.id, phones, ring))
        await asyncio.wait((dialing, self._cut, self._gone), return_when=asyncio.FIRST_COMPLETED)
        if self._cut.done():
            raise LinkError("Asterisk closed the AGI connection.")
        talked_with = self._world.switch.talks_with(self.id)
        if dialing.done():
            return dialing.result()
        return RingOutcome(talked_with, (await self._leave_offer(dialing)).talked, {})

    async def until(self, done: Awaitable[T]) -> T:
        future = asyncio.ensure_future(done)
        waiting = asyncio.ensure_future(super().until(future))
        await asyncio.wait((waiting, self._cut), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        raise LinkError("Asterisk closed the AGI connection.")

    def comes_back(self, **how: object) -> "Caller":
        """Give the same call as the dialplan sends it again, with its place."""
        again = Caller(self._world, arguments={"place": self.variables.get(VARIABLE, "")}, **how)
        again.id, again.variables = self.id, self.variables
        return again


class World:
    """Enter it to have the link come up."""

    def __init__(
        self, plan: Plan, folder: Path, *, scripts: Mapping[str, Script] | None = None, lookups: Lookups | None = None
    ) -> None:
        self.switch = LoopbackSwitch()
        self._folder = folder
        self._scripts = dict(scripts or {})
        self._lookups = lookups
        self.plan = plan
        self.taken: list[Fact] = []
        """All facts, also of the services before a restart."""
        self._begin()

    def _begin(self) -> None:
        self.journal = Journal(self._folder / "telekit.db", self.taken)
        self.exchange = Exchange(self.plan, self.switch, self.journal, virtual_clock(), self._lookups)
        self._route = route_script(self.exchange, self._scripts.get)
        self.switch.scripts = {
            OF_AGENT: agent_calls_back(self.exchange, self.exchange.callbacks),
            OF_PERSON: called_back_script(self.exchange, self._scripts.get),
        }
        self._running: dict[asyncio.Task[None], CallId] = {}
        self.watch = Watch(self.exchange, self.switch, self._running.values)

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def _start(self) -> None:
        exchange, now = self.exchange, self.exchange.now()
        await recall_agents(self.journal, exchange.tell, exchange.plan, exchange.roster, now)
        exchange.start()
        await recall_reminded(self.journal, exchange.tell)
        await recall_calls(self.journal, exchange.earlier, now)
        await recall_promises(self.journal, exchange.callbacks, now)
        await self.switch.start(exchange.hear)

    async def __aexit__(self, *_: object) -> None:
        self.exchange.stop()
        self.journal.join()

    async def restart(self) -> None:
        """End the service, whose scripts are lost, and start another on the same journal."""
        self.exchange.callbacks.stop()
        self.exchange.stop()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        self.journal.join()
        self._begin()
        await self._start()

    async def killed(self, meanwhile: Callable[[], None] = lambda: None, away: float = 0.1) -> None:
        """Kill the service, which then writes nothing more; start another when `away` seconds have passed."""
        await self.switch.stop()
        self.exchange.stop()
        self.journal.join()
        written = len(self.taken)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        del self.taken[written:]
        meanwhile()
        await passes(away)
        self._begin()
        await self._start()

    def phone(self, name: str, habit: Habit | None = None) -> LoopbackPhone:
        return self.switch.phone(f"sip:{name}", habit)

    def caller(self, **how: object) -> Caller:
        return Caller(self, **how)

    async def begins(self, after: float) -> Caller:
        """Let somebody call, and so many seconds pass."""
        caller = self.caller()
        self.lead(caller)
        await passes(after)
        return caller

    def lead(self, caller: Caller) -> "asyncio.Task[None]":
        """Begin to lead a caller by telekit's own routing script."""

        async def lead() -> None:
            with suppress(CallerGone, LinkError):
                await self._route(caller)

        task = asyncio.get_running_loop().create_task(lead())
        self._running[task] = caller.id
        task.add_done_callback(self._running.pop)
        return task

    async def serve(self, **how: object) -> Caller:
        """Lead a caller from beginning to end."""
        caller = self.caller(**how)
        await self.lead(caller)
        return caller

    def presence(self, agent: str) -> Presence:
        return self.exchange.distributor.agent(AgentName(agent)).presence.presence

    def facts(self, *kinds: FactKind) -> list[Fact]:
        return [fact for fact in self.taken if not kinds or fact.kind in kinds]

    def told(self, kind: FactKind, detail: str) -> list[object]:
        """Give one detail of all facts of a kind."""
        return [fact.details.get(detail) for fact in self.facts(kind)]


@asynccontextmanager
async def amina_alone(
    folder: Path, habit: Habit | None = None, *, reachable: bool = True, **rules: object
) -> AsyncIterator[World]:
    """Give a world whose only agent is Amina, with a phone of this habit; `rules` are those of the only queue."""
    world = World(routed(plan([agent("amina")], queue(**rules))), folder)  # type: ignore[arg-type]
    world.phone("amina", habit).reachable = reachable
    async with world:
        yield world


async def passes(seconds: float) -> None:
    """Let virtual time pass."""
    await asyncio.sleep(seconds)


def offer_of(caller: Caller, number: int = 1) -> OfferId:
    return OfferId(f"{caller.id}.{number}")


def leg_of(phone: LoopbackPhone) -> LegId:
    assert phone.leg is not None
    return phone.leg.id


def call_named(name: str) -> CallId:
    return CallId(name)
