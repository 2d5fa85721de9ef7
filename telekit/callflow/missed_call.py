"""An agent hears who called when they did not take the call, and may call back."""

import re
from dataclasses import dataclass
from datetime import timedelta

from telekit.callflow import prompts
from telekit.callflow.say import NOT_DONE, say
from telekit.pbx.port import Call

RINGS_FOR = timedelta(seconds=45)
KEY = "1"
KEY_WITHIN = timedelta(seconds=5)

_CALLABLE = re.compile(r"\+?[0-9]{3,15}")
"""A number that may be dialled: what a caller sends is data, and may be anything."""


@dataclass(frozen=True, slots=True)
class MissedCall:
    """The last call that was offered to an agent who did not take it."""

    number: str | None
    """None when the caller withheld it."""
    dialed: str
    """What the caller dialled: a number of the company's."""


async def hear_missed_call(call: Call, missed: MissedCall | None, *, calls_back: bool) -> None:
    """Say the number digit by digit; if numbers can be called, call it back by key, from a number of the company's."""
    if missed is None:
        await say(call, prompts.NO_MISSED_CALL)
    elif missed.number is None or not _CALLABLE.fullmatch(missed.number):
        await say(call, prompts.MISSED_WITHHELD)
    else:
        await say(call, prompts.MISSED_CALL)
        await call.say_digits(missed.number.lstrip("+"))
        if calls_back and await _wishes(call):
            await _call_back(call, missed)


async def _wishes(call: Call) -> bool:
    try:
        return await call.menu(prompts.CALL_BACK, choices=KEY, tries=1, timeout=KEY_WITHIN) == KEY
    except NOT_DONE:
        return False


async def _call_back(call: Call, missed: MissedCall) -> None:
    shown = missed.dialed if _CALLABLE.fullmatch(missed.dialed) else None
    try:
        await call.connect(missed.number or "", ring=RINGS_FOR, shown=shown)
    except NOT_DONE:
        await say(call, prompts.FAULT)
