"""Play long random days, with everything written down that the laws are about."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from telekit.acd.actions import Action, OfferEnded, PresenceChanged
from telekit.acd.distributor import Distributor
from telekit.acd.events import Event, TimePassed
from telekit.acd.views import CallNow
from telekit.domain.names import AgentName, CallId
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from tests.acd.chance import Chance
from tests.acd.day import clock
from tests.acd.plain.distributor import Plain

Threads = dict[str, list[Action]]


@dataclass(frozen=True)
class Moment:
    """One call of `handle`."""

    event: Event
    at: datetime
    """As the distributor takes it: never before the moment before."""
    plan: Plan
    before: dict[CallId, CallNow]
    after: dict[CallId, CallNow]
    """Who waits."""
    talking_before: frozenset[CallId]
    talking: frozenset[CallId]
    actions: list[Action]
    wakes_at: datetime | None
    drained: bool
    """Nothing was left over for another call of `handle`."""
    overlooked: list[tuple[CallId, AgentName]]
    """Calls left in line although an agent could have been offered them, as the verdicts have it."""


@dataclass
class Story:
    moments: list[Moment] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    """Where the plain distributor did something else, or would have been woken earlier."""

    @property
    def actions(self) -> list[Action]:
        return [action for moment in self.moments for action in moment.actions]

    def count(self) -> Counter[str]:
        return Counter(type(action).__name__ for action in self.actions)


class Player:
    """Plays one story; with a batch the plain distributor stays at home, for it does all that is due at once."""

    def __init__(self, seed: int, batch: int | None = None, *, asks: bool = False) -> None:
        self.chance = Chance(seed, asks=asks)
        self.now = clock("08:00")
        self.plan = self.chance.plan
        self.distributor = Distributor(self.plan, self.now, batch=batch or 10**9)
        self.plain = None if batch else Plain(self.plan, self.now)
        self.story = Story()

    def play(self, steps: int) -> Story:
        self.tell(TimePassed(), self.now)
        for _ in range(steps):
            told_at = self.now + self.chance.step()
            if self.chance.random.random() < 0.85:
                while (woken := self.distributor.wakes_at()) is not None and woken <= told_at:
                    self.tell(TimePassed(), woken)
            self.now = max(self.now, told_at)
            self.tell(self.chance.event(self.now), told_at)
        return self.story

    def tell(self, event: Event, at: datetime) -> None:
        self.plan = self.chance.plan
        before, talking_before = self._calls(), self._talking()
        actions = self.distributor.handle(event, at)
        self.now = max(self.now, at)
        wakes_at = self.distributor.wakes_at()
        drained = wakes_at is None or wakes_at > self.now
        after = self._calls()
        overlooked = self._overlooked(after) if drained else []
        self.story.moments.append(
            Moment(
                event,
                self.now,
                self.plan,
                before,
                after,
                talking_before,
                self._talking(),
                actions,
                wakes_at,
                drained,
                overlooked,
            )
        )
        if self.plain is not None:
            self._compare(actions, self.plain.handle(event, at), event, wakes_at)
        self.chance.learn(actions)

    def _calls(self) -> dict[CallId, CallNow]:
        return {call.call: call for queue in self.distributor.queues() for call in queue.calls}

    def _talking(self) -> frozenset[CallId]:
        return frozenset(conversation.call for conversation in self.distributor.conversations())

    def _overlooked(self, calls: dict[CallId, CallNow]) -> list[tuple[CallId, AgentName]]:
        if all(agent.presence.presence is not Presence.AVAILABLE for agent in self.distributor.agents()):
            return []
        standing = (call for call in calls.values() if not call.rings and not call.rests)
        return [
            (call.call, verdict.agent)
            for call in standing
            for verdict in self.distributor.explain_call(call.call)
            if verdict.eligible
        ]

    def _compare(self, real: list[Action], plain: list[Action], event: Event, wakes_at: datetime | None) -> None:
        if self.story.differences or self.plain is None:
            return
        ours, theirs = threads(real), threads(plain)
        place = f"step {len(self.story.moments)}, {self.now:%H:%M:%S.%f}, {str(event)[:100]}"
        for name in ours.keys() | theirs.keys():
            if ours.get(name) != theirs.get(name):
                self.story.differences.append(f"{place}: {name}: {ours.get(name)} instead of {theirs.get(name)}")
        due_at = self.plain.next_moment()
        if due_at is not None and (wakes_at is None or due_at < wakes_at):
            self.story.differences.append(f"{place}: woken {wakes_at} instead of {due_at}")


def threads(actions: list[Action]) -> Threads:
    """Sort actions by whom they are about; between two that have nothing to do with each other no order is meant."""
    threads: defaultdict[str, list[Action]] = defaultdict(list)
    for action in actions:
        match action:
            case PresenceChanged(agent):
                threads[agent].append(action)
            case OfferEnded():
                threads[action.call].append(replace(action, consequence=""))
            case _:
                threads[action.call].append(action)
    return threads
