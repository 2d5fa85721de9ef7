"""Reminding: who is told, shortly before a shift, that no phone of theirs is registered."""

from collections.abc import Callable
from datetime import datetime, timedelta

from telekit.acd.actions import Action, Remind
from telekit.acd.seat import Seat

PATIENCE = timedelta(seconds=10)
"""How long a phone has to be away, and news of phones to come in, before it counts: a phone that only starts anew, or
an Asterisk that does, reminds nobody."""


class Reminding:
    """Remind each agent at most once of each shift; who is on shift, or can be rung at a number, is not reminded."""

    def __init__(self, tell: Callable[[Action], None]) -> None:
        self._tell = tell
        self._told_since: datetime | None = None
        self._in_doubt: dict[Seat, None] = {}
        """Whose moment came while nothing was known of phones."""
        self.before: timedelta | None = None
        """How long before a shift; None: nobody is reminded."""

    def hears(self, news: bool, at: datetime) -> tuple[Seat, ...]:
        """Note whether the switch tells of phones; give for whom to plan anew, as something is known of them again."""
        self._told_since = at if news else None
        in_doubt = tuple(self._in_doubt) if news else ()
        if news:
            self._in_doubt.clear()
        return in_doubt

    def plan(self, seat: Seat, at: datetime) -> None:
        """Set when to look next whether an agent is to be reminded of the shift that comes next, if at all."""
        seat.remind_at = None
        if self.before is None or seat.off_at is not None or seat.change_at is None:
            return
        if seat.reminded_of == seat.change_at or seat.registered() or not seat.handsets:
            return
        away = [handset.away_since + PATIENCE for handset in seat.handsets if handset.away_since is not None]
        seat.remind_at = max(seat.change_at - self.before, at, *away)

    def look(self, seat: Seat, at: datetime) -> None:
        """Remind an agent whose moment has come, as soon as enough is known of phones."""
        if seat.remind_at is None or seat.remind_at > at or seat.change_at is None:
            return
        if self._told_since is None:
            seat.remind_at = None
            self._in_doubt[seat] = None
        elif at < self._told_since + PATIENCE:
            seat.remind_at = self._told_since + PATIENCE
        else:
            seat.remind_at, seat.reminded_of = None, seat.change_at
            self._tell(Remind(seat.name, seat.change_at))
