"""Waiting in a queue: music, offers one after another, until somebody talked or the queue sends the call on."""

import asyncio
from datetime import datetime
from typing import assert_never

from telekit.acd.actions import Divert, Offer, Queued
from telekit.acd.events import ConversationEnded, OfferAnswered, OfferMissed
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import PLEASE_WAIT
from telekit.callflow.ticket import Ticket
from telekit.domain.destination import ToQueue, Treatment
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.pbx.port import Call, Missed, Talked


async def wait_for_agent(call: Call, desk: Desk, to: ToQueue, entered_at: datetime | None = None) -> Treatment | None:
    """Keep a call in a queue's line; None once it was talked with, else what the queue does with it instead.

    `entered_at` is given for a call that comes back, to the place it had. The caller is not answered before an agent
    does, unless there is something to wait for: so nobody pays for a ringing phone.
    """
    queue = desk.plan.queues.get(to.queue)
    music = queue.music if queue else "default"
    hears_music = entered_at is not None
    ticket = desk.enter(call.id, to.queue, to.priority, entered_at)
    try:
        await call.set(PLACE_VARIABLE, str(Place(to.queue, entered_at or desk.now(), to.priority)))
        decision = await call.until(ticket.next())
        while True:
            match decision:
                case Queued():
                    hears_music, was_new = True, not hears_music
                    decision = await _wait(call, ticket, music, greet=was_new)
                case Offer():
                    if await _offer(call, desk, decision, music if hears_music else None):
                        return None
                    decision = await call.until(ticket.next())
                case Divert():
                    await call.set(PLACE_VARIABLE, "")
                    return decision.treatment
                case _:
                    assert_never(decision)
    finally:
        desk.leave(ticket)


async def _wait(call: Call, ticket: Ticket, music: str, *, greet: bool) -> Offer | Divert | Queued:
    """Let the caller wait, told so the first time; a decision cuts the announcement short."""
    deciding = asyncio.ensure_future(ticket.next())
    greeting = asyncio.ensure_future(_greet(call)) if greet else None
    try:
        if greeting is not None:
            await asyncio.wait((deciding, greeting), return_when=asyncio.FIRST_COMPLETED)
            if not greeting.done():
                greeting.cancel()
                await asyncio.wait((greeting,))
            if not greeting.cancelled():
                greeting.result()
        if not deciding.done():
            await call.music_on(music)
        return await call.until(deciding)
    finally:
        deciding.cancel()
        if greeting is not None:
            greeting.cancel()


async def _greet(call: Call) -> None:
    await call.answer()
    await call.play(PLEASE_WAIT)


async def _offer(call: Call, desk: Desk, offer: Offer, music: str | None) -> bool:
    """Ring one agent; True when they talked."""
    try:
        outcome = await call.offer([offer.phone], ring=offer.ring, offer=offer.offer, music=music)
    finally:
        desk.offer_over(offer.offer)
    match outcome:
        case Talked(talked):
            # The switch tells of the answer by itself, unless the link to it was down meanwhile.
            desk.tell(OfferAnswered(offer.offer, talked))
            desk.tell(ConversationEnded(call.id))
            return True
        case Missed(cause):
            desk.tell(OfferMissed(offer.offer, cause))
            return False
        case _:
            assert_never(outcome)
