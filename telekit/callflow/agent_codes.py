"""The codes that agents dial from their own phones: log in, log out, pause, resume, end wrap-up, hear today's shift."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from telekit.acd.events import AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentResumed, Event, WrapUpEnded
from telekit.callflow import prompts
from telekit.callflow.desk import Desk
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.phone import Phone, PhoneKind
from telekit.pbx.port import Call, Script
from telekit.roster.roster import Roster

CODES: Mapping[str, tuple[Callable[[AgentName], Event], str]] = {
    "login": (AgentLoggedIn, prompts.LOGGED_IN),
    "logout": (AgentLoggedOut, prompts.LOGGED_OUT),
    "pause": (AgentPaused, prompts.PAUSED),
    "resume": (AgentResumed, prompts.RESUMED),
    "end-wrap-up": (WrapUpEnded, prompts.WRAP_UP_ENDED),
}
"""From what the dialplan asks (`agi://…/agent?do=login`) to what is told and what is heard."""


def agent_script(desk: Desk) -> Script:
    """Make the script behind the codes; a phone that is no agent's hears so, and nothing else happens."""

    async def agent_codes(call: Call) -> None:
        await call.answer()
        endpoint = call.arguments.get("endpoint", "")
        agent = _agent_at(desk, endpoint)
        wanted = call.arguments.get("do", "")
        if agent is None:
            await call.play(prompts.NOT_AN_AGENT)
        elif wanted == "shift":
            await _tell_shift(call, desk, agent)
        elif wanted in CODES:
            event, heard = CODES[wanted]
            desk.tell(event(agent.name))
            await call.play(heard)
        await call.hang_up()

    return agent_codes


def _agent_at(desk: Desk, endpoint: str) -> Agent | None:
    phone = Phone(PhoneKind.SIP, endpoint)
    return next((agent for agent in desk.plan.agents.values() if phone in agent.phones), None)


async def _tell_shift(call: Call, desk: Desk, agent: Agent) -> None:
    """Say when today's shift, or the rest of the one that runs, begins and ends, in the agent's own time."""
    now = desk.now()
    roster = Roster(desk.plan)
    block = next(roster.blocks(agent.name, now, _end_of_day(now, agent)), None)
    if block is None:
        await call.play(prompts.NO_SHIFT_TODAY)
        return
    await call.play(prompts.YOUR_SHIFT)
    await call.say_time(block.start_at.astimezone(agent.zone))
    await call.play(prompts.UNTIL)
    await call.say_time(block.end_at.astimezone(agent.zone))


def _end_of_day(now: datetime, agent: Agent) -> datetime:
    local = now.astimezone(agent.zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
