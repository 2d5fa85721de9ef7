"""A random day of the whole service in memory, with everything that a journal may tell of."""

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random

from telekit.callflow.word import Word, take_word
from telekit.domain.agent import Agent, Login
from telekit.domain.call import Caller
from telekit.domain.destination import ToQueue, ToVoicemail
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, QueueName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, MissCause, Overflow, Step, Strategy
from telekit.domain.route import Numbers, Route
from telekit.pbx.loopback import Answers, Refuses, Rings, run
from telekit.pbx.loopback.phone import Habit, LoopbackPhone
from tests.acd.day import agent, needs, plan, queue, seconds, sip, step
from tests.service.world import World, passes

HELP, MORE, ALL = "+33199001001", "+33199001002", "+33199001003"
MINUTE = 60.0
TEL = Phone(PhoneKind.TEL, "+33199005512")


def agents() -> list[Agent]:
    """Give some with shifts that begin and end in the middle of calls: it is 13:00 at the start."""
    return [
        agent("amina", "08:00-13:20", french=9, english=3),
        agent("luc", "13:05:13-15:00", french=5),
        agent("zoe", "12:00-16:00", phones=(sip("zoe"), TEL), french=3, english=9),
        agent("ines", "12:00-14:00", login=Login.CODE, english=6),
        agent("paul", "12:00-16:00", french=7),
    ]


def a_plan(people: list[Agent] | None = None) -> Plan:
    """Give a plan in which much can happen."""
    made = plan(
        people or agents(),
        queue(
            "help",
            step(0, Strategy.LONGEST_IDLE, french=5),
            step(20, Strategy.MOST_SKILLED, french=1),
            ring=seconds(12),
            wrap_up=seconds(15),
            exits=(Exit(seconds(150), ToQueue(QueueName("more"), priority=5, keeps_age=True)),),
        ),
        queue(
            "more",
            step(0, Strategy.ROUND_ROBIN, english=1),
            ring=seconds(8),
            overflow=(Overflow(ToVoicemail(), waiting=4),),
            exits=(Exit(seconds(200), ToVoicemail()),),
        ),
        queue("all", Step(seconds(0), needs(french=1), Strategy.RING_ALL), ring=seconds(10), ages=seconds(30)),
    )
    routes = [(HELP, "help", 0), (MORE, "more", 2), (ALL, "all", 1)]
    return Plan(
        made.zone,
        agents=made.agents,
        shifts=made.shifts,
        queues=made.queues,
        routes=tuple(
            Route(ToQueue(QueueName(name), priority), dialed=Numbers(exactly=frozenset({number})))
            for number, name, priority in routes
        ),
    )


class Noted(World):
    """A world whose journal tells of its starts, as that of a whole node does."""

    def _begin(self) -> None:
        super()._begin()
        for kind in (FactKind.STARTED, FactKind.PLAN_LOADED):
            self.exchange.record(Fact(self.exchange.now(), kind))


class RandomDay:
    """Callers with patience, phones with habits and whims, agents who come and go: all by one seed."""

    def __init__(self, seed: int, folder: Path, *, hours: float = 1.5, restarts: bool = False) -> None:
        self._chance = Random(seed)
        self._folder = folder
        self._length = hours * 60 * MINUTE
        self._restarts = restarts
        self.plan = a_plan()

    def facts(self) -> list[Fact]:
        """Play it, and give its journal."""
        return run(self._play())

    async def _play(self) -> list[Fact]:
        world = Noted(self.plan, self._folder)
        phones = [world.switch.phone(str(phone), self._habit()) for a in agents() for phone in a.phones]
        async with world:
            tasks = [
                asyncio.ensure_future(each) for each in (self._callers(world), self._whims(phones), self._words(world))
            ]
            if self._restarts:
                await passes(self._length * 0.4 + 0.123)
                await world.restart()
            await passes(self._length)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for task in tasks:
                assert task.cancelled() or task.exception() is None, task.exception()
            await passes(15 * MINUTE)
            return list(world.taken)

    def _span(self, mean: float) -> float:
        return min(self._chance.expovariate(1 / mean), 8 * mean) + 0.001

    def _habit(self) -> Habit:
        kind = self._chance.random()
        if kind < 0.7:
            return Answers(seconds(0.5 + self._span(3)), seconds(self._span(90)))
        if kind < 0.85:
            return Rings()
        return Refuses(seconds(self._span(2)), self._chance.choice([*MissCause][:4]))

    async def _callers(self, world: World) -> None:
        while True:
            await passes(self._span(18))
            patience = timedelta(seconds=self._span(80)) if self._chance.random() < 0.6 else None
            number = f"+3319900{self._chance.randrange(70, 90)}00"
            caller = world.caller(
                dialed=self._chance.choice([HELP, HELP, MORE, ALL]), caller=Caller(number), patience=patience
            )
            world.lead(caller)

    async def _whims(self, phones: list[LoopbackPhone]) -> None:
        while True:
            await passes(self._span(12))
            phone = self._chance.choice(phones)
            phone.habit = self._habit()
            if phone.phone.kind is PhoneKind.SIP and self._chance.random() < 0.15:
                phone.unregister() if phone.reachable else phone.register()
            elif self._chance.random() < 0.5:
                phone.register()

    async def _words(self, world: World) -> None:
        while True:
            await passes(self._span(40))
            who = world.plan.agents[AgentName(self._chance.choice(list(world.plan.agents)))]
            await take_word(
                world.exchange, who, self._chance.choice([*Word, Word.LOGIN, Word.RESUME, Word.RESUME]), "phone"
            )
