"""One of two switches, and what is known to be alive there."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from telekit.domain.names import CallId, LegId, OfferId, call_of
from telekit.domain.phone import Phone
from telekit.errors import LinkError, SwitchError
from telekit.pbx.port import LegAlive, LegEnded, OfferJoined, OfferRings, Switch, SwitchEvent


@dataclass(slots=True)
class Half:
    """It is kept true by events in between: once the switch is away, nobody can be asked."""

    name: str
    switch: Switch
    calls_out: bool
    """Numbers can be called through it."""
    version: str = ""
    """Empty while its link is down."""
    known: bool = False
    """Its link was up once."""
    legs: dict[LegId, LegAlive] = field(default_factory=dict)
    _meanwhile: set[LegId] | None = None
    """The legs of which it was told while it is asked what is alive; None while it is not."""

    def see(self, legs: Iterable[LegAlive]) -> None:
        """Take in what is alive there now."""
        self.legs = {leg.leg: leg for leg in legs}

    def hear(self, event: SwitchEvent, at: datetime) -> None:
        """Take in what happens to a leg."""
        if isinstance(event, OfferRings | OfferJoined | LegEnded):
            self._note(event.leg)
        match event:
            case OfferRings(offer, leg):
                self.legs.setdefault(leg, _made(leg, call_of(offer), offer, None, at))
            case OfferJoined(offer, leg, phone):
                known = self.legs.get(leg) or _made(leg, call_of(offer), offer, phone, at)
                self.legs[leg] = replace(known, joined=True, answered=True)
            case LegEnded(_, leg):
                self.legs.pop(leg, None)
            case _:
                pass

    def calls(self, leg: LegId, phone: Phone, offer: OfferId | None, at: datetime) -> None:
        """Note a leg that is being made, or may have been."""
        self._note(leg)
        self.legs[leg] = _made(leg, call_of(offer) if offer is not None else CallId(leg), offer, phone, at)

    async def look(self) -> LinkError | SwitchError | None:
        """Ask what is alive; give why it was not told. What events told meanwhile is newer."""
        heard = self._meanwhile = set()
        try:
            told = await self.switch.legs()
        except (LinkError, SwitchError) as error:
            return error
        finally:
            self._meanwhile = None
        newer = [leg for leg in self.legs.values() if leg.leg in heard]
        self.see([*(leg for leg in told if leg.leg not in heard), *newer])
        return None

    def _note(self, leg: LegId) -> None:
        if self._meanwhile is not None:
            self._meanwhile.add(leg)


def _made(leg: LegId, call: CallId, offer: OfferId | None, phone: Phone | None, at: datetime) -> LegAlive:
    return LegAlive(leg, call, offer, phone, joined=False, queue=None, since_at=at, answered=False)
