"""What a waiting call has to expect: its place in the line of those who can serve it, and how long it will still wait.

Nothing here changes anything, and nothing is kept but what was learnt, so it costs only whoever asks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from telekit.acd.crowd import NOBODY, Crowd, gather, numbers_in, only
from telekit.acd.estimate import Ahead, Busy, Estimate, imagine_wait, quantile
from telekit.acd.experience import Experience
from telekit.acd.floor import Floor
from telekit.acd.hall import Hall, Stage
from telekit.acd.room import Room
from telekit.acd.seat import Seat
from telekit.acd.waiting import Waiting
from telekit.domain.agent import Login
from telekit.roster.block import FOREVER

MOST_AGENTS = 96
MOST_AHEAD = 96
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
        self._rivals: dict[Hall, tuple[Hall, ...]] = {}
        self._coming: Crowd = NOBODY
        self._coming_until: datetime | None = None

    def forget(self) -> None:
        """Forget what another plan makes wrong."""
        self._rivals.clear()
        self._coming_until = None

    def of(self, waiting: Waiting, now: datetime) -> Outlook:
        """Work out what a call has to expect."""
        hall = waiting.hall
        there = self._floor.on_duty(hall.queue.last_offer)
        able = _able(hall.stage(waiting))
        ahead = sorted(self._ahead(waiting, able & there, now), key=lambda each: each.precedence(now))
        return Outlook(len(ahead) + 1, self._estimate(waiting, ahead, there | self._who_comes(now), now))

    def _ahead(self, waiting: Waiting, able: Crowd, now: datetime) -> Iterator[Waiting]:
        """Give the calls before this one that somebody who can serve it could serve too."""
        precedence = waiting.precedence(now)
        for hall in self._halls_beside(waiting.hall):
            for other in hall.calls.values():
                if other.precedence(now) < precedence and (hall is waiting.hall or _able(hall.stage(other)) & able):
                    yield other

    def _halls_beside(self, hall: Hall) -> tuple[Hall, ...]:
        """Give the queues whose calls could be served by who can serve this one's, now or later."""
        rivals = self._rivals.get(hall)
        if rivals is None:
            reach = _reach(hall)
            rivals = self._rivals[hall] = tuple(each for each in self._room.halls.values() if _reach(each) & reach)
        return rivals

    def _estimate(self, waiting: Waiting, ahead: Sequence[Waiting], there: Crowd, now: datetime) -> Estimate | None:
        habits = self._experience.of(waiting.hall.queue.name)
        if not habits.talks:
            return None
        standing = [each for each in ahead if each.offer is None]
        crowd = _reach_of(waiting) & there
        for each in standing:
            crowd |= _reach_of(each) & there
        seats = list(self._seats(crowd))
        thinned = max(-(-len(seats) // MOST_AGENTS), -(-len(standing) // MOST_AHEAD), 1)
        seats = seats[thinned // 2 :: thinned]
        places = {seat.number: place for place, seat in enumerate(seats)}
        line = [self._imagined(each, places, now) for each in (*standing[thinned // 2 :: thinned], waiting)]
        agents = [self._busy(seat, waiting.hall.queue.last_offer, now) for seat in seats]
        waits = imagine_wait(agents, line)
        least, wait, most = (quantile(waits, share) for share in (0.25, 0.5, 0.75))
        if most == inf or wait > line[-1].leaves:
            return None
        return Estimate(_seconds(wait), _seconds(least), _seconds(most), len(habits.talks))

    def _seats(self, crowd: Crowd) -> Iterator[Seat]:
        """Give who of these is there to take calls, or soon will be; of very many only some are looked at."""
        for number in numbers_in(crowd):
            seat = self._floor.seats[number]
            if seat.pause is None and (seat.talks or seat.offer is not None or seat.usable_handsets()):
                yield seat

    def _imagined(self, waiting: Waiting, places: dict[int, int], now: datetime) -> Ahead:
        hall, queue = waiting.hall, waiting.hall.queue
        later = [
            ((waiting.entered_at + stage.after - now).total_seconds(), _local(_able(stage), places))
            for stage in hall.stages[waiting.step + 1 :]
        ]
        habits = self._experience.of(queue.name)
        if not habits.talks:
            habits = self._experience.of(None)
        able = _local(_able(hall.stage(waiting)), places)
        return Ahead(able, later, habits, queue.wrap_up.total_seconds())

    def _busy(self, seat: Seat, last_offer: timedelta, now: datetime) -> Busy:
        busy = Busy()
        if seat.off_at is not None and seat.off_at < FOREVER:
            busy.ends = (seat.off_at - last_offer - now).total_seconds()
        if seat.off_at is None and seat.change_at is not None:
            busy.until = (seat.change_at - now).total_seconds()
        if seat.talks:
            talk = min(seat.talks.values(), key=lambda each: each.since_at)
            busy.talks = self._experience.of(talk.queue.name if talk.queue is not None else None)
            busy.wrap_up = talk.queue.wrap_up.total_seconds() if talk.queue is not None else 0.0
            busy.lasted = (now - talk.since_at).total_seconds()
        elif seat.offer is not None:
            busy.rings = self._experience.of(seat.offer.queue.name)
            busy.wrap_up = seat.offer.queue.wrap_up.total_seconds()
            busy.lasted = (now - seat.offer.started_at).total_seconds()
        elif seat.engaged():
            busy.talks = self._experience.of(None)
            busy.lasted = (now - seat.presence.since_at).total_seconds()
        for until_at in (seat.wrap_until_at, seat.skip_until_at):
            if until_at is not None:
                busy.until = max(busy.until, (until_at - now).total_seconds())
        return busy

    def _who_comes(self, now: datetime) -> Crowd:
        """Give whose shift starts soon; those who log in by code are not counted on before they have."""
        if self._coming_until is None or now >= self._coming_until:
            soon_at, coming = now + COMING, []
            for seat in self._floor.seats:
                starts_at = seat.change_at if seat.off_at is None else None
                if starts_at is not None and starts_at <= soon_at and _logs_in(seat):
                    coming.append(seat.number)
            self._coming = gather(coming)
            self._coming_until = now + COMING_FOR
        return self._coming


def _seconds(count: float) -> timedelta:
    return timedelta(seconds=round(count, 3))


def _logs_in(seat: Seat) -> bool:
    """Say whether an agent will be logged in when the shift starts, as far as known now."""
    return seat.logged_in or seat.agent.login is Login.ROSTER


def _able(stage: Stage) -> Crowd:
    """Give who may be offered a call at a stage, whatever they are doing."""
    crowd = NOBODY
    for tier in stage.tiers:
        crowd |= tier.pool.able
    return crowd


def _reach(hall: Hall) -> Crowd:
    crowd = NOBODY
    for pool in hall.stages[0].reach:
        crowd |= pool.able
    return crowd


def _reach_of(waiting: Waiting) -> Crowd:
    crowd = NOBODY
    for pool in waiting.hall.stage(waiting).reach:
        crowd |= pool.able
    return crowd


def _local(crowd: Crowd, places: dict[int, int]) -> Crowd:
    """Tell a crowd by places instead of numbers."""
    local = NOBODY
    for number, place in places.items():
        if crowd >> number & 1:
            local |= only(place)
    return local
