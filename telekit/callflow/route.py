"""The script of every incoming call: find its route, follow it to the end."""

import asyncio
import logging
from typing import assert_never

from telekit.acd.routing import first_match
from telekit.callflow.desk import Desk
from telekit.callflow.line import wait_for_agent
from telekit.callflow.prompts import FAULT, MENU_INVALID, prompt_named
from telekit.callflow.say import NOT_DONE, say
from telekit.callflow.voicemail import take_message
from telekit.domain.call import Arrival
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import MenuName
from telekit.domain.place import Place
from telekit.errors import CallerGone, LinkError
from telekit.pbx.port import Call, FindScript, Script

log = logging.getLogger(__name__)

LONGEST_WAY = 50
"""Destinations that one call may pass through, so that rules that lead in a circle end by themselves."""

BY_CALLER = "caller"
BY_TELEKIT = "telekit"
BY_FAULT = "fault"
LOST = "lost"
"""How telekit's part of a call ends; lost is one whose script ends before it, say because telekit does."""


def route_script(desk: Desk, find_script: FindScript) -> Script:
    """Make telekit's own routing script."""

    async def route(call: Call) -> None:
        returning = Place.parse(call.arguments.get("place", ""))
        _record_arrival(call, desk, returning)
        ended_by = BY_FAULT
        try:
            await _Route(call, desk, find_script).lead(returning)
            await call.hang_up()
            ended_by = BY_TELEKIT
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

    return route


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

    async def lead(self, returning: Place | None) -> None:
        """Lead the call from destination to destination until one ends it; first back to its place if it had one."""
        destination: Destination | None
        if returning is not None:
            to = ToQueue(returning.queue, returning.priority)
            destination = await self._treat(await wait_for_agent(self._call, self._desk, to, returning.entered_at))
        else:
            destination = self._first()
        for _ in range(LONGEST_WAY):
            if destination is None:
                return
            destination = await self._follow(destination)
        log.error(
            "call %s went through %d destinations without an end: the rules lead in a circle",
            *(self._call.id, LONGEST_WAY),
        )
        await self._apologise()

    def _first(self) -> Destination:
        call, desk = self._call, self._desk
        route = first_match(desk.plan, Arrival(call.id, call.dialed, call.caller))
        if route is None:
            log.warning("no route takes the call %s to %r: it is hung up", call.id, call.dialed)
        details = {"route": str(route.origin) if route else None, "label": route.label if route else ""}
        desk.record(Fact(desk.now(), FactKind.CALL_ROUTED, call.id, details=details))
        return route.destination if route else HangUp()

    async def _follow(self, destination: Destination) -> Destination | None:
        """Go to one destination; give the next, or None when there is none."""
        match destination:
            case ToQueue():
                return await self._treat(await wait_for_agent(self._call, self._desk, destination))
            case ToMenu(menu):
                return await self._choose(menu)
            case ToScript(name):
                script = self._find_script(name)
                if script is None:
                    log.error("the rules send call %s to script %r, which is not there", self._call.id, name)
                    await self._apologise()
                else:
                    await script(self._call)
                return None
            case ToVoicemail():
                await take_message(self._call, self._desk)
                return None
            case HangUp():
                return None
            case _:
                assert_never(destination)

    async def _treat(self, treatment: Treatment | None) -> Destination | None:
        if treatment is None:
            return None
        if treatment.play:
            await self._call.answer()
            await self._call.music_off()
            await say(self._call, *map(prompt_named, treatment.play))
        return treatment.then

    async def _choose(self, name: MenuName) -> Destination:
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
        except LinkError:
            raise
        except NOT_DONE as error:
            log.error("call %s cannot choose in menu %r: %s", call.id, name, error)
        return menu.nothing if key is None else menu.choices[key]

    async def _apologise(self) -> None:
        await self._call.answer()
        await say(self._call, FAULT)
