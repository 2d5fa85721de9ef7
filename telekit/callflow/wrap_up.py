"""An agent needs longer for the notes of the last call."""

from datetime import timedelta

from telekit.acd.events import WrapUpExtended
from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import say
from telekit.domain.agent import Agent
from telekit.domain.presence import Presence
from telekit.pbx.port import Call

USUAL = timedelta(minutes=1)
"""What is added after a call of a queue without wrap-up."""
MOST_MINUTES = 99


async def extend_wrap_up(call: Call, desk: Desk, agent: Agent) -> None:
    """Add so many minutes as were dialled with the code, else as much again as the rules give."""
    now = desk.agent(agent.name)
    if now is not None:
        minutes = call.arguments.get("key", "")
        stated = minutes.isascii() and minutes.isdigit() and 0 < int(minutes) <= MOST_MINUTES
        more = timedelta(minutes=int(minutes)) if stated else now.wrap_up or USUAL
        desk.tell(WrapUpExtended(agent.name, max(desk.now(), now.wrap_until_at or desk.now()) + more))
        now = desk.agent(agent.name)
    extended = now is not None and now.presence.presence is Presence.WRAP_UP
    await say(call, prompts.WRAP_UP_EXTENDED if extended else prompts.NO_WRAP_UP)
