"""What a waiting call has to expect: its place in the line of those who can serve it, and how long it will still wait.

Nothing here changes anything, and nothing is kept but what was learnt, so it costs only whoever asks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from math import inf

from telekit.acd.crowd import NOBODY, Crowd, gather, numbers_in, only
from telekit.acd.estimate import HORIZON, Busy, Caller, Estimate, Overtakers, imagine_wait, quantile, read
from telekit.acd.experience import Experience, Rate
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall, Stage
from telekit.acd.pool import Pool
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.agent import Login
from telekit.domain.names import QueueName
from telekit.roster.block import FOREVER

MOST_AGENTS = 80
MOST_AHEAD = 80
"""Of more agents, or more calls ahead, every second is imagined, or every third and so on, of both alike."""

COMING = timedelta(minutes=30)
"""How far ahead shifts that start are looked for."""

COMING_FOR = timedelta(minutes=1)
"""How long that is remembered."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one waiting call has to expect."""

    position: int
    """1 for the call that is next."""
    estimate: Estimate | None
    """None where it cannot be worked out: nobody who could serve the call is there or comes soon."""


class Outlooks:
    """Works out outlooks from the living floor and room."""

    def __init__(self, floor: Floor, room: Room, experience: Experience) -> None:
        self._floor = floor
        self._room = room
        self._experience = experience
        self._reaches: dict[Hall, Crowd] = {}
        self._coming: Crowd = NOBODY
        self._coming_until: datetime | None = None

    def forget(self) -> None:
        """Forget what another plan makes wrong."""
        self._reaches.clear()
        self._coming_until = None

    def of(self, waiting: Waiting, now: datetime) -> Outlook:
        """Work out what a call has to expect."""
        there = self._floor.on_duty(waiting.hall.queue.last_offer)
        ahead = list(self._ahead(waiting, there, now))
        return Outlook(len(ahead) + 1, self._estimate(waiting, ahead, there | self._who_comes(now), now))

    def _ahead(self, waiting: Waiting, there: Crowd, now: datetime) -> Iterator[Waiting]:
        """Give the calls before this one that somebody there who may serve it may serve too, in no order.

        Now or later: so a call's place does not fall back as it or another one widens.
        """
        precedence, able = waiting.precedence(now), _union(waiting.hall.stage(waiting).reach) & there
        for hall in self._room.halls.values():
            if hall.calls and (hall is waiting.hall or self._reach(hall) & able):
                for other in hall.calls.values():
                    if other.precedence(now) < precedence:
                        yield other

    def _reach(self, hall: Hall) -> Crowd:
        """Give whom a queue's calls may be offered to, now or later."""
        reach = self._reaches.get(hall)
        if reach is None:
            reach = self._reaches[hall] = _union(hall.stages[0].reach)
        return reach

    def _estimate(self, waiting: Waiting, ahead: Sequence[Waiting], there: Crowd, now: datetime) -> Estimate | None:
        hall = waiting.hall
        habits = self._experience.of(hall.queue.name)
        if not habits.talks:
            return None
        standing = [each for each in ahead if each.offer is None]
        crowd = _union(hall.stage(waiting).reach)
        for beside in {each.hall: None for each in standing[:: -(-len(standing) // MOST_AHEAD) or 1]}:
            crowd |= self._reach(beside)
        crowd &= there
        every = max(-(-crowd.bit_count() // MOST_AGENTS), -(-len(standing) // MOST_AHEAD), 1)
        seats = [self._floor.seats[number] for number in islice(numbers_in(crowd), every // 2, None, every)]
        seats = [seat for seat in seats if _can_be_rung(seat)]
        before = sorted(standing[every // 2 :: every][: len(standing) // every], key=lambda each: each.precedence(now))
        scene = _Scene(self._experience, seats, now)
        agents = [self._busy(seat, hall.queue.last_offer, now) for seat in seats]
        line = [scene.caller(each) for each in (*before, waiting)]
        overtakers = [scene.overtakers(*found, every) for found in self._overtakers(waiting)]
        waits = imagine_wait(agents, line, [each for each in overtakers if each.every < HORIZON])
        least, wait, most = (quantile(waits, share) for share in (0.25, 0.5, 0.75))
        if most == inf or most > line[-1].leaves:
            return None
        return Estimate(_seconds(wait), _seconds(least), _seconds(most), len(habits.talks))

    def _overtakers(self, waiting: Waiting) -> Iterator[tuple[Hall, Rate, timedelta | None]]:
        """Give of which queues calls with a higher priority come that this one's agents could serve, and how often.

        With each the time from which on this call goes before them too; None for never.
        """
        ages, reach = waiting.hall.queue.ages, self._reach(waiting.hall)
        for queue, priority, rate in islice(self._experience.coming_above(waiting.priority), MOST_AHEAD):
            hall = self._room.halls.get(queue)
            if hall is not None and _able(hall.stages[0]) & reach:
                yield hall, rate, (priority - waiting.priority) * ages if ages else None

    def _busy(self, seat: Seat, last_offer: timedelta, now: datetime) -> Busy:
        ends = inf
        if seat.off_at is not None and seat.off_at < FOREVER:
            ends = (seat.off_at - last_offer - now).total_seconds()
        if seat.talks:
            talk = min(seat.talks.values(), key=lambda each: each.since_at)
            habits = self._experience.of(talk.queue.name if talk.queue is not None else None)
            wrap_up = habits.wrap_up(talk.queue.wrap_up) if talk.queue is not None else 0.0
            lengths, lasted = read(habits.talks, (now - talk.since_at).total_seconds())
            return Busy(wrap_up, lengths, lasted, ends)
        if seat.offer is not None:
            habits, queue = self._experience.of(seat.offer.queue.name), seat.offer.queue
            rest = max(habits.pickups.middle - (now - seat.offer.started_at).total_seconds(), 0.0)
            if seat.offer is not seat.offer.waiting.offer:  # of all whose phones ring for it, one will talk
                return Busy(rest, ends=ends)
            return Busy(rest + habits.wrap_up(queue.wrap_up), read(habits.talks)[0], 0.0, ends)
        if seat.engaged():
            lengths, lasted = read(self._experience.of(None).talks, (now - seat.presence.since_at).total_seconds())
            return Busy(0.0, lengths, lasted, ends)
        free_at = seat.change_at if seat.off_at is None else None
        moments = [at for at in (free_at, seat.wrap_until_at, seat.skip_until_at) if at is not None]
        return Busy(max((max(moments, default=now) - now).total_seconds(), 0.0), ends=ends)

    def _who_comes(self, now: datetime) -> Crowd:
        """Give whose shift starts soon; those who log in by code are not counted on before they have."""
        if self._coming_until is None or now >= self._coming_until:
            soon_at = now + COMING
            self._coming = gather(
                seat.number
                for seat in self._floor.seats
                if seat.off_at is None and seat.change_at is not None and seat.change_at <= soon_at and _logs_in(seat)
            )
            self._coming_until = now + COMING_FOR
        return self._coming


class _Scene:
    """What is imagined of the callers, told by the places of the agents who are imagined."""

    def __init__(self, experience: Experience, seats: Sequence[Seat], now: datetime) -> None:
        self._experience = experience
        self._places = {seat.number: place for place, seat in enumerate(seats)}
        self._names = {seat.name: only(place) for place, seat in enumerate(seats)}
        self._now = now
        self._crowds: dict[int, Crowd] = {}
        """By the identity of the stage."""
        self._usual: dict[QueueName, Caller] = {}

    def caller(self, waiting: Waiting) -> Caller:
        """Tell a call that waits."""
        hall, now = waiting.hall, self._now
        able = self._crowd(hall.stage(waiting))
        later = [
            ((waiting.entered_at + stage.after - now).total_seconds(), self._crowd(stage))
            for stage in hall.stages[waiting.step + 1 :]
        ]
        if waiting.held_for is not None and waiting.held_until is not None:
            free = max((waiting.held_until - now).total_seconds(), 0.0)
            then = [crowd for after, crowd in later if after <= free]
            later = [(free, then[-1] if then else able), *(step for step in later if step[0] > free)]
            able = self._names.get(waiting.held_for, NOBODY)
        exits = [exit_.after for exit_ in hall.queue.exits if exit_.after > waiting.exited]
        leaves = (waiting.entered_at + exits[0] - now).total_seconds() if exits else inf
        return replace(self._usual_of(hall), able=able, later=later, leaves=leaves)

    def overtakers(self, hall: Hall, rate: Rate, until: timedelta | None, every: int) -> Overtakers:
        """Tell the calls that will come to a queue; only each `every`-th is imagined."""
        such = self._usual_of(hall)
        return Overtakers(such, rate.every(self._now) * every, until.total_seconds() if until is not None else inf)

    def _usual_of(self, hall: Hall) -> Caller:
        queue = hall.queue
        usual = self._usual.get(queue.name)
        if usual is None:
            habits = self._experience.of(queue.name)
            talks = (habits if habits.talks else self._experience.of(None)).talks
            usual = self._usual[queue.name] = Caller(
                self._crowd(hall.stages[0]),
                (),
                read(habits.pickups)[0],
                read(talks)[0],
                habits.wrap_up(queue.wrap_up),
                habits.impatience,
            )
        return usual

    def _crowd(self, stage: Stage) -> Crowd:
        crowd = self._crowds.get(id(stage))
        if crowd is None:
            able = _able(stage)
            bits = able.to_bytes(able.bit_length() // 8 + 1, "little")
            most = len(bits) * 8
            crowd = self._crowds[id(stage)] = gather(
                place
                for number, place in self._places.items()
                if number < most and bits[number >> 3] >> (number & 7) & 1
            )
        return crowd


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=round(count, 3))


def _logs_in(seat: Seat) -> bool:
    """Say whether an agent will be logged in when the shift starts, as far as known now."""
    return seat.logged_in or seat.agent.login is Login.ROSTER


def _can_be_rung(seat: Seat) -> bool:
    """Say whether somebody on shift takes calls, and whether somebody else will as soon as the shift starts."""
    return seat.pause is None and (bool(seat.talks) or seat.offer is not None or bool(seat.usable_handsets()))


def _able(stage: Stage) -> Crowd:
    """Give who may be offered a call at a stage, whatever they are doing."""
    return _union(tier.pool for tier in stage.tiers)


def _union(pools: Iterable[Pool]) -> Crowd:
    crowd = NOBODY
    for pool in pools:
        crowd |= pool.able
    return crowd
