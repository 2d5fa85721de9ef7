"""What is known of the link to the switch; with two of them, of both together."""

from telekit.domain.fact import Fact, FactKind
from telekit.pbx.losses import LinkDown
from telekit.pbx.port import LinkUp
from telekit.service.clock import Clock


class LinkState:
    """It is up as long as one switch is there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.says = "not connected yet"
        """In a few words."""
        self.is_up = False
        """Somebody tells what happens."""
        self.is_whole = False
        """Nobody is away who would tell of phones."""

    def comes(self, event: LinkUp) -> Fact:
        """Note that it is up; give what to write down."""
        self.is_up, self.is_whole = True, not event.away
        self.says = f"up, {event.version}" + (f"; {event.away} is away" if event.away else "")
        away = {"away": event.away} if event.away else {}
        return Fact(self._clock(), FactKind.LINK_UP, details={"version": event.version, **away})

    def goes(self, event: LinkDown) -> Fact:
        """Note that one is lost, or the only one; give what to write down."""
        self.is_up, self.is_whole = bool(event.left), False
        self.says = f"up, {event.left}; {event.why}" if event.left else f"down: {event.why}"
        left = {"left": event.left} if event.left else {}
        return Fact(self._clock(), FactKind.LINK_DOWN, details={"why": event.why, **left})
