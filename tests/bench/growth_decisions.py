"""The distributor alone with any number of agents who can all take every call, six of ten of them talking."""

import gc
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from time import thread_time_ns
from zoneinfo import ZoneInfo

from telekit.acd.actions import Offer
from telekit.acd.distributor import Distributor
from telekit.acd.events import CallArrived, ConversationEnded, Event, OfferAnswered, PhoneSeen, TimePassed
from telekit.domain.agent import Agent
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, CallId, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Step, Strategy
from telekit.domain.skill import Requirement
from tests.bench.figures import share

CALLS = 3_000
BUSY = 0.6
QUEUE = QueueName("bench")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def event_times(agents: int) -> Mapping[str, float]:
    """Give how long one event takes, in microseconds of the processor."""
    distributor, now = Distributor(_plan(agents), NOON), NOON
    for number in range(agents):
        distributor.handle(PhoneSeen(_phone(number), True), now)
    distributor.drain(now)
    talking: deque[tuple[CallId, Phone]] = deque()
    taken: list[int] = []

    def handle(event: Event) -> list[Offer]:
        begun = thread_time_ns()
        actions = distributor.handle(event, now)
        taken.append(thread_time_ns() - begun)
        return [action for action in actions if isinstance(action, Offer)]

    gc.collect()
    gc.freeze()
    filled = int(BUSY * agents)
    for number in range(filled + CALLS):
        if number == filled:
            taken.clear()
        now += timedelta(seconds=1)
        (offer,) = handle(CallArrived(CallId(f"{number}"), QUEUE))
        handle(PhoneSeen(offer.phone, True, engaged=True))
        handle(OfferAnswered(offer.offer))
        talking.append((offer.call, offer.phone))
        if number >= filled:
            call, phone = talking.popleft()
            handle(ConversationEnded(call))
            handle(PhoneSeen(phone, True))
        handle(TimePassed())
    gc.unfreeze()
    micros = [each / 1000 for each in taken]
    return {"events": len(micros), "p50_us": share(micros, 0.5), "p99_us": share(micros, 0.99)}


def _phone(number: int) -> Phone:
    return Phone(PhoneKind.SIP, f"agent{number}")


def _plan(count: int) -> Plan:
    zone, skill, shift = ZoneInfo("Europe/Paris"), SkillName("french"), ShiftName("always")
    agents = {
        (name := AgentName(f"agent{number}")): Agent(name, name, (_phone(number),), {skill: 5}, zone, (shift,))
        for number in range(count)
    }
    hours = Hours(frozenset(range(7)), Span(time(0), time(0)))
    step = Step(timedelta(0), Requirement.of({skill: 3}), Strategy.LONGEST_IDLE)
    queue = Queue(QUEUE, (step,), wrap_up=timedelta(0))
    return Plan(
        zone,
        skills=frozenset({skill}),
        agents=agents,
        shifts={shift: Shift(shift, (hours,))},
        queues={QUEUE: queue},
    )
