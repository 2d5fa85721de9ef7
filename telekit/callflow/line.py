"""Waiting in a queue: music, offers one after another, until somebody talked or the queue sends the call on.

Or until the caller hangs up to be called back.
"""

import asyncio
import logging
from dataclasses import replace
from typing import assert_never

from telekit.acd.actions import (
    CallbackOffered,
    CallbackPromised,
    Divert,
    DivertReason,
    InviteReason,
    Offer,
    Queued,
)
from telekit.acd.events import CallArrived, OfferAnswered, OfferMissed
from telekit.callflow.announce import Announcer
from telekit.callflow.callback_request import CallbackRequest
from telekit.callflow.desk import Desk
from telekit.callflow.dropped import back_in_line, has_dropped
from telekit.callflow.failures import Failures
from telekit.callflow.note import Note
from telekit.callflow.prompts import CALLBACK_AGAIN, CALLBACK_PROMISED, GOODBYE, PLEASE_WAIT, prompt_named
from telekit.callflow.ring_all import ring_all
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.spoken import minutes_told, spoken_wait
from telekit.callflow.ticket import Decision, Ticket
from telekit.callflow.whisper import whisper_for
from telekit.domain.destination import HangUp
from telekit.domain.names import CallId, QueueName
from telekit.domain.place import Place
from telekit.domain.preference import Preferred
from telekit.errors import LinkError
from telekit.pbx.port import OFFER_VARIABLE, Call, Missed, Talked

log = logging.getLogger(__name__)


async def wait_for_agent(
    call: Call,
    desk: Desk,
    place: Place,
    note: Note,
    *,
    returning: bool = False,
    waited: bool = False,
    preferred: Preferred | None = None,
    instead_of: CallId | None = None,
) -> Divert | None:
    """Keep a call in a queue's line; None once it was talked with, or is to be called back.

    Else what the queue does with it instead.

    `returning` is for a call that comes back to the place it had. What is noted on its leg stays there.
    `waited` is for one that began to wait before telekit was there. `preferred` is for whom it is held at first.
    `instead_of` is the callback that was promised to the caller, whose place this is.
    """
    entered_at = place.entered_at if returning or waited else None
    offers = await _offers_so_far(call, returning=returning)
    came_at, exited = place.came_at, place.exited
    ticket = desk.enter(
        CallArrived(
            *(call.id, place.queue, place.priority, entered_at, offers, came_at, exited, preferred),
            instead_of=instead_of,
        )
    )
    lost = False
    try:
        greeting = PLEASE_WAIT if instead_of is None else CALLBACK_AGAIN
        music = _music_of(desk, place.queue)
        wait = _Wait(call, desk, ticket, place, note, hears_music=returning, music=music, greeting=greeting)
        return await wait.until_over()
    except (LinkError, asyncio.CancelledError):
        lost = True
        raise
    finally:
        desk.leave(ticket, lost=lost or call.passed_on)


