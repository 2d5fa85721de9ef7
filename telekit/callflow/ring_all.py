"""Several agents rung at once for one call: the first who takes it has it."""

import logging
from collections.abc import Sequence

from telekit.acd.actions import Offer
from telekit.acd.events import OfferAnswered, RingEnded
from telekit.callflow.desk import Desk
from telekit.callflow.dropped import has_dropped
from telekit.callflow.failures import Failures
from telekit.callflow.say import NOT_DONE
from telekit.callflow.ticket import Ticket
from telekit.callflow.whisper import whisper_for
from telekit.pbx.port import Call

log = logging.getLogger(__name__)


async def ring_all(
    call: Call, desk: Desk, ticket: Ticket, offers: Sequence[Offer], music: str | None, failures: Failures
) -> Offer | bool:
    """Ring the agents of these offers and tell how each of them ended; True when one of them talked.

    The offer that was taken, when the agent's line has dropped in the conversation.
    """
    desk.ring_together([offer.offer for offer in offers])
    try:
        phones = {offer.offer: offer.phone for offer in offers}
        whispers = {o.offer: whisper for o in offers if (whisper := whisper_for(desk, o, call.caller)) is not None}
        outcome = await call.ring_all(phones, ring=offers[0].ring, music=music, whispers=whispers)
    except NOT_DONE as error:
        log.error("call %s: the switch failed to ring %s: %s", call.id, ", ".join(o.agent for o in offers), error)
        for offer in offers:
            desk.over(ticket, offer.offer)
        for offer in offers:
            desk.tell(failures.at(offer))
        return False
    taken = next((offer for offer in offers if offer.offer == outcome.talked_with), None)
    drops = taken is not None and await has_dropped(call, desk, taken, outcome.talked)
    for offer in offers:
        desk.over(ticket, offer.offer, passed_on=call.passed_on and offer is taken)
    if outcome.talked_with is not None:
        desk.tell(OfferAnswered(outcome.talked_with, outcome.talked))
        return taken if taken is not None and drops else True
    desk.tell(RingEnded({offer.offer: outcome.missed.get(offer.offer) for offer in offers}))
    return False
