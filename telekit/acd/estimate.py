"""How long a call will still wait: its line is imagined a number of times, and the middle of what comes is told.

Each time every agent who could serve the call, or a call before it, finishes what they are doing after a length that
agents really took; whoever is free takes the first call in line that they may. So it counts who can serve which call,
which shifts begin and end meanwhile, to whom a call widens as it waits, and who comes later and goes before. There is
no chance in it: the shares at which the lengths are read are the same each time, so the same line gives the same
estimate.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from heapq import heapify, heappop, heappush
from itertools import chain, repeat
from math import inf, log

from telekit.acd.crowd import NOBODY, Crowd, first_of, only
from telekit.acd.experience import Lengths

TIMES = 32
"""How often a short line is imagined."""

LEAST_TIMES = 8
"""How often a long one is: the longer, the less it varies."""

EFFORT = 2_400
"""Agents and calls to be imagined in all, more or less."""

HORIZON = 7_200.0
"""Seconds; who is not served within is not served."""

ENOUGH = 20
"""Conversations of a queue from which on its calls' lengths are known well enough."""

CLOSE = timedelta(seconds=60)
"""A spread up to this is always known well enough."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a call will still wait, from now on until its agent answers."""

    wait: timedelta
    """As many imagined waits are shorter as are longer."""
    least: timedelta
    most: timedelta
    """A quarter of the imagined waits are shorter than `least`, a quarter are longer than `most`."""
    conversations: int
    """From how many of the queue's conversations it was worked out."""

    @property
    def known_well(self) -> bool:
        """Say whether it may be told to a caller.

        That is when enough conversations were seen, and the middle half of what may come is no wider than half of the
        wait, or than a minute: the wait that comes is as likely as not within a quarter of it, or half a minute.
        """
        return self.conversations >= ENOUGH and self.most - self.least <= max(self.wait / 2, CLOSE)


@dataclass(frozen=True, slots=True)
class Busy:
    """One agent and what they have to do before they are free; all in seconds from now on."""

    until: float = 0.0
    """What is certain of it; of more that is not, the rest comes after."""
    lengths: Sequence[float] = (0.0,)
    """How long the rest may last, sorted."""
    lasted: float = 0.0
    """How much of these lengths has passed already."""
    ends: float = inf
    """When the last call may be offered to them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One call of the line, or such calls as will come."""

    able: Crowd
    """Who may be offered it now: places among the agents."""
    later: Sequence[tuple[float, Crowd]]
    """Who instead from so many seconds on."""
    pickups: Sequence[float]
    """How long it may take from the first offer to the answer, sorted."""
    talks: Sequence[float]
    """How long the conversation may take, sorted."""
    wrap_up: float
    impatience: float = 0.0
    """How many such callers give up in a second."""
    leaves: float = inf
    """When its queue sends it away."""


@dataclass(frozen=True, slots=True)
class Overtakers:
    """Calls that will come later and go before."""

    such: Caller
    every: float
    """Seconds from one to the next, on average."""
    until: float = inf
    """From when on none goes before any more."""


