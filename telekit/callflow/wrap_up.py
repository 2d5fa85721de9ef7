"""An agent needs longer for the notes of the last call."""

from datetime import timedelta

from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import say
from telekit.callflow.word import BY_PHONE, Word, may_extend_wrap_up, take_word
from telekit.domain.agent import Agent
from telekit.pbx.port import Call

MOST_MINUTES = 99


async def extend_wrap_up(call: Call, desk: Desk, agent: Agent) -> None:
    """Add so many minutes as were dialled with the code, else as much again as the rules give."""
    if not may_extend_wrap_up(desk, agent):
        await say(call, prompts.NO_WRAP_UP)
        return
    minutes = call.arguments.get("key", "")
    stated = minutes.isascii() and minutes.isdigit() and 0 < int(minutes) <= MOST_MINUTES
    more = timedelta(minutes=int(minutes)) if stated else None
    await take_word(desk, agent, Word.EXTEND_WRAP_UP, BY_PHONE, more=more)
    await say(call, prompts.WRAP_UP_EXTENDED)
