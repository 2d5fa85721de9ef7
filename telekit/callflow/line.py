"""Waiting in a queue: music, offers one after another, until somebody talked or the queue sends the call on."""

from datetime import datetime
from typing import assert_never

from telekit.acd.actions import Divert, Offer, Queued
from telekit.acd.events import ConversationEnded, OfferMissed
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import PLEASE_WAIT
from telekit.domain import place
from telekit.domain.destination import ToQueue, Treatment
from telekit.domain.place import Place
from telekit.pbx.port import Call, Missed, Talked


async def wait_for_agent(call: Call, desk: Desk, to: ToQueue, entered_at: datetime | None = None) -> Treatment | None:
    """Keep a call in a queue's line; None once it was talked with, else what the queue does with it instead.

    `entered_at` is given for a call that comes back, to the place it had. The caller is not answered before an agent
    does, unless there is something to wait for: so nobody pays for a ringing phone.
    """
    hears_music = entered_at is not None
    queue = desk.plan.queues.get(to.queue)
    ticket = desk.enter(call.id, to.queue, to.priority, entered_at)
    try:
        await call.set(place.VARIABLE, str(Place(to.queue, entered_at or desk.now(), to.priority)))
        while True:
            match decision := await call.until(ticket.next()):
                case Queued():
                    if not hears_music:
                        hears_music = True
                        await call.answer()
                        await call.play(PLEASE_WAIT)
                    await call.music_on(queue.music if queue else "default")
                case Offer():
                    if await _offer(call, desk, decision, queue.music if queue and hears_music else None):
                        return None
                case Divert():
                    await call.set(place.VARIABLE, "")
                    return decision.treatment
                case _:
                    assert_never(decision)
    finally:
        desk.leave(ticket)


async def _offer(call: Call, desk: Desk, offer: Offer, music: str | None) -> bool:
    """Ring one agent; True when they talked."""
    try:
        outcome = await call.offer([offer.phone], ring=offer.ring, offer=offer.offer, music=music)
    finally:
        desk.offer_over(offer.offer)
    match outcome:
        case Talked():
            desk.tell(ConversationEnded(call.id))
            return True
        case Missed(cause):
            desk.tell(OfferMissed(offer.offer, cause))
            return False
        case _:
            assert_never(outcome)