def imagine_wait(agents: Sequence[Busy], line: Sequence[Caller], overtakers: Sequence[Overtakers] = ()) -> list[float]:
    """Give the waits, in seconds and sorted, that the last call of a line may have; infinite if it is not served."""
    times = max(LEAST_TIMES, min(TIMES, EFFORT // (len(agents) + len(line))))
    turns = range(0, TIMES, TIMES // times)
    return sorted(_Imagined(agents, line, overtakers, turn).wait() for turn in turns)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Read a share off sorted values."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    if ordered[high] == inf:
        return ordered[low] if place == low else inf
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def read(lengths: Lengths, lasted: float = 0.0) -> tuple[Sequence[float], float]:
    """Give the lengths that something may have that has lasted so long, and how much of them has passed."""
    longer = lengths.longer_than(lasted)
    return (longer, lasted) if longer else ([lengths.mean * way for way in _MEMORYLESS], 0.0)


class _Imagined:
    """One line, imagined once.

    What comes next is an agent who is free (by place), then a call that widens, then a call that comes and goes before
    (both counted on from the agents).
    """

    def __init__(
        self, agents: Sequence[Busy], line: Sequence[Caller], overtakers: Sequence[Overtakers], turn: int
    ) -> None:
        self._agents = agents
        self._overtakers = overtakers
        self._last = len(line) - 1
        self._calls = list(line)
        self._share = share = _shares(turn)
        self._able = [call.able for call in line]
        self._leaves = [_leaves(call, 0.0, share()) for call in line]
        self._leaves[-1] = inf
        self._waiting = list(range(len(line)))
        self._idle = NOBODY
        self._widening = [(place, *step) for place, call in enumerate(line) if call.later for step in call.later]
        moments = [
            (free, place)
            for place, agent in enumerate(agents)
            if (free := agent.until + agent.lengths[int(share() * len(agent.lengths))] - agent.lasted) < agent.ends
        ]
        first = len(agents)
        moments += [(at, first + number) for number, (_, at, _) in enumerate(self._widening)]
        first += len(self._widening)
        moments += [(_wait_for(each, share()), first + number) for number, each in enumerate(overtakers)]
        heapify(moments)
        self._moments = moments

    def wait(self) -> float:
        """Let time pass until the last call is served; give when it is."""
        agents, moments = self._agents, self._moments
        while moments:
            at, which = heappop(moments)
            if at >= HORIZON:
                return inf
            if which >= len(agents):
                freed = self._happens(at, which - len(agents))
                if freed is None:
                    continue
                which = freed
            place = self._first_for(which, at)
            if place is None:
                self._idle |= only(which)
                continue
            call, share = self._calls[place], self._share
            answered = at + call.pickups[int(share() * len(call.pickups))]
            if place == self._last:
                return answered
            free = answered + call.talks[int(share() * len(call.talks))] + call.wrap_up
            if free < agents[which].ends:
                heappush(moments, (free, which))
        return inf

    def _first_for(self, agent: int, at: float) -> int | None:
        """Take the first call out of the line that an agent may have."""
        bit, able, leaves = only(agent), self._able, self._leaves
        for order, place in enumerate(self._waiting):
            if able[place] & bit and leaves[place] > at:
                del self._waiting[order]
                return place
        return None

    def _happens(self, at: float, what: int) -> int | None:
        """Let a call widen, or one come that goes before; give an idle agent who can take it."""
        if what < len(self._widening):
            place, _, crowd = self._widening[what]
            self._able[place] = crowd
            if place not in self._waiting:
                return None
        else:
            crowd = self._comes(at, what - len(self._widening))
        free = self._idle & crowd
        while free:
            agent = first_of(free)
            free ^= only(agent)
            self._idle ^= only(agent)
            if at < self._agents[agent].ends:
                return agent
        return None

    def _comes(self, at: float, number: int) -> Crowd:
        overtakers = self._overtakers[number]
        if at >= overtakers.until:
            return NOBODY
        first = len(self._agents) + len(self._widening)
        heappush(self._moments, (at + _wait_for(overtakers, self._share()), first + number))
        self._waiting.insert(0, len(self._calls))
        self._calls.append(overtakers.such)
        self._able.append(overtakers.such.able)
        self._leaves.append(_leaves(overtakers.such, at, self._share()))
        return overtakers.such.able


def _leaves(call: Caller, at: float, share: float) -> float:
    given_up = at - log(1.0 - share) / call.impatience if call.impatience > 0.0 else inf
    return min(at + call.leaves, given_up)


def _wait_for(overtakers: Overtakers, share: float) -> float:
    return -log(1.0 - share) * overtakers.every


def _shares(turn: int) -> Callable[[], float]:
    """Give shares between 0 and 1 without end: the n-th of all turns together are spread evenly."""
    return chain.from_iterable(repeat(_TURNS[turn])).__next__


def _shuffled_rows(count: int) -> Iterator[list[int]]:
    """Shuffle the numbers up to `TIMES` many times over.

    Source: D. Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm P, with the generator MMIX (3.3.4).
    """
    state = 1
    for _ in range(count):
        row = list(range(TIMES))
        for end in range(TIMES - 1, 0, -1):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            other = (state >> 33) % (end + 1)
            row[end], row[other] = row[other], row[end]
        yield row


_TURNS = tuple(zip(*([(slot + 0.5) / TIMES for slot in row] for row in _shuffled_rows(997)), strict=True))
_MEMORYLESS = tuple(-log(1.0 - (slot + 0.5) / TIMES) for slot in range(TIMES))
"""Of something that may end at any moment, the lengths in units of their mean."""
