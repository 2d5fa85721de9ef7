"""The stage of one rule test: the exchange, distributor and scripts of live calls, with phones and callers in memory.

Time is virtual. Every agent's phones ring and do nothing but what the test says.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from telekit.acd.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    PhoneSeen,
    WrapUpEnded,
    WrapUpExtended,
)
from telekit.acd.imagine import Choice, near_misses
from telekit.acd.verdict import Verdict
from telekit.callflow.route import route_script
from telekit.domain.agent import Login
from telekit.domain.call import Arrival, Caller
from telekit.domain.fact import Fact, FactKind
from telekit.domain.lookup import Lookup
from telekit.domain.names import AgentName, QueueName, VariableName
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import MissCause
from telekit.domain.route import Route
from telekit.errors import CallerGone
from telekit.pbx.loopback import LoopbackPhone, LoopbackSwitch, Rings, VirtualLoop
from telekit.pbx.port import Call, HoldChanged, Script
from telekit.rules.mistake import Mistake
from telekit.ruletests.caller import RehearsedCall
from telekit.ruletests.document import CallDocument
from telekit.ruletests.memory import MemoryJournal
from telekit.ruletests.reach import Reach
from telekit.ruletests.words import CallerDeed, Condition, Deed, State
from telekit.service.exchange import Exchange
from telekit.service.lookups import LookedUp, Lookups, Outcome

NOTHING = timedelta(0)
A_MOMENT = timedelta(seconds=1)

_MISSES = {Deed(cause.value): cause for cause in MissCause}


class Stage:
    """One rehearsal's world; it begins early enough for what agents are said to have done before."""

    def __init__(self, plan: Plan, begins_at: datetime) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)  # noqa: S101  (who rehearses leaps)
        self._loop, self._begins_at = loop, begins_at
        self._began = loop.time()
        self.plan = plan
        self.journal = MemoryJournal()
        self.calls: dict[str, RehearsedCall] = {}
        """By the name that the test gives them, in the order in which they came."""
        self._switch = LoopbackSwitch(self.now)
        self._phones = {
            phone: self._switch.phone(str(phone), Rings()) for agent in plan.agents.values() for phone in agent.phones
        }
        self._lookups = _Told()
        self.exchange = Exchange(plan, self._switch, self.journal, self.now, self._lookups)
        self.reach = Reach(plan, self.exchange.roster)
        self._leading: list[asyncio.Task[None]] = []

    def now(self) -> datetime:
        """Read the virtual clock."""
        return self._begins_at + timedelta(seconds=self._loop.time() - self._began)

    async def open(self) -> None:
        """Let phones be reachable and shifts begin; whoever logs in by code has done so."""
        await self._switch.start(self.exchange.hear)
        self.exchange.start()
        await self._loop.calm()
        for agent in self.plan.agents.values():
            if agent.login is Login.CODE:
                self.exchange.tell(AgentLoggedIn(agent.name))
        await self._loop.calm()

    async def until(self, at: datetime) -> None:
        """Let everything happen up to a moment, and at it."""
        delay = (at - self.now()).total_seconds()
        if delay > 0:
            await asyncio.sleep(delay)
        await self._loop.calm()

    async def prepare(self, agents: Mapping[AgentName, Condition], at: datetime) -> None:
        """Bring agents into the states that a test begins with; raises `Mistake` where that cannot be."""
        for name, condition in agents.items():
            if condition.state is State.AVAILABLE and condition.since is not None:
                self._loop.call_later(
                    (at - condition.since - A_MOMENT - self.now()).total_seconds(),
                    self.exchange.tell,
                    WrapUpExtended(name, at - condition.since),
                )
        await self.until(at)
        for name, condition in agents.items():
            self._put(name, condition, at)
        await self._loop.calm()

    async def call(self, told: CallDocument) -> None:
        """Let a call come."""
        if told.last is not None and told.caller is not None:
            self.journal.last[told.caller] = AgentName(told.last)
        call = RehearsedCall(
            self._switch,
            name=told.as_,
            dialed=told.dialed,
            caller=Caller(told.caller),
            keys="".join(told.menu),
            chosen=self.reach.key,
        )
        self._lookups.known[call.id] = {VariableName(name): text for name, text in told.lookup.items()}
        self.calls[told.as_] = call
        self._leading.append(asyncio.ensure_future(self._lead(call)))
        await self._loop.calm()

    async def does(self, name: AgentName, deed: Deed) -> None:
        """Let an agent do something; raises `Mistake` when that cannot be done now."""
        if deed in _MISSES:
            self._misses(name, _MISSES[deed])
        else:
            self._acts(name, deed)
        await self._loop.calm()

    async def caller_does(self, name: str | None, deed: CallerDeed, keys: str) -> None:
        """Let a caller do something."""
        call = self.call_named(name)
        if deed is CallerDeed.HANGS_UP:
            call.leave()
        else:
            call.press(keys)
        await self._loop.calm()

    def look(self) -> None:
        """Note what of the rules is reached now."""
        for call in self.calls.values():
            waits = self.exchange.distributor.call(call.id)
            if waits is not None:
                self.reach.waits(waits.queue, waits.step)
            self.reach.day(self.queue_of(call), self.now())

    async def close(self) -> None:
        """End what still runs."""
        self.reach.facts(self.journal.taken)
        self.exchange.stop()
        for task in self._leading:
            task.cancel()
        await asyncio.gather(*self._leading, return_exceptions=True)

    def call_named(self, name: str | None) -> RehearsedCall:
        """Give a call by its name; the one that came last without a name."""
        return self.calls[name if name is not None else next(reversed(self.calls))]

    def facts(self, call: RehearsedCall) -> list[Fact]:
        """Give what the journal tells of a call."""
        return list(self.journal.facts(call=call.id))

    def queue_of(self, call: RehearsedCall) -> QueueName | None:
        """Give the queue that a call came to last."""
        waits = self.exchange.distributor.call(call.id)
        if waits is not None:
            return waits.queue
        kinds = (FactKind.QUEUED, FactKind.OFFERED, FactKind.DIVERTED, FactKind.JOINED)
        return next((fact.queue for fact in reversed(self.facts(call)) if fact.kind in kinds), None)

    def near_misses(self, call: RehearsedCall, route: Route | None) -> tuple[Route, ...]:
        """Give the routes before that which took a call that ask for the dialled number, but not for this caller."""
        if route is None:
            return ()
        arrival = Arrival(call.id, call.dialed, call.caller)
        return near_misses(self.plan, route, arrival, self._lookups.known.get(call.id, {}))

    def way(self, call: RehearsedCall) -> tuple[Choice, ...]:
        """Tell what a caller did in menus, which are known by their choices."""
        menus = {id(menu.choices): menu.name for menu in self.plan.menus.values()}
        return tuple(Choice(menus[id(choices)], key, leads=True) for choices, key in call.way if id(choices) in menus)

    def verdicts(self, call: RehearsedCall) -> tuple[Verdict, ...]:
        """Tell every agent's case for a call; nothing for one that came to no queue.

        One that does not wait is judged as if it had waited to the queue's last step, as `telekit explain` does.
        """
        distributor = self.exchange.distributor
        if distributor.call(call.id) is not None:
            return distributor.explain_call(call.id)
        queue = self.queue_of(call)
        return distributor.explain(queue, len(self.exchange.plan.queues[queue].steps) - 1) if queue is not None else ()

    async def _lead(self, call: RehearsedCall) -> None:
        with suppress(CallerGone):
            await route_script(self.exchange, self._find_script)(call)

    def _find_script(self, name: str) -> Script | None:
        async def script(call: Call) -> None:
            if isinstance(call, RehearsedCall):
                call.scripted = True

        return script

    def _put(self, name: AgentName, condition: Condition, at: datetime) -> None:
        tell = self.exchange.tell
        match condition.state:
            case State.AVAILABLE:
                pass
            case State.WRAP_UP:
                tell(WrapUpExtended(name, at + (condition.rest or NOTHING)))
            case State.ON_CALL:
                self._engage(name, engaged=True)
                if condition.rest is not None:
                    self._loop.call_later(condition.rest.total_seconds(), lambda: self._engage(name, engaged=False))
            case State.PAUSED:
                tell(AgentPaused(name, condition.reason))
            case State.LOGGED_OUT:
                tell(AgentLoggedOut(name))
            case State.UNREACHABLE:
                self._unregister(name)
        presence = self.exchange.distributor.agent(name).presence
        if presence.presence.value != condition.state.value:
            why = f" ({presence.reason})" if presence.reason else ""
            raise Mistake(
                f"{name} is {presence.presence}{why} then, and cannot be {condition.state}", at=("agents", name)
            )

    def _acts(self, name: AgentName, deed: Deed) -> None:
        tell = self.exchange.tell
        match deed:
            case Deed.ANSWERS:
                self._ringing(name).answer()
            case Deed.HANGS_UP:
                self._engaged(name).hang_up()
            case Deed.HOLDS | Deed.TAKES_BACK:
                leg = self._engaged(name).leg
                if leg is not None and leg.offer is not None:
                    self.exchange.hear(HoldChanged(leg.offer, leg.id, deed is Deed.HOLDS))
            case Deed.PAUSES:
                tell(AgentPaused(name))
            case Deed.RESUMES:
                tell(AgentResumed(name))
            case Deed.LOGS_IN:
                tell(AgentLoggedIn(name))
            case Deed.LOGS_OUT:
                tell(AgentLoggedOut(name))
            case Deed.ENDS_WRAP_UP:
                tell(WrapUpEnded(name))
            case Deed.REGISTERS:
                for phone in self._registering(name):
                    phone.register()
            case Deed.UNREGISTERS:
                self._unregister(name)
            case Deed.CALLS | Deed.ENDS_CALL:
                self._engage(name, engaged=deed is Deed.CALLS)
            case _:
                raise AssertionError(deed)

    def _misses(self, name: AgentName, cause: MissCause) -> None:
        """Let an agent miss what rings; a ring whose time is up at this very moment has been missed already."""
        ends = (fact for fact in self.journal.facts(kind=FactKind.OFFER_ENDED) if fact.agent == name)
        if any(fact.at == self.now() and fact.details["cause"] == cause.value for fact in ends):
            return
        phone = self._ringing(name)
        if cause is MissCause.VOICEMAIL:
            if not phone.phone.confirm:
                raise Mistake(
                    f"{name}'s phone {phone.phone} asks for no key, so no voicemail box is told from an answer",
                    at=(name,),
                )
            phone.answer(confirms=False)
            return
        if cause is MissCause.UNREACHABLE:
            self._unregister(name)
        phone.refuse(cause)

    def _ringing(self, name: AgentName) -> LoopbackPhone:
        for phone in self._phones_of(name):
            if phone.leg is not None and phone.leg.joined_at is None:
                return phone
        raise Mistake(f"{name}'s phone does not ring then", at=(name,))

    def _engaged(self, name: AgentName) -> LoopbackPhone:
        for phone in self._phones_of(name):
            if phone.leg is not None:
                return phone
        raise Mistake(f"{name} has no call then", at=(name,))

    def _engage(self, name: AgentName, *, engaged: bool) -> None:
        phone = self._phones_of(name)[0]
        self.exchange.tell(PhoneSeen(phone.phone, phone.reachable, engaged=engaged))

    def _unregister(self, name: AgentName) -> None:
        for phone in self._registering(name):
            phone.unregister()

    def _registering(self, name: AgentName) -> list[LoopbackPhone]:
        """Give the phones at home; a number of the public network is always there."""
        return [phone for phone in self._phones_of(name) if phone.phone.kind is PhoneKind.SIP]

    def _phones_of(self, name: AgentName) -> list[LoopbackPhone]:
        return [self._phones[phone] for phone in self.plan.agents[name].phones]


class _Told(Lookups):
    """Lookups that give what the test says, at once."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, dict[VariableName, str]] = {}

    async def look_up(self, lookup: Lookup, arrival: Arrival) -> LookedUp:
        known = self.known.get(arrival.call, {})
        given = {variable: known[variable] for variable in lookup.gives if variable in known}
        return LookedUp(given, Outcome.ANSWERED if given else Outcome.FAILED, 0.0)
