"""One waiting call's line as it is to be imagined: the living agents and calls, with what experience says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from telekit.acd.crowd import NOBODY, Crowd, gather, only
from telekit.acd.estimate import Busy, Caller, Overtakers, read
from telekit.acd.experience import Experience, Lengths, Rate
from telekit.acd.hall import Hall, Stage
from telekit.acd.pool import Pool
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.names import QueueName
from telekit.roster.block import FOREVER


class Scene:
    """The agents and calls of one line as they are imagined: agents are told by their places among these."""

    def __init__(self, experience: Experience, seats: Sequence[Seat], last_offer: timedelta, now: datetime) -> None:
        """Take who is imagined; `last_offer` is that of the queue whose call is asked about."""
        self._experience = experience
        self._last_offer = last_offer
        self._places = {seat.number: place for place, seat in enumerate(seats)}
        self._names = {seat.name: only(place) for place, seat in enumerate(seats)}
        self._now = now
        self._crowds: dict[int, Crowd] = {}
        """By the identity of the stage."""
        self._usual: dict[QueueName, Caller] = {}

    def agent(self, seat: Seat) -> Busy:
        """Tell an agent: what they have to do before they are free."""
        now = self._now
        ends = inf
        if seat.off_at is not None and seat.off_at < FOREVER:
            ends = (seat.off_at - self._last_offer - now).total_seconds()
        if seat.talks:
            talk = min(seat.talks.values(), key=lambda each: each.since_at)
            queue = talk.queue.name if talk.queue is not None else None
            wrap_up = self._experience.of(queue).wrap_up(talk.queue.wrap_up) if talk.queue is not None else 0.0
            lengths, lasted = read(self._talks(queue), (now - talk.since_at).total_seconds())
            return Busy(wrap_up, lengths, lasted, ends)
        if seat.offer is not None:
            habits = self._experience.of(seat.offer.queue.name)
            rest = max(habits.pickups.middle - (now - seat.offer.started_at).total_seconds(), 0.0)
            if seat.offer is not seat.offer.waiting.offer:  # of all whose phones ring for it, one will talk
                return Busy(rest, ends=ends)
            rest += habits.wrap_up(seat.offer.queue.wrap_up)
            return Busy(rest, read(self._talks(seat.offer.queue.name))[0], 0.0, ends)
        if seat.engaged():
            lengths, lasted = read(self._experience.of(None).talks, (now - seat.presence.since_at).total_seconds())
            return Busy(0.0, lengths, lasted, ends)
        free_at = seat.change_at if seat.off_at is None else None
        moments = [at for at in (free_at, seat.wrap_until_at, seat.skip_until_at) if at is not None]
        return Busy(max((max(moments, default=now) - now).total_seconds(), 0.0), ends=ends)

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
        if waiting.rests_until is not None and waiting.rests_until > now:
            rested = (waiting.rests_until - now).total_seconds()
            then = [crowd for after, crowd in later if after <= rested]
            later = [(rested, then[-1] if then else able), *(step for step in later if step[0] > rested)]
            able = NOBODY
        usual = self._usual_of(hall)
        if waiting.callback is not None:
            return replace(usual, able=able, later=later, impatience=0.0)
        exits = [exit_.after for exit_ in hall.queue.exits if exit_.after > waiting.exited]
        leaves = (waiting.entered_at + exits[0] - now).total_seconds() if exits else inf
        return replace(usual, able=able, later=later, leaves=leaves)

    def overtakers(self, hall: Hall, rate: Rate, until: timedelta | None, every: float) -> Overtakers:
        """Tell the calls that will come to a queue; only one of `every` is imagined."""
        such = self._usual_of(hall)
        return Overtakers(such, rate.every(self._now) * every, until.total_seconds() if until is not None else inf)

    def _usual_of(self, hall: Hall) -> Caller:
        queue = hall.queue
        usual = self._usual.get(queue.name)
        if usual is None:
            habits = self._experience.of(queue.name)
            usual = self._usual[queue.name] = Caller(
                self._crowd(hall.stages[0]),
                (),
                read(habits.pickups)[0],
                read(self._talks(queue.name))[0],
                habits.wrap_up(queue.wrap_up),
                habits.impatience,
            )
        return usual

    def _talks(self, queue: QueueName | None) -> Lengths:
        """Give the conversations of a queue; of all, where none of its own was seen yet."""
        return self._experience.of(queue).talks or self._experience.of(None).talks

    def _crowd(self, stage: Stage) -> Crowd:
        crowd = self._crowds.get(id(stage))
        if crowd is None:
            able = able_at(stage)
            bits = able.to_bytes(able.bit_length() // 8 + 1, "little")
            most = len(bits) * 8
            crowd = self._crowds[id(stage)] = gather(
                place
                for number, place in self._places.items()
                if number < most and bits[number >> 3] >> (number & 7) & 1
            )
        return crowd


def able_at(stage: Stage) -> Crowd:
    """Give who may be offered a call at a stage, whatever they are doing."""
    return union(tier.pool for tier in stage.tiers)


def union(pools: Iterable[Pool]) -> Crowd:
    """Give everybody in one of some pools."""
    crowd = NOBODY
    for pool in pools:
        crowd |= pool.able
    return crowd
