"""What it means for an agent that the switch failed to ring them for a call."""

from telekit.acd.actions import Offer
from telekit.acd.events import OfferDropped, OfferMissed
from telekit.domain.names import AgentName
from telekit.domain.queue import MissCause


class Failures:
    """The agents at whom the switch has failed for one call; the second time it counts as theirs."""

    def __init__(self) -> None:
        self._failed: set[AgentName] = set()

    def at(self, offer: Offer) -> OfferMissed | OfferDropped:
        """Note a failure; give what to tell of it."""
        if offer.agent in self._failed:
            return OfferMissed(offer.offer, MissCause.UNREACHABLE)
        self._failed.add(offer.agent)
        return OfferDropped(offer.offer)
