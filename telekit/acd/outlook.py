"""What a waiting call has to expect: its place in the line of those who can serve it, and how long it will still wait.

Nothing here changes anything, and nothing is kept but what was learnt, so it costs only whoever asks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import inf

from telekit.acd.crowd import NOBODY, Crowd, gather, numbers_in
from telekit.acd.estimate import HORIZON, Estimate, imagine_wait, quantile
from telekit.acd.experience import Experience, Rate
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall
from telekit.acd.room import Room
from telekit.acd.scene import Scene, able_at, union
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.agent import Login

MOST_AGENTS = 80
MOST_AHEAD = 80
"""Of more agents, or more calls ahead, every second is imagined, or every third and so on, of both alike."""

MOST_COMPARED = 4 * MOST_AHEAD
"""Of more calls ahead only some are asked how far they concern the same agents."""

MOST_TOGETHER = 160
"""Up to so many agents, all who could serve a call ahead are imagined, not only who could serve the call itself."""

COMING = timedelta(minutes=30)
"""How far ahead shifts that start are looked for."""

COMING_FOR = timedelta(minutes=1)
"""How long that is remembered."""

SOON = timedelta(minutes=1)
"""Whoever goes within that is not counted on."""


Part = Callable[[Hall], float]
"""Which part of a queue's calls."""


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

    def is_served_in_time(self, waiting: Waiting, now: datetime) -> bool:
        """Say whether a caller who would wait for ever is served while somebody who may serve them is there.

        It is so when three quarters of what is imagined says so, in two hours at most; where too little is known to
        imagine it, when somebody is there for a minute more.
        """
        hall = waiting.hall
        there = self._floor.on_duty(hall.queue.last_offer) | self._who_comes(now)
        able = union(hall.stage(waiting).reach) & there
        until_at = now + hall.queue.last_offer + SOON
        if not any(_is_there_until(self._floor.seats[number], until_at) for number in numbers_in(able)):
            return False
        waits, _ = self._imagined(waiting, list(self._ahead(waiting, there, now)), there, now)
        return not waits or quantile(waits, 0.75) < inf

    def _ahead(self, waiting: Waiting, there: Crowd, now: datetime) -> Iterator[Waiting]:
        """Give the calls before this one that somebody there who may serve it may serve too, in no order.

        Now or later: so a call's place does not fall back as it or another one widens.
        """
        precedence, able = waiting.precedence(now), union(waiting.hall.stage(waiting).reach) & there
        for hall in self._room.halls.values():
            calls = hall.calls
            if not calls or not (hall is waiting.hall or self._reach(hall) & able):
                continue
            if hall.queue.ages:
                yield from (other for other in calls.values() if other.precedence(now) < precedence)
            else:  # the same, without a question for each of what may be thousands
                yield from (o for o in calls.values() if (-o.priority, o.came_at, o.number) < precedence)

    def _reach(self, hall: Hall) -> Crowd:
        """Give whom a queue's calls may be offered to, now or later."""
        reach = self._reaches.get(hall)
        if reach is None:
            reach = self._reaches[hall] = union(hall.stages[0].reach)
        return reach

    def _estimate(self, waiting: Waiting, ahead: Sequence[Waiting], there: Crowd, now: datetime) -> Estimate | None:
        waits, leaves = self._imagined(waiting, ahead, there, now)
        if not waits:
            return None
        least, wait, most = (quantile(waits, share) for share in (0.25, 0.5, 0.75))
        if most == inf or most > leaves:
            return None
        conversations = len(self._experience.of(waiting.hall.queue.name).talks)
        return Estimate(_seconds(wait), _seconds(least), _seconds(most), conversations)

    def _imagined(
        self, waiting: Waiting, ahead: Sequence[Waiting], there: Crowd, now: datetime
    ) -> tuple[Sequence[float], float]:
        """Give the waits that a call may have, sorted, and when its queue sends it away; none where little is known."""
        hall = waiting.hall
        if not self._experience.of(hall.queue.name).talks:
            return (), inf
        standing = [each for each in ahead if each.offer is None]
        crowd, part = self._who_matters(waiting, standing, there)
        standing = list(_a_part_of(standing, part, -(-len(standing) // MOST_COMPARED) or 1))
        every = max(-(-crowd.bit_count() // MOST_AGENTS), -(-len(standing) // MOST_AHEAD), 1)
        seats = [self._floor.seats[number] for number in islice(numbers_in(crowd), every // 2, None, every)]
        seats = [seat for seat in seats if _can_be_rung(seat)]
        before = sorted(standing[every // 2 :: every][: len(standing) // every], key=lambda each: each.precedence(now))
        scene = Scene(self._experience, seats, hall.queue.last_offer, now)
        agents = [scene.agent(seat) for seat in seats]
        line = [scene.caller(each) for each in (*before, waiting)]
        overtakers = [
            scene.overtakers(rival, rate, until, every / part(rival))
            for rival, rate, until in self._overtakers(waiting, crowd)
        ]
        return imagine_wait(agents, line, [each for each in overtakers if each.every < HORIZON]), line[-1].leaves

    def _who_matters(self, waiting: Waiting, standing: Sequence[Waiting], there: Crowd) -> tuple[Crowd, Part]:
        """Give the agents to imagine, and for a queue which part of its calls is to be imagined with them.

        All who could serve the call or one before it, if they are not too many; else only who could serve the call, and
        of each other queue as many calls as it has of its agents among these.
        """
        own = together = union(waiting.hall.stage(waiting).reach) & there
        for hall in {each.hall: None for each in standing}:
            together |= self._reach(hall) & there
            if together.bit_count() > MOST_TOGETHER:
                break
        else:
            return together, lambda _: 1.0

        def part(hall: Hall) -> float:
            reach = self._reach(hall)
            return (reach & own).bit_count() / max((reach & there).bit_count(), 1)

        return own, part

    def _overtakers(self, waiting: Waiting, crowd: Crowd) -> Iterator[tuple[Hall, Rate, timedelta | None]]:
        """Give of which queues calls with a higher priority come that this one's agents could serve, and how often.

        With each the time from which on this call goes before them too; None for never.
        """
        ages = waiting.hall.queue.ages
        able = union(waiting.hall.stage(waiting).reach) & crowd
        for queue, priority, rate in islice(self._experience.coming_above(waiting.priority), MOST_AHEAD):
            hall = self._room.halls.get(queue)
            if hall is not None and able_at(hall.stages[0]) & able:
                yield hall, rate, (priority - waiting.priority) * ages if ages else None

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


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=round(count, 3))


def _is_there_until(seat: Seat, at: datetime) -> bool:
    """Say whether an agent who is there, or soon comes, still is then."""
    return seat.off_at is None or seat.off_at > at


def _logs_in(seat: Seat) -> bool:
    """Say whether an agent will be logged in when the shift starts, as far as known now."""
    return seat.logged_in or seat.agent.login is Login.ROSTER


def _can_be_rung(seat: Seat) -> bool:
    """Say whether somebody on shift takes calls, and whether somebody else will as soon as the shift starts."""
    return seat.pause is None and (bool(seat.talks) or seat.offer is not None or seat.usable_handset() is not None)


def _a_part_of(calls: Sequence[Waiting], part: Part, every: int) -> Iterator[Waiting]:
    """Give of each queue's calls about this part, evenly; only each `every`-th is looked at, and stands for all."""
    parts: dict[Hall, float] = {}
    due = 0.5
    for call in calls[every // 2 :: every]:
        share = parts.get(call.hall)
        if share is None:
            share = parts[call.hall] = part(call.hall)
        due += share * every
        while due >= 1.0:
            due -= 1.0
            yield call
