"""A small world to tell examples in: a plan in a few words, and a day whose clock the test moves."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from telekit.acd.actions import Action, Divert, Offer, Withdraw
from telekit.acd.distributor import Distributor
from telekit.acd.events import (
    CallArrived,
    CallGone,
    ConversationEnded,
    Event,
    OfferAnswered,
    OfferMissed,
    PhoneSeen,
    TimePassed,
)
from telekit.domain.agent import Agent, Login
from telekit.domain.hours import Hours, Shift, Span
from telekit.domain.names import AgentName, CallId, OfferId, QueueName, ShiftName, SkillName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause, Queue, Step, Strategy
from telekit.domain.skill import Requirement

ZONE = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)

A = TypeVar("A")


def clock(text: str) -> datetime:
    """Give this time of day (`12:59:30`) on the Monday, told in Paris, as UTC."""
    return datetime.combine(MONDAY.date(), time.fromisoformat(text), ZONE).astimezone(UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def needs(**least: int) -> Requirement:
    return Requirement.of({SkillName(skill): level for skill, level in least.items()})


def sip(name: str) -> Phone:
    return Phone(PhoneKind.SIP, name)


def agent(
    name: str, shift: str = "08:00-18:00", *, phones: tuple[Phone, ...] = (), login: Login = Login.ROSTER, **skills: int
) -> Agent:
    return Agent(
        AgentName(name),
        name.title(),
        phones or (sip(name),),
        {SkillName(skill): level for skill, level in skills.items()},
        ZONE,
        (ShiftName(shift),),
        login,
    )


def step(after: float = 0, strategy: Strategy = Strategy.FIXED, *, replace: bool = False, **least: int) -> Step:
    return Step(seconds(after), needs(**least), strategy, replace)


def queue(name: str = "help", *steps: Step, **rest: object) -> Queue:
    return Queue(QueueName(name), steps or (step(),), **rest)  # type: ignore[arg-type]


def plan(agents: Iterable[Agent], *queues: Queue) -> Plan:
    """Make a plan; each shift is named by its hours (`08:00-13:00`, several joined by a comma), every day."""
    agents = list(agents)
    return Plan(
        ZONE,
        agents={agent.name: agent for agent in agents},
        shifts={name: _shift(name) for agent in agents for name in agent.shifts},
        queues={each.name: each for each in queues or (queue(),)},
    )


def hours(text: str) -> tuple[Hours, ...]:
    spans = [part.split("-") for part in text.split(",") if part]
    return tuple(
        Hours(frozenset(range(7)), Span(time.fromisoformat(start), time.fromisoformat(end))) for start, end in spans
    )


def _shift(name: ShiftName) -> Shift:
    return Shift(name, hours(name))


class Day:
    """A distributor with a clock; everybody's phones are reachable unless told otherwise."""

    def __init__(self, plan: Plan, at: str = "09:00", *, reachable: bool = True) -> None:
        self.now = clock(at)
        self.distributor = Distributor(plan, self.now)
        self.actions: list[Action] = []
        self.last: list[Action] = []
        self.tell()
        if reachable:
            for agent in plan.agents.values():
                for phone in agent.phones:
                    self.phone(phone)

    def tell(self, *events: Event) -> list[Action]:
        """Tell events, and let everything happen that is due; give what was done."""
        self.last = []
        for event in events:
            self._note(self.distributor.handle(event, self.now))
        self._note(self.distributor.drain(self.now))
        return self.last

    def until(self, at: str | datetime) -> list[Action]:
        """Let time pass, waking the distributor whenever it asks for it."""
        end, done = at if isinstance(at, datetime) else clock(at), []
        while (woken := self.distributor.wakes_at()) is not None and woken <= end:
            self.now = max(self.now, woken)
            done += self.tell(TimePassed())
        self.now = max(self.now, end)
        done += self.tell(TimePassed())
        self.last = done
        return done

    def after(self, count: float) -> list[Action]:
        """Let so many seconds pass."""
        return self.until(self.now + seconds(count))

    def call(self, call: str, queue: str = "help", priority: int = 0, *, entered: str | None = None) -> list[Action]:
        entered_at = clock(entered) if entered else None
        return self.tell(CallArrived(CallId(call), QueueName(queue), priority, entered_at))

    def answer(self, offer: str) -> list[Action]:
        return self.tell(OfferAnswered(OfferId(offer)))

    def miss(self, offer: str, cause: MissCause = MissCause.NO_ANSWER) -> list[Action]:
        return self.tell(OfferMissed(OfferId(offer), cause))

    def end(self, call: str) -> list[Action]:
        return self.tell(ConversationEnded(CallId(call)))

    def gone(self, call: str) -> list[Action]:
        return self.tell(CallGone(CallId(call)))

    def phone(self, phone: Phone | str, *, reachable: bool = True, engaged: bool = False) -> list[Action]:
        return self.tell(PhoneSeen(sip(phone) if isinstance(phone, str) else phone, reachable, engaged))

    def all(self, kind: type[A], among: Iterable[Action] | None = None) -> list[A]:
        """Give the actions of a kind, of the last doing unless told otherwise."""
        return [action for action in (self.last if among is None else among) if isinstance(action, kind)]

    def offered(self) -> list[tuple[str, str]]:
        """Give who was offered which call in the last doing."""
        return [(offer.call, offer.agent) for offer in self.all(Offer)]

    def diverted(self) -> list[tuple[str, str]]:
        return [(divert.call, divert.reason.value) for divert in self.all(Divert)]

    def withdrawn(self) -> list[tuple[str, str]]:
        return [(withdraw.offer, withdraw.reason.value) for withdraw in self.all(Withdraw)]

    def talk(self, call: str, queue: str = "help") -> None:
        """Let a call come, be answered by whoever it is offered to, and last a minute."""
        self.call(call, queue)
        self.answer(self.all(Offer)[0].offer)
        self.after(60)
        self.end(call)

    def presence(self, name: str) -> Presence:
        return self.distributor.agent(AgentName(name)).presence.presence

    def reason(self, name: str) -> str:
        return self.distributor.agent(AgentName(name)).presence.reason

    def _note(self, actions: list[Action]) -> None:
        self.last += actions
        self.actions += actions


def levels(skills: Mapping[str, int]) -> dict[SkillName, int]:
    return {SkillName(skill): level for skill, level in skills.items()}