class _Wait:
    """One call's time in the line.

    The caller is not answered before an agent does, unless there is something to wait for: so nobody pays for a
    ringing phone.
    """

    def __init__(
        self,
        call: Call,
        desk: Desk,
        ticket: Ticket,
        place: Place,
        note: Note,
        *,
        hears_music: bool,
        music: str,
        greeting: str,
    ) -> None:
        self._call = call
        self._desk = desk
        self._ticket = ticket
        self._place = place
        self._note = note
        self._hears_music = hears_music
        self._music: str | None = music
        self._callback = CallbackRequest(call, desk, place.queue)
        self._greeting: tuple[str, ...] = (greeting,)
        self._announcer: Announcer | None = None
        self._failures = Failures()

    async def until_over(self) -> Divert | None:
        """Carry out what is decided for the call; give what the queue does with it, if that is how it ends."""
        decision = await self._call.until(self._ticket.next())
        while True:
            match decision:
                case Queued(queue=queue):
                    decision = await self._hold(queue)
                case CallbackOffered():
                    self._offer_callback(decision)
                    decision = await self._hold(decision.queue)
                case CallbackPromised():
                    await self._part()
                    return None
                case Offer():
                    await self._desk.journaled()
                    if await self._ring(decision):
                        return None
                    decision = await self._call.until(self._ticket.next())
                case Divert():
                    await self._desk.journaled()
                    return self._without_what_was_told(decision)
                case _:
                    assert_never(decision)

    def _offer_callback(self, offered: CallbackOffered) -> None:
        if offered.reason is not InviteReason.NO_AGENT:
            self._callback.is_offered()
            return
        queue = self._desk.plan.queues.get(offered.queue)
        play = queue.no_agent.play if queue is not None else ()
        self._callback.is_offered(tuple(map(prompt_named, play)))
        self._greeting = ()

    def _without_what_was_told(self, left: Divert) -> Divert:
        """Leave out what the caller heard before the question; who is hung up on hears it again as the last word."""
        treatment = left.treatment
        if left.reason is DivertReason.NO_AGENT and self._callback.told and not isinstance(treatment.then, HangUp):
            return replace(left, treatment=replace(treatment, play=()))
        return left

    async def _hold(self, queue: QueueName) -> Decision:
        """Let the caller wait, told so the first time; a decision cuts the announcement short."""
        await self._note.write(self._place)
        self._callback.waits_again()
        is_new, self._hears_music = not self._hears_music, True
        announcer = self._announcer = self._announcer or Announcer(
            self._call, self._desk, queue, self._callback, is_new=is_new
        )
        deciding = asyncio.ensure_future(self._decided())
        entertaining = asyncio.ensure_future(self._entertain(announcer, greet=is_new))
        try:
            await asyncio.wait((deciding, entertaining), return_when=asyncio.FIRST_COMPLETED)
            if not entertaining.done():
                entertaining.cancel()
                await asyncio.wait((entertaining,))
            if not entertaining.cancelled():
                entertaining.result()
            return await self._call.until(deciding)
        finally:
            deciding.cancel()
            entertaining.cancel()

    async def _decided(self) -> Decision:
        """Wait for what ends the holding, or begins to ask about a callback."""
        while True:
            decision = await self._ticket.next()
            is_known = isinstance(decision, CallbackOffered) and self._callback.runs
            if not (is_known or isinstance(decision, Queued)):
                return decision

    async def _entertain(self, announcer: Announcer, *, greet: bool) -> None:
        if greet:
            await self._call.answer()
            await announcer.announce(*self._greeting)
        while True:
            if self._callback.wanted:
                await self._callback.talk_over()
                announcer.has_talked_over()
                if self._ticket.is_decided:
                    return
            await self._play_music()
            await announcer.go_on()

    async def _play_music(self) -> None:
        if self._music is not None:
            try:
                await self._call.music_on(self._music)
            except NOT_DONE as error:
                log.error("call %s waits in silence: %s", self._call.id, error)
                self._music = None

    async def _part(self) -> None:
        """Say goodbye to a caller who is to be called back; the place on the leg is theirs no more."""
        call = self._call
        await self._desk.journaled()
        await self._note.write(None)
        outlook = self._desk.outlook(call.id)
        estimate = outlook.estimate if outlook is not None else None
        is_known = estimate is not None and estimate.known_well
        expected = spoken_wait(minutes_told(estimate.wait), call.language) if estimate and is_known else ()
        await call.music_off()
        await say(call, CALLBACK_PROMISED, *expected, GOODBYE)

    async def _ring(self, offer: Offer) -> bool:
        """Ring an agent, and at once those whom the call was offered to together with that one; True when they talked.

        Who was taken back just now is not rung any more.
        """
        beside = self._ticket.beside()
        if not beside:
            return self._desk.may_begin(offer.offer) and await self._offer(offer)
        await self._note.write(self._place)
        wanted = [each for each in (offer, *beside) if self._desk.may_begin(each.offer)]
        if len(wanted) > 1:
            music = self._music if self._hears_music else None
            talked = await ring_all(self._call, self._desk, self._ticket, wanted, music, self._failures)
            return await self._is_back(talked) if isinstance(talked, Offer) else talked
        return bool(wanted) and await self._offer(wanted[0])

    async def _is_back(self, offer: Offer) -> bool:
        """Let the caller wait on for whom an agent's line has dropped; the leg knows it before anybody rings again."""
        self._place = back_in_line(self._desk, self._call.id, self._place, offer)
        await self._note.write(self._place)
        return False

    async def _offer(self, offer: Offer) -> bool:
        """Ring one agent; True when they talked."""
        call, desk = self._call, self._desk
        music = self._music if self._hears_music else None
        # Noted in the same breath as the offer: a command less in nearly every call.
        notes = self._note.beside(self._place)
        try:
            whisper = whisper_for(desk, offer, call.caller)
            outcome = await call.offer(
                [offer.phone], ring=offer.ring, offer=offer.offer, music=music, whisper=whisper, notes=notes
            )
        except NOT_DONE as error:
            log.error("call %s: the switch failed to ring %s: %s", call.id, offer.agent, error)
            desk.over(self._ticket, offer.offer)
            desk.tell(self._failures.at(offer))
            return False
        self._note.stands(self._place)
        drops = isinstance(outcome, Talked) and await has_dropped(call, desk, offer, outcome.talked)
        is_known = desk.over(self._ticket, offer.offer, passed_on=call.passed_on)
        match outcome:
            case Talked(talked):
                if not is_known:  # the link to the switch was down when they were joined
                    desk.tell(OfferAnswered(offer.offer, talked))
                return await self._is_back(offer) if drops else True
            case Missed(cause):
                desk.tell(OfferMissed(offer.offer, cause))
                return False
            case _:
                assert_never(outcome)


def _music_of(desk: Desk, name: QueueName) -> str:
    queue = desk.plan.queues.get(name)
    return queue.music if queue else "default"


async def _offers_so_far(call: Call, *, returning: bool) -> int:
    """Read off the caller's leg how many offers were made of a call before, so that no name is given twice.

    The dialplan tells it of every call: also one that comes anew may have been here, and was passed on by an agent.
    """
    last = call.arguments.get("offer")
    if last is None:
        last = (await call.get(OFFER_VARIABLE) if returning else None) or ""
    _, _, count = last.rpartition(".")
    return int(count) if count.isdecimal() else 0
