"""Calls that stand in line for the same agents under the same terms."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush

from telekit.acd.waiting import MICROSECOND, Waiting

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SLACK = 32
"""Void places that are kept before they are swept out."""

Place = tuple[int, int, int, int, Waiting]


class Line:
    """Calls of one ageing and one `last_offer`, in an order that time does not change.

    A call leaves by becoming void; its place is swept out when it comes to the head, or when many or all are void.
    """

    __slots__ = ("_ages", "_places", "ages", "last_offer", "standing")

    def __init__(self, ages: timedelta | None, last_offer: timedelta) -> None:
        self.ages = ages
        self.last_offer = last_offer
        self.standing = 0
        self._ages = ages // MICROSECOND if ages else 0
        self._places: list[Place] = []

    def join(self, waiting: Waiting) -> None:
        """Let a call stand in line, at its place."""
        came = (waiting.came_at - EPOCH) // MICROSECOND
        rank = came - waiting.priority * self._ages if self._ages else -waiting.priority
        heappush(self._places, (rank, came, waiting.number, waiting.ticket, waiting))
        self.standing += 1

    def left(self) -> None:
        """Note that one call of it has a new ticket."""
        self.standing -= 1
        if not self.standing:
            self._places.clear()
        elif len(self._places) > 2 * self.standing + SLACK:
            self._places = [place for place in self._places if place[3] == place[4].ticket]
            heapify(self._places)

    def calls(self) -> Iterator[Waiting]:
        """Give all that stand here, in no order."""
        return (place[4] for place in self._places if place[3] == place[4].ticket)

    def head(self) -> Waiting | None:
        """Give the call that comes first."""
        if not self.standing:
            return None
        while self._places[0][3] != self._places[0][4].ticket:
            heappop(self._places)
        return self._places[0][4]


def line_among(lines: list[Line], ages: timedelta | None, last_offer: timedelta) -> Line:
    """Give the line for calls on these terms; add one when there is none yet."""
    for line in lines:
        if line.ages == ages and line.last_offer == last_offer:
            return line
    lines.append(Line(ages, last_offer))
    return lines[-1]
