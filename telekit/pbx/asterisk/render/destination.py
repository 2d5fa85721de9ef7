"""Sending a caller on, in the dialplan's words."""

from collections.abc import Iterator
from typing import assert_never

from telekit.acd.routing import LONGEST_WAY
from telekit.domain.destination import Destination, HangUp, ToMenu, ToNumber, ToQueue, ToScript, ToVoicemail, Treatment
from telekit.pbx.render import word
from telekit.pbx.render.context import VOICEMAIL, menu_context, queue_context

OUTSIDE = "telekit-outside"


def destination_lines(destination: Destination) -> Iterator[str]:
    """Write how a destination is reached; the last line leaves the context or ends the call."""
    match destination:
        case ToQueue(queue, priority, _):
            yield f"Set(TELEKIT_PLACE=${{EPOCH}}.000:{priority:d}:{word.name(queue)})"
            yield f"Goto({queue_context(queue)},s,1)"
        case ToMenu(menu):
            yield f"Goto({menu_context(menu)},s,1)"
        case ToNumber(number, ring, otherwise):
            yield f"Gosub({OUTSIDE},s,1({word.number(number)},{int(ring.total_seconds())}))"
            yield from destination_lines(otherwise)
        case ToVoicemail():
            yield f"Goto({VOICEMAIL},s,1)"
        case ToScript():
            # A script is telekit's to run, and telekit is away.
            yield "Answer()"
            yield f"Playback({word.prompt('fault')})"
            yield "Hangup()"
        case HangUp():
            yield "Hangup()"
        case _:
            assert_never(destination)


def treatment_lines(treatment: Treatment) -> Iterator[str]:
    """Write what is said and where it goes on from there."""
    if treatment.play:
        yield "Answer()"
        yield f"Playback({'&'.join(word.prompt(name) for name in treatment.play)})"
    yield from destination_lines(treatment.then)


def way_lines() -> Iterator[str]:
    """Count the stops of a call, and leave to `lost` after too many."""
    yield "Set(TELEKIT_WAY=$[0${TELEKIT_WAY} + 1])"
    yield f"GotoIf($[${{TELEKIT_WAY}} > {LONGEST_WAY}]?lost)"


def outside_lines(trunk: str | None, shown: str | None = None) -> Iterator[str]:
    """Ring a number through the trunk; come back when nobody has answered, and at once where no trunk is."""
    number = word.number(shown) if shown is not None else "${TELEKIT_DIALED}"
    if trunk is not None:
        # As telekit itself dials: no forwarding, no name for the caller's display; the number dialled is shown there.
        yield f"Dial(PJSIP/${{ARG1}}@{word.name(trunk)},${{ARG2}},giIf({number}))"
        yield 'GotoIf($["${DIALSTATUS}" = "ANSWER"]?over)'
    yield "Return()"
    if trunk is not None:
        yield "(over)Hangup()"


def voicemail_lines(folder: str) -> Iterator[str]:
    """Take a message into a file named by the call, as telekit itself does."""
    place = folder if folder.startswith("/") else f"${{ASTSPOOLDIR}}/{folder}"
    yield "Answer()"
    yield f"Playback({word.prompt('leave-message')}&beep)"
    yield f"Record({place}/${{FILTER(A-Za-z0-9-,${{STRREPLACE(UNIQUEID,.,-)}})}}.wav,5,180,kq)"
    yield f"Playback({word.prompt('message-saved')})"
    yield "Hangup()"
