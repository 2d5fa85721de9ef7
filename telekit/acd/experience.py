"""What calls that are over have taught, queue by queue: how long agents were taken up, and when callers gave up."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import exp, inf

from telekit.acd.actions import Abandoned, Action, CallbackPromised, Divert, Finished, Joined, Offer, PresenceChanged
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.presence import Presence

REMEMBERED = 150
"""Of so many lengths, the latest, the spread is known; one that is far out is but one of them."""

TAIL = 3
"""Where fewer lengths than this are left to compare with, they say too little."""

RECENT = timedelta(minutes=30)
"""Over about so long is looked back to tell how often calls come."""

KEPT = 0.99
"""What is left of an older call's weight in the patience of callers when one more has gone."""

LONGEST_TRACE = 20_000
"""Calls that were offered and of whose end nothing was heard; more are forgotten, the oldest first."""


class Lengths:
    """The latest lengths of one thing, in seconds, and what they say of one that still lasts."""

    __slots__ = ("_latest", "_sorted", "_sum")

    def __init__(self) -> None:
        self._latest: deque[float] = deque()
        self._sorted: list[float] = []
        self._sum = 0.0

    def __len__(self) -> int:
        return len(self._sorted)

    def add(self, length: float) -> None:
        """Take in one more; the oldest of too many is forgotten."""
        self._latest.append(length)
        insort(self._sorted, length)
        self._sum += length
        if len(self._latest) > REMEMBERED:
            oldest = self._latest.popleft()
            del self._sorted[bisect_left(self._sorted, oldest)]
            self._sum -= oldest

    @property
    def mean(self) -> float:
        """Give the mean; of none, zero."""
        return self._sum / len(self._sorted) if self._sorted else 0.0

    @property
    def middle(self) -> float:
        """Give one that half of the others exceed; of none, zero."""
        return self._sorted[len(self._sorted) // 2] if self._sorted else 0.0

    def longer_than(self, lasted: float) -> Sequence[float]:
        """Give those longer than something has lasted, sorted; none where they are too few to say what is usual."""
        lengths = self._sorted
        first = bisect_right(lengths, lasted) if lasted > 0.0 else 0
        return lengths[first:] if len(lengths) - first >= min(TAIL, len(lengths) - 1) else ()


class Rate:
    """How often something happens, the recent past counting most."""

    __slots__ = ("_at", "_weight")

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._weight = 0.0

    def happened(self, at: datetime) -> None:
        self._weight = self._weight * exp(-((at - self._at) / RECENT)) + 1.0
        self._at = at

    def every(self, now: datetime) -> float:
        """Give the seconds from one time to the next, on average."""
        weight = self._weight * exp(-((now - self._at) / RECENT))
        return RECENT.total_seconds() / weight if weight > 0.01 else inf


class Habits:
    """What is known of the calls of one queue, or of all."""

    __slots__ = ("_given_up", "_waited", "pickups", "talks", "wraps")

    def __init__(self) -> None:
        self.talks = Lengths()
        """Conversations."""
        self.wraps = Lengths()
        """Wrap-ups as they were, ended early or extended."""
        self.pickups = Lengths()
        """From a call's first offer to the answer, missed offers included."""
        self._given_up = self._waited = 0.0

    def wrap_up(self, by_rule: timedelta) -> float:
        """Give the usual wrap-up, in seconds; that of the rules for as long as too few were seen."""
        return self.wraps.middle if len(self.wraps) >= TAIL else by_rule.total_seconds()

    def left(self, waited: float, *, given_up: bool) -> None:
        """Note that a caller no longer waits."""
        self._waited = self._waited * KEPT + waited
        self._given_up = self._given_up * KEPT + given_up

    @property
    def impatience(self) -> float:
        """Give how many of the callers who wait give up in a second."""
        return self._given_up / self._waited if self._waited > 0.0 else 0.0


class Experience:
    """Learns from the distributor's actions; with `learns=False` it knows nothing for good."""

    def __init__(self, *, learns: bool = True) -> None:
        self._learns = learns
        self._of_all = Habits()
        self._of: defaultdict[QueueName, Habits] = defaultdict(Habits)
        self._rates: dict[int, dict[QueueName, Rate]] = {}
        """How often calls come, by priority."""
        self._first_offers: dict[CallId, datetime] = {}
        self._wraps_up_for: dict[AgentName, QueueName] = {}

    def of(self, queue: QueueName | None) -> Habits:
        """Give what is known of a queue's calls; of None, of all calls."""
        return self._of_all if queue is None else self._of[queue]

    def talked(self, queue: QueueName | None, length: timedelta) -> None:
        """Take in one conversation."""
        seconds = length.total_seconds()
        self._of_all.talks.add(seconds)
        if queue is not None:
            self._of[queue].talks.add(seconds)

    def picked_up(self, queue: QueueName, length: timedelta) -> None:
        """Take in how long it took from a call's first offer to the answer."""
        seconds = length.total_seconds()
        self._of_all.pickups.add(seconds)
        self._of[queue].pickups.add(seconds)

    def came(self, queue: QueueName, priority: int, at: datetime) -> None:
        """Take in that a call came."""
        if not self._learns:
            return
        rates = self._rates.setdefault(priority, {})
        rate = rates.get(queue)
        if rate is None:
            rate = rates[queue] = Rate(at)
        rate.happened(at)

    def coming_above(self, priority: int) -> Iterator[tuple[QueueName, int, Rate]]:
        """Give how often calls with higher priorities come, by queue and priority."""
        for higher, rates in self._rates.items():
            if higher > priority:
                for queue, rate in rates.items():
                    yield queue, higher, rate

    def learn(self, actions: Sequence[Action], now: datetime) -> None:
        """Take in what was done."""
        if not self._learns:
            return
        for action in actions:
            match action:
                case Offer() if action.callback is None:
                    self._first_offers.setdefault(action.call, now)
                    if len(self._first_offers) > LONGEST_TRACE:
                        del self._first_offers[next(iter(self._first_offers))]
                case Joined():
                    offered_at = self._first_offers.pop(action.call, None)
                    if offered_at is not None:
                        self.picked_up(action.queue, max(now - offered_at, action.rang))
                        self._of[action.queue].left(action.waited.total_seconds(), given_up=False)
                case Finished():
                    self.talked(action.queue, action.talked + action.held)
                    if action.queue is not None:
                        self._wraps_up_for[action.agent] = action.queue
                case PresenceChanged() if action.was.presence is Presence.WRAP_UP:
                    self._wrapped_up(action)
                case CallbackPromised():  # from now on the caller shows neither patience nor how soon agents answer
                    self._first_offers.pop(action.call, None)
                case Abandoned():
                    self._first_offers.pop(action.call, None)
                    self._of[action.queue].left(action.waited.total_seconds(), given_up=True)
                case Divert():
                    self._first_offers.pop(action.call, None)
                    self._of[action.queue].left(action.waited.total_seconds(), given_up=False)
                case _:
                    pass

    def _wrapped_up(self, change: PresenceChanged) -> None:
        queue = self._wraps_up_for.pop(change.agent, None)
        if queue is not None:
            length = (change.now.since_at - change.was.since_at).total_seconds()
            self._of[queue].wraps.add(length)
            self._of_all.wraps.add(length)
