"""The orders among free agents, as far as the rules ask for them."""

from collections.abc import Callable, Iterable

from telekit.acd.crowd import Crowd
from telekit.acd.line import EPOCH
from telekit.acd.ranking import Ranking
from telekit.acd.seat import Seat
from telekit.acd.waiting import MICROSECOND
from telekit.domain.queue import Strategy


def _idle_since(seat: Seat) -> int:
    return (seat.idle_at - EPOCH) // MICROSECOND


RANKS: dict[Strategy, Callable[[Seat], int]] = {
    Strategy.LONGEST_IDLE: _idle_since,
    Strategy.FEWEST_CALLS: lambda seat: seat.calls,
    Strategy.LEAST_SKILLED: lambda seat: sum(seat.agent.skills.values()),
}
"""What agents are ranked by, the lowest first, where that is the same for every queue."""


class Rankings:
    """Who is free, ranked in each of these orders."""

    def __init__(self, asked: Iterable[Strategy]) -> None:
        """Keep the orders that strategies ask for; for some none is needed."""
        orders = {Strategy.LONGEST_IDLE if each is Strategy.RING_ALL else each for each in asked}
        self._by_strategy: dict[Strategy, Ranking] = {each: Ranking() for each in RANKS if each in orders}
        self._ranked = tuple((ranking, RANKS[each]) for each, ranking in self._by_strategy.items())
        if Strategy.LONGEST_IDLE in self._by_strategy:
            self._by_strategy[Strategy.RING_ALL] = self._by_strategy[Strategy.LONGEST_IDLE]

    def place(self, seat: Seat) -> None:
        """Rank an agent who became free."""
        for ranking, rank in self._ranked:
            ranking.place(seat.number, rank(seat))

    def remove(self, seat: Seat) -> None:
        """Take out an agent who is free no more."""
        for ranking, _ in self._ranked:
            ranking.remove(seat.number)

    def first(self, strategy: Strategy, crowd: Crowd) -> int:
        """Give who of this crowd comes first by a strategy."""
        return self._by_strategy[strategy].first(crowd)
