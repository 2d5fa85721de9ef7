"""Plans drawn by chance: few agents for many calls, shifts that begin and end, every rule that may stand in a queue."""

import random
from dataclasses import replace
from decimal import Decimal

from telekit.domain.agent import Agent, Login
from telekit.domain.callback import CallbackRules, Keep
from telekit.domain.destination import HangUp, ToVoicemail, Treatment
from telekit.domain.hours import Shift
from telekit.domain.names import AgentName, QueueName, ShiftName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Exit, MissCause, Overflow, PauseAfter, Queue, Skip, Step, Strategy, UntilRegistered
from telekit.domain.skill import Requirement
from tests.acd.day import ZONE, hours, levels, needs, seconds, sip

SKILLS = ("french", "english", "billing")
NAMES = tuple("abcdefghijklmn")
SHIFTS = (
    "08:00-09:30",
    "08:30-10:00",
    "09:30-12:00,12:05-18:00",
    "09:00-09:20,09:25-09:50,10:00-18:00",
    "10:00-16:00",
    "06:00-23:00",
    "22:00-06:00",
    ",".join(f"{hour:02}:{start:02}-{hour:02}:{start + 2:02}" for hour in range(8, 14) for start in range(0, 60, 3)),
)
QUEUES = ("billing", "help", "night", "sales")
EARLY, LATE = Exit(seconds(40), ToVoicemail()), Exit(seconds(240), HangUp())
CALLS_BACK = CallbackRules(tries=1, every=seconds(45), ring=seconds(20))
KEEPS = CallbackRules(tries=3, every=seconds(90), keep=Keep.NEXT_SHIFT)
ASKS = Treatment(("no-agent",), ToVoicemail(), offers_callback=True)
FULL, CROWDED = Overflow(ToVoicemail(), waiting=5), Overflow(HangUp(), per_agent=Decimal("0.5"))


def draw_plan(chance: random.Random, *, asks: bool = False) -> Plan:
    """Draw one; with `asks`, callers for whom nobody is there are asked whether to be called back."""
    agents = [_agent(chance, name) for name in NAMES if chance.random() < 0.8]
    queues = [_queue(chance, name) for name in QUEUES if chance.random() < 0.85] or [_queue(chance, "help")]
    if asks:
        queues = [replace(queue, no_agent=ASKS, callback=KEEPS) for queue in queues]
    return Plan(
        ZONE,
        agents={agent.name: agent for agent in agents},
        shifts={ShiftName(name): Shift(ShiftName(name), hours(name)) for name in SHIFTS},
        queues={queue.name: queue for queue in queues},
    )


def _agent(chance: random.Random, name: str) -> Agent:
    skills = {skill: chance.randint(1, 10) for skill in SKILLS if chance.random() < 0.6}
    phones = [sip(name)]
    if chance.random() < 0.2:
        phones.append(Phone(PhoneKind.TEL, f"+33199000{NAMES.index(name):03}"))
    if chance.random() < 0.15:
        phones = [sip("shared")]
    login = Login.CODE if chance.random() < 0.2 else Login.ROSTER
    shifts = tuple(ShiftName(shift) for shift in chance.sample(SHIFTS, chance.choice((1, 1, 2))))
    return Agent(AgentName(name), name, tuple(phones), levels(skills), ZONE, shifts, login)


def _queue(chance: random.Random, name: str) -> Queue:
    afters = [0, *sorted(chance.sample((0, 5, 20, 30, 60, 90), chance.randint(0, 3)))]
    strategies = (Strategy.RING_ALL,) if chance.random() < 0.3 else tuple(Strategy)
    steps = tuple(
        Step(
            seconds(after),
            _needs(chance),
            chance.choice(strategies),
            replace=chance.random() < 0.3,
            withdraw=after != 60,
        )
        for after in afters
    )
    pauses = (PauseAfter(1), PauseAfter(2), PauseAfter(1, seconds(20)), PauseAfter(2, seconds(45)))
    outcomes = (*pauses, Skip(seconds(5)), Skip(seconds(30)), UntilRegistered())
    return Queue(
        QueueName(name),
        steps,
        opening=hours(chance.choice(("", "", "08:00-09:40,10:00-20:00"))),
        exits=chance.choice(((), (LATE,), (EARLY,), (EARLY, LATE))),
        overflow=chance.choice(((), (), (), (FULL,), (CROWDED, FULL))),
        ring=seconds(chance.choice((10, 20))),
        wrap_up=seconds(chance.choice((0, 0, 5, 30))),
        last_offer=seconds(chance.choice((0, 0, 60, 300))),
        ages=chance.choice((None, None, seconds(10), seconds(3))),
        callback=chance.choice((None, CALLS_BACK, KEEPS)),
        missed={cause: chance.choice(outcomes) for cause in MissCause},
    )


def _needs(chance: random.Random) -> Requirement:
    return needs(**{skill: chance.randint(1, 8) for skill in SKILLS if chance.random() < 0.4})
