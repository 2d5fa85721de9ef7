"""The calls that an earlier telekit left without an end in the journal: each gets one, as soon as it is known.

A telekit that was killed wrote no more. What became of its calls meanwhile is told by who is still there.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from telekit.callflow.route import LOST
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.service.clock import Clock
from telekit.service.legs import Leg
from telekit.service.talk import Talk

NOTHING = timedelta(0)
LONGEST_CALL = timedelta(hours=24)
"""What began earlier is over."""


@dataclass(slots=True)
class _Left:
    """What the journal says of one call."""

    led: bool = False
    """It began, and did not end."""
    waits_since: datetime | None = None
    """None for one that does not stand in a line."""
    queue: QueueName | None = None
    talk: Talk | None = None
    """A conversation that did not end."""
    offered: dict[OfferId, Fact] = field(default_factory=dict)
    promised: bool = False
    """The caller has hung up to be called back: what becomes of that is no matter of the caller's leg."""

    @property
    def is_open(self) -> bool:
        return self.led or self.talk is not None or self.waits_since is not None

    def add(self, fact: Fact) -> None:
        """Take in the next fact."""
        match fact.kind:
            case FactKind.CALL_ARRIVED:
                self.led, self.promised = True, False
            case FactKind.CALL_ENDED:
                self.led = False
            case FactKind.QUEUED:
                self.queue, self.waits_since = fact.queue, fact.at
            case FactKind.OFFERED if fact.offer is not None:
                self.offered[fact.offer] = fact
                self.queue, self.waits_since = fact.queue, fact.at - _span(fact, "waited")
            case FactKind.JOINED | FactKind.TAKEN_OVER:
                self.talk, self.waits_since = Talk(fact.agent, fact.queue, self._began_at(fact)), None
            case FactKind.HELD if self.talk is not None:
                self.talk = replace(self.talk, held_since_at=fact.at)
            case FactKind.RESUMED if self.talk is not None:
                self.talk = replace(self.talk, held=self.talk.held + _span(fact, "held"), held_since_at=None)
            case FactKind.FINISHED:
                self.talk = None
            case FactKind.ABANDONED | FactKind.DIVERTED:
                self.waits_since = None
            case FactKind.CALLBACK_PROMISED | FactKind.CALLBACK_ENDED:
                self.promised = True
            case _:
                pass
        if fact.kind is FactKind.QUEUED and isinstance(since := fact.details.get("entered_at"), int | float):
            self.waits_since = datetime.fromtimestamp(since, fact.at.tzinfo)
        if self.promised:
            self.waits_since = None

    def _began_at(self, joined: Fact) -> datetime:
        """Give since when they talk: one who answered while no telekit was there was written down late."""
        offered = self.offered.get(joined.offer) if joined.offer is not None else None
        return min(offered.at + _span(joined, "rang"), joined.at) if offered is not None else joined.at


class Earlier:
    """Keep such calls until the switch says that they are gone, or they come back and are led again."""

    def __init__(
        self, write: Callable[[Fact], None], talked: Callable[[AgentName, QueueName | None], None], clock: Clock
    ) -> None:
        """`talked` hears of agents whose conversations ended while nobody was there to see it."""
        self._write = write
        self._talked = talked
        self._clock = clock
        self._calls: dict[CallId, _Left] = {}
        self.stood: frozenset[CallId] = frozenset()
        """The calls that stood in a line."""
        self.all_is_seen = True
        """Not so while one of two switches was never there since the start: what it has may be alive."""
        self._last_at: datetime | None = None
        """When the earlier telekit wrote of a call for the last time."""

    def recall(self, facts: Iterable[Fact]) -> None:
        """Take in what the journal says of calls without an end, in order, and the last fact of any call."""
        for fact in facts:
            self._last_at = fact.at
            if fact.call is not None:
                self._calls.setdefault(fact.call, _Left()).add(fact)
        self._calls = {call: left for call, left in self._calls.items() if left.is_open}
        self.stood = frozenset(call for call, left in self._calls.items() if left.waits_since is not None)

    def __len__(self) -> int:
        return len(self._calls)

    def __contains__(self, call: CallId) -> bool:
        return call in self._calls

    def begins(self, call: CallId) -> None:
        """Note that a call is led again: a conversation that the journal has not ended is over."""
        left = self._calls.pop(call, None)
        if left is not None:
            self._end_talk(call, left)

    def alone(self, call: CallId) -> None:
        """Note that a caller is there and talks with nobody."""
        left = self._calls.get(call)
        if left is not None:
            self._end_talk(call, left)

    def found(self, leg: Leg, since_at: datetime) -> Talk:
        """Note a conversation that is seen alive, and write its beginning if nobody has; give what is known of it.

        When an agent answered while no telekit was there, nobody knows exactly: it was after the last thing that was
        written.
        """
        left = self._calls.setdefault(leg.call, _Left())
        waits_since, left.waits_since = left.waits_since, None
        if left.talk is not None and left.talk.agent == leg.agent:
            talk, left.talk = left.talk, None
            return talk
        offered = left.offered.get(leg.offer)
        rang_at = offered.at if offered is not None else since_at
        if offered is not None and self._last_at is not None:
            since_at = min(max(since_at, self._last_at), self._clock())
        waited = _seconds(since_at - waits_since) if waits_since is not None else None
        begun = {"waited": waited, "rang": _seconds(max(since_at - rang_at, NOTHING)), "leg": leg.id}
        self._write(Fact(self._clock(), FactKind.JOINED, leg.call, leg.queue, leg.agent, leg.offer, begun))
        return Talk(leg.agent, leg.queue, since_at)

    def settle(self, alive: Collection[CallId]) -> None:
        """End all that are not alive any more, if that is to be known."""
        for call in [call for call in self._calls if call not in alive] if self.all_is_seen else ():
            self.gone(call)

    def gone(self, call: CallId) -> None:
        """End a call whose caller is gone."""
        left = self._calls.pop(call, None)
        if left is None:
            return
        now = self._clock()
        self._end_talk(call, left)
        if left.waits_since is not None:
            waited = {"waited": _seconds(now - left.waits_since)}
            self._write(Fact(now, FactKind.ABANDONED, call, left.queue, details=waited))
        if left.led:
            self._write(Fact(now, FactKind.CALL_ENDED, call, details={"by": LOST}))

    def _end_talk(self, call: CallId, left: _Left) -> None:
        talk, left.talk = left.talk, None
        if talk is None:
            return
        now = self._clock()
        held = talk.held_until(now)
        spent = {"talked": _seconds(max(now - talk.since_at - held, NOTHING)), "held": _seconds(held)}
        self._write(Fact(now, FactKind.FINISHED, call, talk.queue, talk.agent, details=spent))
        if talk.agent is not None:
            self._talked(talk.agent, talk.queue)


def _span(fact: Fact, name: str) -> timedelta:
    seconds = fact.details.get(name)
    return timedelta(seconds=seconds) if isinstance(seconds, int | float) else NOTHING


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)
