"""Whom a route's preference means for one call."""

from typing import assert_never

from telekit.callflow.desk import Desk
from telekit.domain.names import AgentName
from telekit.domain.preference import LastAgent, NamedAgent, Preference, Preferred
from telekit.pbx.port import Call


async def preferred_for(call: Call, desk: Desk, preference: Preference) -> Preferred | None:
    """Find out for whom a call is to be held; None when there is nobody of that kind."""
    agent = await _agent(call, desk, preference)
    return Preferred(agent, preference.span) if agent is not None else None


async def _agent(call: Call, desk: Desk, preference: Preference) -> AgentName | None:
    match preference.which:
        case LastAgent():
            number = call.caller.number
            return await call.until(desk.last_agent(number)) if number is not None else None
        case NamedAgent(agent):
            return agent
        case _:
            assert_never(preference.which)
