"""How long a call will still wait: its line is imagined a number of times, and the middle of what comes is told.

Each time every agent who could serve the call, or a call before it, finishes what they are doing after a length that
agents really took; whoever is free takes the first call in line that they may. So it counts who can serve which call,
which shifts begin and end meanwhile, and to whom a call widens as it waits. There is no chance in it: the shares at
which the lengths are read are the same each time, so the same line gives the same estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from heapq import heapify, heappop, heappush
from math import inf, log

from telekit.acd.crowd import NOBODY, Crowd, first_of, only
from telekit.acd.experience import Habits, Lengths

TIMES = 32
"""How often a short line is imagined."""

LEAST_TIMES = 8
"""How often a long one is: the longer, the less it varies."""

EFFORT = 1_200
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

        That is when enough conversations were seen, and the middle half of what may come is no wider than the wait
        itself, or than a minute.
        """
        return self.conversations >= ENOUGH and self.most - self.least <= max(self.wait, CLOSE)


@dataclass(slots=True)
class Busy:
    """One agent and what they have to do before they are free; all in seconds from now on."""

    until: float = 0.0
    """Certain not to be free before."""
    rings: Habits | None = None
    """Whose phone rings for a call of this kind: a pickup, a conversation and a wrap-up are ahead."""
    talks: Habits | None = None
    """Who talks: the rest of a conversation and a wrap-up are ahead."""
    lasted: float = 0.0
    """For how long it has rung or they have talked."""
    wrap_up: float = 0.0
    """By the rules, after this conversation; for as long as too few wrap-ups were seen."""
    ends: float = inf
    """When the last call may be offered to them."""


@dataclass(slots=True)
class Ahead:
    """One call in line; the call itself is the last of them."""

    able: Crowd
    """Who may be offered it now: places among the agents."""
    later: Sequence[tuple[float, Crowd]]
    """Who instead from so many seconds on."""
    habits: Habits
    wrap_up: float
    """By the rules; for as long as too few wrap-ups were seen."""
    leaves: float = inf
    """When its queue sends it away."""


def imagine_wait(agents: Sequence[Busy], line: Sequence[Ahead]) -> list[float]:
    """Give the waits, in seconds and sorted, that the last call of a line may have; infinite if it is not served."""
    size = len(agents) + len(line)
    times = max(LEAST_TIMES, min(TIMES, EFFORT // max(size, 1)))
    return sorted(_imagine(agents, line, _Shares(turn, times)) for turn in range(times))


def quantile(ordered: Sequence[float], share: float) -> float:
    """Read a share off sorted values."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    if ordered[high] == inf:
        return ordered[low] if place == low else inf
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


class _Shares:
    """Shares between 0 and 1: of one place, each part of the whole comes up in one of the turns."""

    __slots__ = ("_place", "_times", "_turn")

    def __init__(self, turn: int, times: int) -> None:
        self._turn = turn
        self._times = times
        self._place = 0

    def next(self) -> float:
        self._place += 1
        row = _ROWS[self._place % len(_ROWS)]
        slot = row[(self._turn * TIMES // self._times + self._place // len(_ROWS)) % TIMES]
        return (slot + 0.5) / TIMES


def _imagine(agents: Sequence[Busy], line: Sequence[Ahead], shares: _Shares) -> float:
    moments: list[tuple[float, int]] = []
    """When which agent is free; from `len(agents)` on, when which call widens."""
    for place, agent in enumerate(agents):
        free = _free_after(agent, shares)
        if free < agent.ends and free < HORIZON:
            moments.append((free, place))
    able = [call.able for call in line]
    leaves = [_leaves(call, shares) for call in line[:-1]]
    leaves.append(inf)
    widening = [(place, step) for place, call in enumerate(line) for step in call.later if step[0] < HORIZON]
    moments += [(at, len(agents) + number) for number, (_, (at, _)) in enumerate(widening)]
    heapify(moments)
    waiting = list(range(len(line)))
    last = len(line) - 1
    idle = NOBODY
    while moments:
        at, which = heappop(moments)
        if which >= len(agents):
            place, (_, crowd) = widening[which - len(agents)]
            able[place] = crowd
            free = idle & crowd
            if not free or place not in waiting:
                continue
            which = first_of(free)
            idle ^= only(which)
            if at >= agents[which].ends:
                continue
        bit = only(which)
        taken = -1
        for order, place in enumerate(waiting):
            if able[place] & bit and leaves[place] > at:
                taken = place
                del waiting[order]
                break
        if taken < 0:
            idle |= bit
            continue
        call = line[taken]
        answered = at + _drawn(call.habits.pickups, shares)
        if taken == last:
            return answered
        free_at = answered + _drawn(call.habits.talks, shares) + _wrap(call.habits, call.wrap_up, shares)
        if free_at < agents[which].ends and free_at < HORIZON:
            heappush(moments, (free_at, which))
    return inf


def _free_after(agent: Busy, shares: _Shares) -> float:
    free = agent.until
    if agent.rings is not None:
        habits = agent.rings
        free += _drawn(habits.pickups, shares, agent.lasted)
        free += _drawn(habits.talks, shares) + _wrap(habits, agent.wrap_up, shares)
    elif agent.talks is not None:
        free += _drawn(agent.talks.talks, shares, agent.lasted) + _wrap(agent.talks, agent.wrap_up, shares)
    return free


def _drawn(lengths: Lengths, shares: _Shares, lasted: float = 0.0) -> float:
    return lengths.rest(lasted, shares.next()) if lengths else 0.0


def _wrap(habits: Habits, by_rule: float, shares: _Shares) -> float:
    return habits.wraps.rest(0.0, shares.next()) if len(habits.wraps) >= ENOUGH else by_rule


def _leaves(call: Ahead, shares: _Shares) -> float:
    impatience = call.habits.impatience
    given_up = -log(1.0 - shares.next()) / impatience if impatience > 0.0 else inf
    return min(call.leaves, given_up)


def _shuffled_rows() -> tuple[tuple[int, ...], ...]:
    """Shuffle the numbers up to `TIMES` many times over.

    Source: D. Knuth, The Art of Computer Programming, vol. 2, 3.4.2, algorithm P, with the generator MMIX (3.3.4).
    """
    state, rows = 1, []
    for _ in range(251):
        row = list(range(TIMES))
        for end in range(TIMES - 1, 0, -1):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            other = (state >> 33) % (end + 1)
            row[end], row[other] = row[other], row[end]
        rows.append(tuple(row))
    return tuple(rows)


_ROWS = _shuffled_rows()
