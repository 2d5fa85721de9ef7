"""The script of every incoming call: find its route, follow it to the end."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from telekit.acd.actions import DivertReason
from telekit.acd.routing import LONGEST_WAY, NOTHING, all_known, next_stop
from telekit.callflow.calling_back import person_called_back
from telekit.callflow.desk import Desk
from telekit.callflow.line import wait_for_agent
from telekit.callflow.note import Note
from telekit.callflow.outside import send_out
from telekit.callflow.preference import preferred_for
from telekit.callflow.prompts import FAULT, MENU_INVALID, prompt_named
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.voicemail import take_message
from telekit.domain.call import Arrival
from telekit.domain.destination import Destination, HangUp, ToMenu, ToNumber, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.domain.fact import Fact, FactKind
from telekit.domain.lookup import Known, Lookup
from telekit.domain.names import CallId, LookupName, MenuName, QueueName
from telekit.domain.place import Place, waits_since
from telekit.domain.preference import Preference, Preferred
from telekit.errors import CallerGone, LinkError
from telekit.pbx.port import Call, FindScript, Script

log = logging.getLogger(__name__)

BY_CALLER = "caller"
BY_TELEKIT = "telekit"
BY_TRANSFER = "transfer"
BY_FAULT = "fault"
LOST = "lost"
"""How telekit's part of a call ends; lost is one whose script ends before it, say because telekit does."""


def route_script(desk: Desk, find_script: FindScript) -> Script:
    """Make telekit's own routing script."""

    async def route(call: Call) -> None:
        await _lead(call, desk, find_script, Place.parse(call.arguments.get("place", "")))

    return route


def called_back_script(desk: Desk, find_script: FindScript) -> Script:
    """Make telekit's own script of a person who is called back before the agent is."""

    async def wait(call: Call, place: Place, callback: CallId) -> None:
        await _lead(call, desk, find_script, place, instead_of=callback)

    return person_called_back(desk.callbacks, wait)


async def _lead(
    call: Call, desk: Desk, find_script: FindScript, returning: Place | None, *, instead_of: CallId | None = None
) -> None:
    """Lead a call from its arrival, or from the place to which it returns, to its end."""
    _record_arrival(call, desk, returning)
    ended_by = BY_FAULT
    try:
        await _Route(call, desk, find_script).lead(returning, instead_of)
        await call.hang_up()
        ended_by = BY_TRANSFER if call.passed_on else BY_CALLER if call.caller_left else BY_TELEKIT
    except CallerGone:
        ended_by = BY_CALLER
        raise
    except (LinkError, asyncio.CancelledError):
        ended_by = LOST
        raise
    except Exception as error:
        desk.record(Fact(desk.now(), FactKind.SCRIPT_FAILED, call.id, details={"error": repr(error)}))
        raise
    finally:
        desk.record(Fact(desk.now(), FactKind.CALL_ENDED, call.id, details={"by": ended_by}))


def _record_arrival(call: Call, desk: Desk, returning: Place | None) -> None:
    details = {"dialed": call.dialed, "caller": call.caller.number, "name": call.caller.name}
    if returning is not None:
        details["returning"] = str(returning)
    desk.record(Fact(desk.now(), FactKind.CALL_ARRIVED, call.id, details=details))


