"""Saying something to a caller who has more important things ahead than to hear it."""

import logging
from datetime import datetime

from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

NOT_DONE = (SwitchError, UnsafeValue)
"""What the switch would not do for a call that is still there."""


async def say(call: Call, *what: str | datetime, interrupt: str = "") -> str:
    """Play prompts and say times of day; what cannot be heard is told in the log, and the call goes on.

    A key in `interrupt` ends it while prompts are played, and is given; else an empty text is.
    """
    for each in what:
        try:
            if isinstance(each, datetime):
                await call.say_time(each)
            elif key := await call.play(each, interrupt=interrupt):
                return key
        except NOT_DONE as error:
            log.error("call %s does not hear %s: %s", call.id, each, error)
    return ""
