"""Calls that the loopback makes by itself: a phone rings, and once it has answered a script leads it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from telekit.domain.call import Caller
from telekit.domain.names import OURS, CallId, LegId, OfferId, call_of
from telekit.domain.phone import Phone
from telekit.domain.queue import MissCause
from telekit.errors import CallerGone, LinkError, SwitchError, UnsafeValue
from telekit.pbx.loopback.call import LoopbackCall
from telekit.pbx.loopback.phone import Answers, Leg
from telekit.pbx.loopback.switch import LoopbackSwitch

_NAME = re.compile(rf"{OURS}[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be called, and what for."""

    phone: Phone
    script: str
    arguments: Mapping[str, str]
    leg: LegId
    ring: timedelta
    offer: OfferId | None
    shown: str | None

    def check(self) -> None:
        """Refuse what no switch would be sent."""
        words = (
            self.phone.address,
            self.script,
            self.offer or "",
            self.shown or "",
            *self.arguments,
            *self.arguments.values(),
        )
        for word in words:
            if any(ord(character) < 32 or ord(character) == 127 for character in word):
                raise UnsafeValue(f"A control character in {word!r}: it was not sent to the switch.")
        if not _NAME.fullmatch(self.leg):
            raise UnsafeValue(f"{self.leg!r} cannot name a leg: `own_leg` makes such names.")


async def call_out(switch: LoopbackSwitch, errand: Errand) -> MissCause | None:
    """Do what the port says; whoever cancels this ends the leg."""
    errand.check()
    if switch.refuses_to_call:
        raise SwitchError(switch.refuses_to_call)
    if errand.leg in switch.called_out:
        raise SwitchError(f"The leg {errand.leg} was made already: each has a name of its own.")
    lost = switch.link_lost
    if lost.done():
        raise LinkError("The link to the switch is down.")
    calling = asyncio.ensure_future(_see_through(switch, errand))
    switch.errands.add(calling)
    calling.add_done_callback(switch.errands.discard)
    try:
        await asyncio.wait((calling, lost), return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        await switch.hang_up(errand.leg)
        raise
    if not calling.done():
        raise LinkError("The link to the switch was lost before it told whether the phone has answered.")
    return calling.result()


async def _see_through(switch: LoopbackSwitch, errand: Errand) -> MissCause | None:
    """Ring, and let the script begin; a lost link does not end this."""
    call = call_of(errand.offer) if errand.offer is not None else CallId(errand.leg)
    legs = switch.make_leg(errand.phone, call, errand.offer, errand.leg)
    answered = await switch.first_to_answer(legs, errand.ring)
    if answered is None or answered.over.done():
        for leg in legs:
            leg.end()
        return switch.why([errand.phone], legs)
    if errand.offer is not None and not answered.answered.result():
        answered.end()
        return MissCause.VOICEMAIL
    if errand.script not in switch.scripts:
        answered.end()
        raise SwitchError(f"There is no script {errand.script!r}: put it into `switch.scripts`.")
    leading = asyncio.ensure_future(_lead(switch, errand, answered))
    switch.errands.add(leading)
    leading.add_done_callback(switch.errands.discard)
    return None


async def _lead(switch: LoopbackSwitch, errand: Errand, leg: Leg) -> None:
    habit = leg.phone.habit
    call = LoopbackCall(
        switch,
        dialed=errand.shown or "",
        caller=Caller(errand.phone.address if errand.offer is None else errand.shown),
        keys=habit.keys if isinstance(habit, Answers) else "",
        script=errand.script,
        arguments=errand.arguments,
        called=leg,
    )
    switch.called_out[errand.leg] = call
    try:
        await switch.scripts[errand.script](call)
    except CallerGone:
        pass
    finally:
        leg.end()
