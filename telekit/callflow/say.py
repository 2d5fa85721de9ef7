"""Saying something to a caller who has more important things ahead than to hear it."""

import logging
from datetime import datetime

from telekit.errors import SwitchError, UnsafeValue
from telekit.pbx.port import Call

log = logging.getLogger(__name__)

NOT_DONE = (SwitchError, UnsafeValue)
"""What the switch would not do for a call that is still there."""


async def say(call: Call, *what: str | datetime) -> None:
    """Play prompts and say times of day; what cannot be heard is told in the log, and the call goes on."""
    for each in what:
        try:
            if isinstance(each, datetime):
                await call.say_time(each)
            else:
                await call.play(each)
        except NOT_DONE as error:
            log.error("call %s does not hear %s: %s", call.id, each, error)
