"""Leaving a message."""

from telekit.callflow.desk import Desk
from telekit.callflow.prompts import BEEP, LEAVE_MESSAGE, MESSAGE_SAVED
from telekit.callflow.say import say
from telekit.domain.fact import Fact, FactKind
from telekit.pbx.port import Call


async def take_message(call: Call, desk: Desk) -> None:
    """Ask the caller for a message, keep it, thank them; a caller who hangs up while speaking has left one too."""
    await call.answer()
    await call.music_off()
    await say(call, LEAVE_MESSAGE, BEEP)
    recording = await call.record(_file_name(call, desk))
    desk.record(
        Fact(
            desk.now(),
            FactKind.MESSAGE_LEFT,
            call.id,
            details={"path": recording.path, "length": recording.length.total_seconds()},
        )
    )
    await say(call, MESSAGE_SAVED)


def _file_name(call: Call, desk: Desk) -> str:
    """Name the message by its moment (UTC) and its call, whose id is the switch's, never the caller's words."""
    plain = "".join(character if character.isascii() and character.isalnum() else "-" for character in call.id)
    return f"{desk.now():%Y%m%d-%H%M%S}-{plain}"
