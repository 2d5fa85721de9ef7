"""Leaving a message."""

from telekit.callflow.desk import Desk
from telekit.callflow.prompts import BEEP, LEAVE_MESSAGE, MESSAGE_SAVED
from telekit.domain.fact import Fact, FactKind
from telekit.pbx.port import Call


async def take_message(call: Call, desk: Desk) -> None:
    """Ask the caller for a message, keep it, thank them; a caller who hangs up while speaking has left one too."""
    await call.answer()
    await call.play(LEAVE_MESSAGE, BEEP)
    recording = await call.record(_file_name(call))
    desk.record(
        Fact(
            desk.now(),
            FactKind.MESSAGE_LEFT,
            call.id,
            details={"path": recording.path, "length": recording.length.total_seconds()},
        )
    )
    await call.play(MESSAGE_SAVED)


def _file_name(call: Call) -> str:
    """Name the message by its call: the id is the switch's, never the caller's words."""
    return "".join(character if character.isalnum() else "-" for character in call.id)
