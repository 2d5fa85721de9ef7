"""Whom a route's preference means for one call."""

from typing import assert_never

from telekit.callflow.desk import Desk
from telekit.domain.lookup import Known
from telekit.domain.names import AgentName
from telekit.domain.preference import GivenAgent, LastAgent, NamedAgent, Preference, Preferred
from telekit.pbx.port import Call


async def preferred_for(call: Call, desk: Desk, preference: Preference, known: Known) -> Preferred | None:
    """Find out for whom a call is to be held, given what was looked up; None when there is nobody of that kind."""
    agent = await _agent(call, desk, preference, known)
    return Preferred(agent, preference.span) if agent is not None else None


async def _agent(call: Call, desk: Desk, preference: Preference, known: Known) -> AgentName | None:
    match preference.which:
        case LastAgent():
            number = call.caller.number
            return await call.until(desk.last_agent(number)) if number is not None else None
        case NamedAgent(agent):
            return agent
        case GivenAgent(variable):
            return AgentName(known[variable]) if variable in known else None
        case _:
            assert_never(preference.which)
