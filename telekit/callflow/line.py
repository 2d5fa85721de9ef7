"""Waiting in a queue: music, offers one after another, until somebody talked or the queue sends the call on."""

import asyncio
import logging
from datetime import datetime
from typing import assert_never

from telekit.acd.actions import Divert, Offer, Queued
from telekit.acd.events import OfferAnswered, OfferDropped, OfferMissed
from telekit.callflow.announce import Announcer
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import PLEASE_WAIT
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.ticket import Decision, Ticket
from telekit.domain.destination import ToQueue, Treatment
from telekit.domain.names import AgentName, QueueName
from telekit.domain.place import VARIABLE as PLACE_VARIABLE
from telekit.domain.place import Place
from telekit.domain.queue import MissCause
from telekit.errors import LinkError
from telekit.pbx.port import OFFER_VARIABLE, Call, Missed, Talked

log = logging.getLogger(__name__)


async def wait_for_agent(call: Call, desk: Desk, to: ToQueue, entered_at: datetime | None = None) -> Treatment | None:
    """Keep a call in a queue's line; None once it was talked with, else what the queue does with it instead.

    `entered_at` is given for a call that comes back, to the place it had.
    """
    offers = await _offers_so_far(call) if entered_at is not None else 0
    ticket = desk.enter(call.id, to, entered_at, offers)
    lost = False
    try:
        place = Place(to.queue, entered_at or desk.now(), to.priority)
        wait = _Wait(call, desk, ticket, place, hears_music=entered_at is not None, music=_music_of(desk, to))
        treatment = await wait.until_over()
        if treatment is not None and wait.is_noted:
            await call.set(PLACE_VARIABLE, "")
        return treatment
    except (LinkError, asyncio.CancelledError):
        lost = True
        raise
    finally:
        desk.leave(ticket, lost=lost)


class _Wait:
    """One call's time in the line.

    The caller is not answered before an agent does, unless there is something to wait for: so nobody pays for a
    ringing phone.
    """

    def __init__(self, call: Call, desk: Desk, ticket: Ticket, place: Place, *, hears_music: bool, music: str) -> None:
        self._call = call
        self._desk = desk
        self._ticket = ticket
        self._place = place
        self.is_noted = hears_music
        """The place stands on the caller's own leg, so that it outlives telekit; who comes back has brought it."""
        self._hears_music = hears_music
        self._music: str | None = music
        self._announcer: Announcer | None = None
        self._failed: set[AgentName] = set()
        """Agents at whom the switch has failed; the second time it counts as theirs."""

    async def until_over(self) -> Treatment | None:
        """Carry out what is decided for the call; give what the queue does with it if nobody talked."""
        decision = await self._call.until(self._ticket.next())
        while True:
            match decision:
                case Queued(queue=queue):
                    decision = await self._hold(queue)
                case Offer():
                    if await self._offer(decision):
                        return None
                    decision = await self._call.until(self._ticket.next())
                case Divert():
                    return decision.treatment
                case _:
                    assert_never(decision)

    async def _hold(self, queue: QueueName) -> Decision:
        """Let the caller wait, told so the first time; a decision cuts the announcement short."""
        if not self.is_noted:
            await self._call.set(PLACE_VARIABLE, str(self._place))
            self.is_noted = True
        is_new, self._hears_music = not self._hears_music, True
        announcer = self._announcer = self._announcer or Announcer(self._call, self._desk, queue, is_new=is_new)
        deciding = asyncio.ensure_future(self._ticket.next())
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

    async def _entertain(self, announcer: Announcer, *, greet: bool) -> None:
        if greet:
            await self._call.answer()
            await say(self._call, PLEASE_WAIT)
            await announcer.announce()
        if self._music is not None:
            try:
                await self._call.music_on(self._music)
            except LinkError:
                raise
            except NOT_DONE as error:
                log.error("call %s waits in silence: %s", self._call.id, error)
                self._music = None
        await announcer.go_on()

    async def _offer(self, offer: Offer) -> bool:
        """Ring one agent; True when they talked."""
        call, desk = self._call, self._desk
        if not desk.may_begin(offer.offer):
            return False
        music = self._music if self._hears_music else None
        # Noted in the same breath as the offer: a command less in nearly every call.
        notes = None if self.is_noted else {PLACE_VARIABLE: str(self._place)}
        try:
            outcome = await call.offer([offer.phone], ring=offer.ring, offer=offer.offer, music=music, notes=notes)
        except LinkError:
            raise
        except NOT_DONE as error:
            log.error("call %s: the switch failed to ring %s: %s", call.id, offer.agent, error)
            desk.over(self._ticket, offer.offer)
            is_theirs = offer.agent in self._failed
            self._failed.add(offer.agent)
            desk.tell(OfferMissed(offer.offer, MissCause.UNREACHABLE) if is_theirs else OfferDropped(offer.offer))
            return False
        self.is_noted = True
        desk.over(self._ticket, offer.offer)
        match outcome:
            case Talked(talked):
                # The switch tells of the answer by itself, unless the link to it was down meanwhile.
                desk.tell(OfferAnswered(offer.offer, talked))
                return True
            case Missed(cause):
                desk.tell(OfferMissed(offer.offer, cause))
                return False
            case _:
                assert_never(outcome)


def _music_of(desk: Desk, to: ToQueue) -> str:
    queue = desk.plan.queues.get(to.queue)
    return queue.music if queue else "default"


async def _offers_so_far(call: Call) -> int:
    """Read off the caller's leg how many offers were made of a call before, so that no name is given twice."""
    _, _, count = (await call.get(OFFER_VARIABLE) or "").rpartition(".")
    return int(count) if count.isdecimal() else 0
