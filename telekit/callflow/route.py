"""The script of every incoming call: find its route, follow it to the end."""

import logging
from typing import assert_never

from telekit.acd.routing import first_match
from telekit.callflow.desk import Desk
from telekit.callflow.line import wait_for_agent
from telekit.callflow.prompts import MENU_INVALID, prompt_named
from telekit.callflow.voicemail import take_message
from telekit.domain.call import Arrival
from telekit.domain.destination import Destination, HangUp, ToMenu, ToQueue, ToScript, ToVoicemail
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import MenuName
from telekit.domain.place import Place
from telekit.pbx.port import Call, FindScript, Script

log = logging.getLogger(__name__)

LONGEST_WAY = 50
"""Destinations that one call may pass through, so that rules that lead in a circle end by themselves."""


def route_script(desk: Desk, find_script: FindScript) -> Script:
    """Make telekit's own routing script."""

    async def route(call: Call) -> None:
        returning = Place.parse(call.arguments.get("place", ""))
        _record_arrival(call, desk, returning)
        try:
            if returning is not None:
                treatment = await wait_for_agent(
                    call, desk, ToQueue(returning.queue, returning.priority), returning.entered_at
                )
                if treatment is not None:
                    await _play(call, treatment.play)
                    await _follow(call, desk, find_script, treatment.then)
            else:
                await _follow(call, desk, find_script, _destination(call, desk))
            await call.hang_up()
        finally:
            desk.record(Fact(desk.now(), FactKind.CALL_ENDED, call.id))

    return route


def _record_arrival(call: Call, desk: Desk, returning: Place | None) -> None:
    details = {"dialed": call.dialed, "caller": call.caller.number, "name": call.caller.name}
    if returning is not None:
        details["returning"] = str(returning)
    desk.record(Fact(desk.now(), FactKind.CALL_ARRIVED, call.id, details=details))


def _destination(call: Call, desk: Desk) -> Destination:
    route = first_match(desk.plan, Arrival(call.id, call.dialed, call.caller))
    if route is None:
        log.warning("no route takes the call %s to %r: it is hung up", call.id, call.dialed)
    details = {"route": str(route.origin) if route else None, "label": route.label if route else ""}
    desk.record(Fact(desk.now(), FactKind.CALL_ROUTED, call.id, details=details))
    return route.destination if route else HangUp()


async def _follow(call: Call, desk: Desk, find_script: FindScript, destination: Destination) -> None:
    """Lead a call from destination to destination until one ends it."""
    for _ in range(LONGEST_WAY):
        match destination:
            case ToQueue():
                treatment = await wait_for_agent(call, desk, destination)
                if treatment is None:
                    return
                await _play(call, treatment.play)
                destination = treatment.then
            case ToMenu(menu):
                destination = await _choose(call, desk, menu)
            case ToScript(name):
                script = find_script(name)
                if script is None:
                    log.error("the rules send call %s to script %r, which is not in the scripts folder", call.id, name)
                    return
                await script(call)
                return
            case ToVoicemail():
                await take_message(call, desk)
                return
            case HangUp():
                return
            case _:
                assert_never(destination)
    log.error("call %s went through %d destinations without an end: the rules lead in a circle", call.id, LONGEST_WAY)


async def _choose(call: Call, desk: Desk, name: MenuName) -> Destination:
    menu = desk.plan.menus.get(name)
    if menu is None:
        log.error("call %s is sent to menu %r, which the new rules no longer have", call.id, name)
        return HangUp()
    await call.answer()
    prompts = [prompt_named(prompt) for prompt in menu.say]
    key = await call.menu(*prompts, choices=menu.choices, tries=menu.tries, timeout=menu.timeout, invalid=MENU_INVALID)
    return menu.nothing if key is None else menu.choices[key]


async def _play(call: Call, names: tuple[str, ...]) -> None:
    if names:
        await call.answer()
        await call.music_off()
        await call.play(*[prompt_named(name) for name in names])
