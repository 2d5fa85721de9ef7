"""The agents of a run: whether they answer, when they rest, and when their lines at home are lost."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import assert_never

from telekit.acd.actions import Offer, PresenceChanged
from telekit.acd.events import (
    AgentPaused,
    AgentResumed,
    ConversationEnded,
    Event,
    OfferAnswered,
    OfferMissed,
    PhoneRegistered,
    PhoneSeen,
)
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.plan import Plan
from telekit.domain.presence import Presence
from telekit.domain.queue import MissCause
from telekit.simulate.conduct import Conduct, Recurring
from telekit.simulate.luck import Luck
from telekit.simulate.spread import Constant, Spread, at_luck

BREAK = "break"
OFFERS_TOLD_APART = 64
"""So many offers of one call have a luck of their own."""
NOTICED = timedelta(seconds=30)
"""After how long the switch notices that a line is lost; until then offers ring nowhere."""


@dataclass(frozen=True, slots=True)
class RingOver:
    """An offer comes to its end, if it still rings."""

    offer: OfferId
    agent: AgentName
    cause: MissCause | None
    """None: the agent answers."""


@dataclass(frozen=True, slots=True)
class Rests:
    """An agent wants a break, if they have been on shift since this turn began."""

    agent: AgentName
    turn: int


@dataclass(frozen=True, slots=True)
class Returns:
    """An agent who is paused comes back, if nothing else has happened since."""

    agent: AgentName
    turn: int


@dataclass(frozen=True, slots=True)
class LineLost:
    """An agent's line at home is lost."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class LineMissed:
    """The switch notices that a line is lost, unless it is back."""

    agent: AgentName


@dataclass(frozen=True, slots=True)
class LineBack:
    """It is there again."""

    agent: AgentName


TURNS = (RingOver, Rests, Returns, LineLost, LineMissed, LineBack)
Turn = RingOver | Rests | Returns | LineLost | LineMissed | LineBack


class Crew:
    """Behaves as its conduct says. `later` is told what is to be given to `due` at which moment."""

    def __init__(self, plan: Plan, conduct: Conduct, seed: object, later: Callable[[datetime, Turn], None]) -> None:
        self._plan = plan
        self._conduct = conduct
        self._later = later
        self._luck = Luck(f"{seed}/offers")
        self._chances = {name: Random(f"{seed}/{name}/breaks") for name in plan.agents}  # noqa: S311
        self._lines = {name: Random(f"{seed}/{name}/line") for name in plan.agents}  # noqa: S311
        self._turns: dict[AgentName, int] = dict.fromkeys(plan.agents, 0)
        self._lost: set[AgentName] = set()
        self._ringing: set[OfferId] = set()
        self.answers_at_once = conduct.pickup == Constant(0.0) and not conduct.missed and not conduct.rejected
        """And always, as long as no line is lost."""

    def begin(self, now: datetime) -> None:
        """Let lines begin to be lost."""
        if (losses := self._conduct.losses) is not None:
            for name, chance in self._lines.items():
                self._later(now + timedelta(seconds=chance.expovariate(1.0 / losses.every)), LineLost(name))

    def rung(self, offer: Offer, call: int, now: datetime) -> Event | None:
        """Ring an agent; give what comes of it at once. `call` is the number of the call."""
        if self.answers_at_once and offer.agent not in self._lost:
            return OfferAnswered(offer.offer)
        self._ringing.add(offer.offer)
        after, cause = self._answer(offer, call)
        self._later(now + after, RingOver(offer.offer, offer.agent, cause))
        return None

    def ended(self, offer: OfferId) -> None:
        """Note that an offer no longer rings."""
        self._ringing.discard(offer)

    def changed(self, action: PresenceChanged, waits_for_word: bool) -> None:
        """Note what an agent does now; `waits_for_word` says that only the agent's own word ends a pause."""
        name, now = action.agent, action.now
        breaks = self._conduct.breaks
        if now.presence is Presence.LOGGED_OUT or action.was.presence in (Presence.LOGGED_OUT, Presence.PAUSED):
            self._turns[name] += 1
            if breaks is not None and now.presence is not Presence.LOGGED_OUT:
                self._later(now.since_at + self._until(name, breaks), Rests(name, self._turns[name]))
        if now.presence is Presence.PAUSED and (waits_for_word or now.reason == BREAK):
            self._turns[name] += 1
            spread: Spread = self._conduct.returns
            if now.reason == BREAK and breaks is not None:
                spread = Constant(breaks.lasts)
            away = at_luck(spread, self._chances[name].random())
            self._later(now.since_at + timedelta(seconds=away), Returns(name, self._turns[name]))

    def due(self, turn: Turn, talks: Mapping[AgentName, CallId], now: datetime) -> Iterator[Event]:
        """Let one thing happen that was told to come later; `talks` tells who is in which conversation."""
        match turn:
            case RingOver(offer, agent, cause):
                if offer in self._ringing:
                    cause = MissCause.UNREACHABLE if agent in self._lost else cause
                    yield OfferAnswered(offer) if cause is None else OfferMissed(offer, cause)
            case Rests(agent, turned):
                if self._turns[agent] == turned:
                    yield AgentPaused(agent, BREAK)
            case Returns(agent, turned):
                if self._turns[agent] == turned:
                    yield AgentResumed(agent)
            case LineLost(agent):
                yield from self._lose(agent, talks, now)
            case LineMissed(agent):
                if agent in self._lost:
                    yield from (PhoneSeen(phone, reachable=False) for phone in self._plan.agents[agent].phones[:1])
            case LineBack(agent):
                self._lost.discard(agent)
                yield from (PhoneRegistered(phone) for phone in self._plan.agents[agent].phones[:1])
            case _:
                assert_never(turn)

    def _lose(self, agent: AgentName, talks: Mapping[AgentName, CallId], now: datetime) -> Iterator[Event]:
        losses = self._conduct.losses
        if losses is None:
            return
        self._lost.add(agent)
        back_at = now + timedelta(seconds=losses.lasts)
        self._later(now + NOTICED, LineMissed(agent))
        self._later(back_at, LineBack(agent))
        chance = self._lines[agent]
        self._later(back_at + timedelta(seconds=chance.expovariate(1.0 / losses.every)), LineLost(agent))
        if agent in talks:
            yield ConversationEnded(talks[agent])

    def _answer(self, offer: Offer, call: int) -> tuple[timedelta, MissCause | None]:
        """Draw what comes of an offer: it hangs on the call and on how many offers it has had, not on the agent."""
        number = int(offer.offer.rpartition(".")[2]) % OFFERS_TOLD_APART
        luck, place = self._luck, 2 * (call * OFFERS_TOLD_APART + number)
        picked = min(timedelta(seconds=at_luck(self._conduct.pickup, luck.of(place))), offer.ring)
        fate = luck.of(place + 1)
        if offer.agent in self._lost:
            return timedelta(seconds=1), MissCause.UNREACHABLE
        if fate < self._conduct.missed or picked >= offer.ring:
            return offer.ring, MissCause.NO_ANSWER
        if fate < self._conduct.missed + self._conduct.rejected:
            return picked, MissCause.REJECTED
        return picked, None

    def _until(self, name: AgentName, breaks: Recurring) -> timedelta:
        """Draw when the next break begins: half as early or late again as usual, so that not all rest at once."""
        return timedelta(seconds=self._chances[name].uniform(0.5, 1.5) * breaks.every)
