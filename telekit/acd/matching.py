"""Bring calls and agents together: calls in the order of the line, each with its best free agent."""

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heappop, heappush

from telekit.acd.crowd import NOBODY, Crowd, first_of, gather, only
from telekit.acd.eligibility import obstacle
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall, Tier
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Precedence, Waiting
from telekit.domain.names import AgentName, QueueName
from telekit.domain.queue import RUNG_AT_ONCE, Strategy

REFUSALS = 24
"""So many agents who turn out not to be free after all are met before the rest is left for the next look.

It happens only while thousands of agents change at one moment, whose changes are worked off in small parts.
"""

Candidate = tuple[Precedence, int, Waiting, Seat | None]


class Matching:
    """Finds who is to be offered which call.

    After each run nobody who is ready could serve a call that stands in line. So the next run need only look at calls
    that began to stand since, and at the first call in line for each agent who became ready since: the outcome is that
    of going through the whole line and giving each call its best free agent.
    """

    def __init__(self, floor: Floor, room: Room, offer: Callable[[Waiting, Seat, Tier, datetime], None]) -> None:
        self._floor = floor
        self._room = room
        self._offer = offer
        self._refusals = 0
        self._serial = 0

    @property
    def gave_up(self) -> bool:
        """Say whether the last run left something for the next look."""
        return self._refusals > REFUSALS

    def run(self, now: datetime) -> None:
        """Make every offer that can be made."""
        candidates: list[Candidate] = []
        unmatched, freed = list(self._room.unmatched), list(self._floor.freed)
        self._room.unmatched.clear()
        self._floor.freed.clear()
        self._refusals = 0
        if not self._room.calls:
            return
        if len(unmatched) == 1 and not freed:
            candidates.append(((0.0, now, 0), 0, unmatched[0], None))  # alone, it needs no comparing
        else:
            for waiting in unmatched:
                self._add(candidates, waiting.precedence(now), waiting, None)
            for seat in freed:
                self._nominate(seat, candidates, now)
        while candidates:
            _, _, waiting, by = heappop(candidates)
            chosen = self.choose(waiting, now) if waiting.lines else None
            if self.gave_up:
                self._leave_for_later([(waiting, by), *((left, whose) for _, _, left, whose in candidates)])
                break
            if chosen is not None:
                self._offer(waiting, *chosen, now)
                if chosen[1].strategy is Strategy.RING_ALL and waiting.held_for is None and waiting.callback is None:
                    self._ring_beside(waiting, *chosen, now)
            if by is not None and by.ready:
                self._nominate(by, candidates, now, but=waiting)

    def choose(self, waiting: Waiting, now: datetime) -> tuple[Seat, Tier] | None:
        """Give the best free agent for a call, with the tier that makes them eligible.

        For a call that is held for one agent that is nobody else.
        Tier by tier, in the order of each tier's strategy; then, when only agents are free who missed this very call,
        the one whose miss lies furthest back.
        """
        hall = waiting.hall
        if not self._free(hall):
            return None
        if waiting.held_for is not None:
            return self._among((waiting.held_for,), waiting, now)
        missed = self._missed(waiting) if waiting.missed else NOBODY
        tiers = hall.stage(waiting).tiers
        for tier in tiers:
            crowd = tier.pool.able & self._free(hall)
            if missed:
                crowd &= ~missed
            while crowd:
                number = self._first(tier, crowd, hall)
                seat = self._floor.seats[number]
                if self._may(seat, tier, hall, now):
                    return seat, tier
                crowd ^= only(number)
        return self._among(waiting.missed, waiting, now) if missed and missed & self._free(hall) else None

    def first(self, queue: QueueName, eligible: Iterable[AgentName]) -> tuple[AgentName, ...]:
        """Name whom of these a call that comes to a queue now rings first: one, or with `ring-all` several."""
        hall = self._room.halls[queue]
        tier, seats = hall.stages[0].tiers[0], map(self._floor.seat, eligible)
        crowd = tier.pool.able & self._free(hall) & gather(seat.number for seat in seats if seat is not None)
        most = RUNG_AT_ONCE if tier.strategy is Strategy.RING_ALL else 1
        names: list[AgentName] = []
        while crowd and len(names) < most:
            number = self._first(tier, crowd, hall)
            crowd ^= only(number)
            names.append(self._floor.seats[number].name)
        return tuple(names)

    def _among(self, names: Iterable[AgentName], waiting: Waiting, now: datetime) -> tuple[Seat, Tier] | None:
        """Give the first of these agents who may be offered a call."""
        for name in names:
            seat = self._floor.seat(name)
            if seat is not None and seat.ready:
                for tier in waiting.hall.stage(waiting).tiers:
                    if tier.pool.able & only(seat.number) and self._may(seat, tier, waiting.hall, now):
                        return seat, tier
        return None

    def _ring_beside(self, waiting: Waiting, seat: Seat, tier: Tier, now: datetime) -> None:
        """Let all the others ring too whom this strategy lets ring with the one chosen first.

        They are those of the same tier, and of the tiers after it for as long as these ring all as well. Again those
        who missed the call are rung when only they are free.
        """
        hall, missed = waiting.hall, self._missed(waiting)
        spared = NOBODY if missed & only(seat.number) else missed
        tiers = hall.stage(waiting).tiers
        for each in tiers[tiers.index(tier) :]:
            if each.strategy is not Strategy.RING_ALL:
                return
            crowd = each.pool.able & self._free(hall) & ~spared
            while crowd and len(waiting.ringing) < RUNG_AT_ONCE and not self.gave_up:
                number = self._first(each, crowd, hall)
                crowd ^= only(number)
                if self._may(self._floor.seats[number], each, hall, now):
                    self._offer(waiting, self._floor.seats[number], each, now)
                crowd &= self._floor.ready

    def _free(self, hall: Hall) -> Crowd:
        """Give who is free for calls of a queue; it changes while agents are asked."""
        return self._floor.ready & self._floor.on_duty(hall.queue.last_offer)

    def _may(self, seat: Seat, tier: Tier, hall: Hall, now: datetime) -> bool:
        """Ask the seat itself, at this very moment: the crowds are only a hint."""
        if self.gave_up:
            return False
        self._floor.advance(seat, now)
        if obstacle(seat, tier.pool.requirement, hall.queue.last_offer, now) is None:
            return True
        self._floor.refresh(seat, now)
        self._refusals += 1
        return False

    def _first(self, tier: Tier, crowd: Crowd, hall: Hall) -> int:
        match tier.strategy:
            case Strategy.LONGEST_IDLE | Strategy.RING_ALL | Strategy.FEWEST_CALLS | Strategy.LEAST_SKILLED:
                return self._floor.rankings.first(tier.strategy, crowd)
            case Strategy.MOST_SKILLED:
                return tier.pool.most_skilled().first(crowd)
            case Strategy.ROUND_ROBIN:
                return self._next_in_turn(crowd, hall)
            case Strategy.FIXED:
                return first_of(crowd)

    def _next_in_turn(self, crowd: Crowd, hall: Hall) -> int:
        last = self._floor.seat(hall.last_offered) if hall.last_offered is not None else None
        if last is None or last.left:
            return first_of(crowd)
        after = crowd >> last.number + 1
        return first_of(after) + last.number + 1 if after else first_of(crowd)

    def _missed(self, waiting: Waiting) -> Crowd:
        crowd = NOBODY
        for name in waiting.missed:
            seat = self._floor.seat(name)
            if seat is not None and not seat.left:
                crowd |= only(seat.number)
        return crowd

    def _nominate(self, seat: Seat, candidates: list[Candidate], now: datetime, but: Waiting | None = None) -> None:
        """Add the first call in line for an agent, unless it is the one that was just looked at."""
        best = self._room.first_for(seat, lambda last_offer: self._floor.is_open(seat, last_offer), now)
        if best is not None and best[1] is not but:
            self._add(candidates, *best, seat)

    def _add(self, candidates: list[Candidate], precedence: Precedence, waiting: Waiting, by: Seat | None) -> None:
        self._serial += 1
        heappush(candidates, (precedence, self._serial, waiting, by))

    def _leave_for_later(self, rest: list[tuple[Waiting, Seat | None]]) -> None:
        for waiting, by in rest:
            if by is not None and by.ready:
                self._floor.freed[by] = None
            elif by is None and waiting.lines:
                self._room.unmatched[waiting] = None
