"""The codes that agents dial from their own phones: log in, log out, pause, resume, end wrap-up, hear today's shift."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from telekit.acd.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentResumed, Event, WrapUpEnded
from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.callflow.say import say
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.domain.presence import Presence
from telekit.pbx.port import Call, Script

log = logging.getLogger(__name__)

CODES: Mapping[str, tuple[Callable[[AgentName], Event], str]] = {
    "login": (AgentLoggedIn, prompts.LOGGED_IN),
    "logout": (AgentLoggedOut, prompts.LOGGED_OUT),
    "pause": (AgentPaused, prompts.PAUSED),
    "resume": (AgentResumed, prompts.RESUMED),
    "end-wrap-up": (WrapUpEnded, prompts.WRAP_UP_ENDED),
}
"""From what the dialplan asks (`agi://…/agent?do=login`) to what is told, and to what is heard if it came so."""
SHIFT = "shift"


def agent_script(desk: Desk) -> Script:
    """Make the script behind the codes; a phone that is no agent's hears so, and nothing else happens."""

    async def agent_codes(call: Call) -> None:
        await call.answer()
        agent = _agent_at(desk, call.arguments.get("endpoint", ""))
        if agent is None:
            await say(call, prompts.NOT_AN_AGENT)
        else:
            await call.speak(agent.language)
            await say(call, *_obey(desk, agent, call.arguments.get("do", "")))
        await call.hang_up()

    return agent_codes


def _agent_at(desk: Desk, endpoint: str) -> Agent | None:
    phone = Phone(PhoneKind.SIP, endpoint)
    return next((agent for agent in desk.plan.agents.values() if phone in agent.phones), None)


def _obey(desk: Desk, agent: Agent, wanted: str) -> Sequence[str | datetime]:
    """Do what a code asks; give what has become of it, to be said: off shift no code brings a call."""
    if wanted != SHIFT and wanted not in CODES:
        log.error("the dialplan asks for %r, which is no code for agents: see telekit-code there", wanted)
        return [prompts.FAULT]
    heard = ""
    if wanted in CODES:
        event, heard = CODES[wanted]
        desk.tell(event(agent.name))
    now = desk.agent(agent.name)
    if now is None:  # the rules have changed this very moment
        return [prompts.NOT_AN_AGENT]
    if wanted == SHIFT or (now.off_at is None and wanted != "logout"):
        return _shift(desk, agent)
    return [prompts.LOGGED_OUT if now.presence.presence is Presence.LOGGED_OUT else heard]


def _shift(desk: Desk, agent: Agent) -> Sequence[str | datetime]:
    """Tell when today's shift, or the rest of the one that runs, begins and ends, in the agent's own time."""
    now = desk.now()
    block = next(desk.roster.blocks(agent.name, now, _end_of_day(now, agent)), None)
    if block is None:
        return [prompts.NO_SHIFT_TODAY]
    begins, ends = (moment.astimezone(agent.zone) for moment in (block.start_at, block.end_at))
    return [prompts.YOUR_SHIFT, begins, prompts.UNTIL, ends]


def _end_of_day(now: datetime, agent: Agent) -> datetime:
    local = now.astimezone(agent.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