class _Route:
    """One call's way."""

    def __init__(self, call: Call, desk: Desk, find_script: FindScript) -> None:
        self._call = call
        self._desk = desk
        self._find_script = find_script
        self._places: dict[QueueName, Place] = {}
        """The lines that the call has stood in, or come to in vain, with its place in each."""
        self._came_at: datetime | None = None
        """Since when the call's age counted in the line that it left last."""
        self._known: Known = NOTHING
        """What was looked up."""
        self._preference: Preference | None = None
        """That of the route, until the call has entered its queue."""
        self._waits_since = waits_since(call.arguments.get("place", ""))
        """Since when the caller has waited for telekit itself, until something else has happened to them."""
        self._note = Note(call, call.arguments.get("place", ""))

    async def lead(self, returning: Place | None, instead_of: CallId | None = None) -> None:
        """Lead the call from destination to destination until one ends it; first back to its place if it had one."""
        if returning is None:
            destination: Destination | None = await self._first()
        else:
            destination = await self._wait(returning, returning=True, instead_of=instead_of)
        for _ in range(LONGEST_WAY):
            if destination is None:
                return
            destination = await self._follow(destination)
        log.error(
            "call %s went through %d destinations without an end: the rules lead in a circle",
            *(self._call.id, LONGEST_WAY),
        )
        await self._apologise()

    async def _first(self) -> Destination:
        """Find the route, looking up on the way what the rules want to know."""
        call, desk = self._call, self._desk
        plan, arrival = desk.plan, Arrival(call.id, call.dialed, call.caller)
        answers: dict[LookupName, Known] = {}
        while isinstance(route := next_stop(plan, arrival, answers), Lookup):
            answers[route.name] = await call.until(desk.look_up(route, arrival))
        self._known = all_known(answers)
        if route is None:
            log.warning("no route takes the call %s to %r: it is hung up", call.id, call.dialed)
        details = {"route": str(route.origin) if route else None, "label": route.label if route else ""}
        desk.record(Fact(desk.now(), FactKind.CALL_ROUTED, call.id, details=details))
        self._preference = route.prefer if route else None
        return route.destination if route else HangUp()

    async def _follow(self, destination: Destination) -> Destination | None:
        """Go to one destination; give the next, or None when there is none."""
        match destination:
            case ToQueue():
                return await self._queue(destination)
            case ToMenu(menu):
                return await self._choose(menu)
            case _:
                await self._end(destination)
                return None

    async def _queue(self, to: ToQueue) -> Destination | None:
        """Let the call wait: at the place that it had in this queue before, or else as one that has just come."""
        had = self._places.get(to.queue)
        if had is not None:
            return await self._wait(replace(had, priority=max(had.priority, to.priority)), returning=True)
        call = self._call
        promised = self._desk.callbacks.waiting_for(call.caller, call.dialed, to.queue)
        if promised is not None:
            callback, place = promised
            place = replace(place, priority=max(place.priority, to.priority))
            return await self._wait(place, waited=True, instead_of=callback)
        preference, self._preference = self._preference, None
        preferred = None
        if preference is not None:
            preferred = await preferred_for(self._call, self._desk, preference, self._known)
        came_at = self._came_at if to.keeps_age else None
        now = self._desk.now()
        since, self._waits_since = self._waits_since, None
        place = Place(to.queue, min(since or now, now), to.priority, came_at)
        return await self._wait(place, waited=since is not None, preferred=preferred)

    async def _wait(
        self,
        place: Place,
        *,
        returning: bool = False,
        waited: bool = False,
        preferred: Preferred | None = None,
        instead_of: CallId | None = None,
    ) -> Destination | None:
        """Wait at a place in a line; give where the queue sends the call.

        While a menu asks, the place stays on the caller's leg: should telekit be lost there, the call returns to it.
        """
        call, desk, note = self._call, self._desk, self._note
        left = await wait_for_agent(
            call,
            desk,
            place,
            note,
            returning=returning,
            waited=waited,
            preferred=preferred,
            instead_of=instead_of,
        )
        if left is None:
            return None
        is_known = left.reason not in (DivertReason.CLOSED, DivertReason.QUEUE_GONE)
        if is_known:
            exited = left.waited if left.reason is DivertReason.EXIT else place.exited
            self._places[place.queue] = replace(place, exited=exited)
            self._came_at = place.came_at or place.entered_at
        stays = is_known and isinstance(left.treatment.then, ToMenu)
        await self._note.write(self._places[place.queue] if stays else None)
        return await self._treat(left.treatment)

    async def _end(self, destination: ToScript | ToNumber | ToVoicemail | HangUp) -> None:
        """Go to a destination from which no other follows."""
        await self._note.write(None)
        match destination:
            case ToScript(name):
                script = self._find_script(name)
                if script is None:
                    log.error("the rules send call %s to script %r, which is not there", self._call.id, name)
                    await self._apologise()
                else:
                    await script(self._call)
            case ToNumber():
                if not await send_out(self._call, self._desk, destination):
                    await self._end(destination.otherwise)
            case ToVoicemail():
                await take_message(self._call, self._desk)
            case HangUp():
                pass
            case _:
                assert_never(destination)

    async def _treat(self, treatment: Treatment) -> Destination:
        if treatment.play:
            await self._call.answer()
            await self._call.music_off()
            await say(self._call, *map(prompt_named, treatment.play))
        return treatment.then

    async def _choose(self, name: MenuName) -> Destination:
        self._waits_since = None
        call, menu = self._call, self._desk.plan.menus.get(name)
        if menu is None:
            log.error("call %s is sent to menu %r, which the new rules no longer have", call.id, name)
            await self._apologise()
            return HangUp()
        await call.answer()
        prompts = map(prompt_named, menu.say)
        key = None
        try:
            key = await call.menu(
                *prompts, choices=menu.choices, tries=menu.tries, timeout=menu.timeout, invalid=MENU_INVALID
            )
        except NOT_DONE as error:
            log.error("call %s cannot choose in menu %r: %s", call.id, name, error)
        return menu.nothing if key is None else menu.choices[key]

    async def _apologise(self) -> None:
        await self._call.answer()
        await say(self._call, FAULT)
