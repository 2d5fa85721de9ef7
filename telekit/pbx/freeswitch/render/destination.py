"""Sending a caller on, in the dialplan's words."""

from collections.abc import Iterator
from typing import assert_never

from telekit.acd.routing import LONGEST_WAY
from telekit.domain.destination import Destination, HangUp, ToMenu, ToNumber, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.pbx.freeswitch.render.element import action, at, element, extension, go, prompt, said
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render import word
from telekit.pbx.render.context import VOICEMAIL, menu_context, queue_context

START = "start"
WAY = "telekit_way"
"""Has an x for each stop of a call."""
MESSAGE = "180 200 5"
"""Seconds at most; the level below which it is silent; seconds of silence that end it."""


def steps_to(destination: Destination, options: Options) -> Iterator[str]:
    """Write how a destination is reached; the last step leaves the context or ends the call."""
    match destination:
        case ToQueue(queue, priority, _):
            yield action("set", f"TELEKIT_PLACE=${{strepoch()}}.000:{priority:d}:{word.name(queue)}")
            yield go(START, queue_context(queue))
        case ToMenu(menu):
            yield go(START, menu_context(menu))
        case ToNumber(number, ring, otherwise):
            if options.gateway is not None:
                yield from outside(number, int(ring.total_seconds()), options)
            yield from steps_to(otherwise, options)
        case ToVoicemail():
            yield go(START, VOICEMAIL)
        case ToScript():
            # A script is telekit's to run, and telekit is away.
            yield action("answer")
            yield action("playback", prompt(options.sounds, "fault"))
            yield action("hangup")
        case HangUp():
            yield action("hangup")
        case _:
            assert_never(destination)


def treatment_of(treatment: Treatment, options: Options) -> Iterator[str]:
    """Write what is said and where it goes on from there."""
    if treatment.play:
        yield action("answer")
        yield action("playback", said(options.sounds, treatment.play))
    yield from steps_to(treatment.then, options)


def outside(number: str, seconds: int, options: Options) -> Iterator[str]:
    """Ring a number through the gateway; go on when nobody has answered."""
    yield action("set", "hangup_after_bridge=true")
    yield action("set", "continue_on_fail=true")
    yield action("set", "ringback=local_stream://default")
    variables = f"{shown(options)},{kept(seconds, options)},ignore_early_media=true"
    yield action("bridge", f"{{{variables}}}{through(number, options)}")


def through(number: str, options: Options) -> str:
    """Give the destination that is a number outside."""
    return f"sofia/gateway/{word.name(options.gateway or '')}/{word.number(number)}"


def shown(options: Options) -> str:
    """Give the variables by which a number sees one of the company's, and no name."""
    number = word.number(options.number) if options.number is not None else "${telekit_dialed}"
    return f"origination_caller_id_number={number},origination_caller_id_name="


def kept(seconds: int, options: Options) -> str:
    """Give the variables by which a phone rings so long, forwards no call, and is not shown to the caller.

    Source: FreeSWITCH mod_sofia's sofia.c, sofia_update_callee_id; src/switch_ivr_bridge.c, send_display.
    """
    known = word.number(options.number) if options.number is not None else "anonymous"
    callee = f"ignore_display_updates=true,sip_callee_id_number={known},sip_callee_id_name={known}"
    return f"leg_timeout={seconds},outbound_redirect_fatal=true,{callee}"


def stop() -> str:
    """Count the stops of a call, and end it after too many."""
    too_many = element("condition", action("hangup"), field=f"${{{WAY}}}", expression=f"^x{{{LONGEST_WAY}}}")
    return extension("too many stops", at(START), too_many)


def one_more() -> str:
    """Write the step that counts a stop."""
    return action("set", f"{WAY}=${{{WAY}}}x")


def voicemail(options: Options) -> str:
    """Write how a message is taken into a file named by the call, as telekit itself does."""
    return element(
        "context",
        extension(
            "message",
            at(
                START,
                action("answer"),
                action("playback", prompt(options.sounds, "leave-message")),
                action("playback", "tone_stream://%(200,0,1000)"),
                action("set", "playback_terminators=#"),
                action("record", f"{options.messages}/${{uuid}}.wav {MESSAGE}"),
                action("playback", prompt(options.sounds, "message-saved")),
                action("hangup"),
            ),
        ),
        name=VOICEMAIL,
    )
