"""The scripts of a callback: one leads the agent whose turn it is, the other the person, where they are rung first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import assert_never

from telekit.callflow.calls_back import CallsBack, Person
from telekit.callflow.desk import Desk
from telekit.callflow.prompts import (
    CALLBACK_CONNECTING,
    CALLBACK_HERE,
    CALLBACK_NOT_REACHED,
    CALLBACK_RINGING,
    FAULT,
)
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.whisper import whisper_for
from telekit.domain.names import CallId, OfferId
from telekit.domain.place import Place
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, LinkError
from telekit.pbx.port import Call, Missed, Script, Talked

log = logging.getLogger(__name__)

OF_AGENT, OF_PERSON = "callback-agent", "callback-person"
"""The names of the scripts."""
YES = "1"

Lead = Callable[[Call, Place, CallId], Awaitable[None]]
"""Let a caller wait at a place, instead of this callback, and lead them from there on."""


def agent_calls_back(desk: Desk, service: CallsBack) -> Script:
    """Make the script of an agent who was rung first."""

    async def lead(call: Call) -> None:
        offer = OfferId(call.arguments.get("offer", ""))
        person = service.agent_answers(offer)
        if person is None:
            await call.hang_up()
            return
        try:
            await _reach(call, desk, service, offer, person)
        except CallerGone:
            service.agent_left(offer)
            raise
        except NOT_DONE as error:
            log.error("call %s: the switch failed to call the person back: %s", call.id, error)
            service.failed(offer)
        except (LinkError, asyncio.CancelledError):
            service.lost(offer)
            raise
        await call.hang_up()

    return lead


async def _reach(call: Call, desk: Desk, service: CallsBack, offer: OfferId, person: Person) -> None:
    """Tell the agent what this is, ring the person, and tell how it went."""
    agent = desk.plan.agents.get(person.offer.agent) if person.offer is not None else None
    whisper = whisper_for(desk, person.offer, person.caller) if person.offer is not None else None
    if agent is not None:
        await call.speak(agent.language)
    await say(call, *(whisper.prompts if whisper is not None else ()), CALLBACK_RINGING)
    outcome = await call.connect(person.number, ring=person.ring, shown=person.shown)
    match outcome:
        case Talked(talked):
            service.talked(offer, talked)
        case Missed(cause):
            service.not_reached(offer, cause)
            await say(call, CALLBACK_NOT_REACHED)
        case _:
            assert_never(outcome)


def person_called_back(service: CallsBack, wait: Lead) -> Script:
    """Make the script of a person who was rung first: a key, so that no voicemail box takes an agent; then the line."""

    async def lead(call: Call) -> None:
        back = service.person_answers(call.id)
        if back is None:
            await say(call, FAULT)
            await call.hang_up()
            return
        try:
            confirmed = await _confirms(call)
        except (CallerGone, LinkError, asyncio.CancelledError):
            service.person_left(call.id, MissCause.REJECTED)
            raise
        if not confirmed:
            service.person_left(call.id, MissCause.VOICEMAIL)
            await call.hang_up()
            return
        callback, place = back
        try:
            await wait(call, place, callback)
        finally:  # harmless once they wait; who was lost before that is no longer on the way
            service.person_left(call.id, MissCause.REJECTED)

    return lead


async def _confirms(call: Call) -> bool:
    try:
        key = await call.menu(CALLBACK_HERE, choices=YES, tries=3)
    except NOT_DONE as error:
        log.error("call %s: who was called back cannot be asked for the key: %s", call.id, error)
        return False
    if key == YES:
        await say(call, CALLBACK_CONNECTING)
    return key == YES
