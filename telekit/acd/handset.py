"""One phone as it is now: what the switch says of it, and what came of ringing it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from telekit.acd.events import PhoneRegistered, PhoneSeen
from telekit.domain.phone import Phone, PhoneKind

if TYPE_CHECKING:
    from telekit.acd.seat import Seat

TEL_RETRY = timedelta(minutes=1)
"""After this long a number that could not be reached is tried again: no registration will ever tell that it can."""

DROPPED = timedelta(minutes=2)
"""The same for a phone whose line has dropped in a conversation: it registers again, which is told, or its line is back
without that."""

DOUBT = timedelta(seconds=5)
"""How long a phone that could not be rung stays unreachable although the switch goes on saying that it is reachable.

Without it, a phone that the switch is wrong about would be rung in a loop.
"""


class Handset:
    """One phone's live state; agents who share a phone share it."""

    __slots__ = (
        *("away_since", "back_at", "doubt", "engaged", "failed_at", "has_registered", "is_news", "noted", "phone"),
        *("reachable", "seats", "users"),
    )

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.reachable = phone.kind is PhoneKind.TEL
        """As the switch says; a number in the public network never registers, so it counts as reachable."""
        self.away_since: datetime | None = None
        """Since when it is not reachable; None as long as it is, or never was."""
        self.engaged = False
        self.failed_at: datetime | None = None
        """When it could not be rung although it counted as reachable; None once that is over."""
        self.doubt = DOUBT
        self.back_at: datetime | None = None
        """When that is over by itself; None when only the switch can tell."""
        self.users: list[Seat] = []
        """Who is being rung, or talks, on it by telekit's doing; somebody twice who does both, on two lines of it."""
        self.seats: list[Seat] = []
        self.noted = (self.reachable, self.engaged)
        """How it was when that last counted for what is decided."""
        self.is_news = False
        """Something was told of it since that may count."""
        self.has_registered = False
        """That is that it has registered again, which ends what has failed before."""

    def used_beside(self, seat: "Seat") -> bool:
        """Say whether telekit uses it for anybody else."""
        users = self.users
        return bool(users) and len(users) > users.count(seat)

    def usable(self) -> bool:
        """Say whether ringing it makes sense at all."""
        return self.reachable and self.failed_at is None

    def rests(self) -> bool:
        """Say whether the switch tells that it is in no call; of a number in the public network it tells nothing."""
        return self.phone.kind is PhoneKind.SIP and self.reachable and not self.engaged

    def failed(self, at: datetime) -> None:
        """Note that it could not be rung."""
        self.failed_at, self.doubt = at, DOUBT
        self.back_at = at + TEL_RETRY if self.phone.kind is PhoneKind.TEL else None

    def dropped(self, at: datetime) -> None:
        """Note that its line has dropped in a conversation."""
        self.failed_at, self.doubt = at, DROPPED
        self.back_at = at + DROPPED

    def seen(self, reachable: bool, engaged: bool, at: datetime) -> None:
        """Note what the switch says.

        A phone that comes back from unreachable can be rung at once. One that only goes on being reachable may have
        registered again just now, or the switch may still be as wrong as it was: that is believed after `DOUBT`.
        """
        came_back = reachable and not self.reachable
        self.is_news = self.is_news or self.failed_at is not None
        if self.phone.kind is PhoneKind.SIP:
            if reachable or self.reachable:
                self.away_since = None if reachable else at
            self.reachable = reachable
        self.engaged = engaged
        self.is_news = self.is_news or (self.reachable, engaged) != self.noted
        if self.failed_at is None or not reachable or self.phone.kind is PhoneKind.TEL:
            return
        if came_back:
            self.failed_at = self.back_at = None
        else:
            self.back_at = self.failed_at + self.doubt
            self.catch_up(at)

    def registered(self) -> None:
        """Note that it has registered just now: it can be rung."""
        if self.failed_at is not None or not self.reachable:
            self.is_news = self.has_registered = True
        self.reachable, self.away_since = True, None
        self.failed_at = self.back_at = None

    def catch_up(self, at: datetime) -> None:
        """End what ends by itself by this moment."""
        if self.back_at is not None and self.back_at <= at:
            self.failed_at = self.back_at = None

    def news(self) -> "tuple[PhoneRegistered | PhoneSeen, ...]":
        """Give what was told of it since that may count, which then is no news any more."""
        now, registered = (self.reachable, self.engaged), self.has_registered
        is_seen = not registered or now != (True, self.noted[1])
        self.noted, self.is_news, self.has_registered = now, False, False
        events = ((PhoneRegistered(self.phone), registered), (PhoneSeen(self.phone, *now), is_seen))
        return tuple(event for event, is_told in events if is_told)

    def why_not(self) -> str:
        """Tell why it cannot be rung."""
        return f"{self.phone} could not be rung" if self.reachable else f"{self.phone} is not registered"
