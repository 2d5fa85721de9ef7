"""Which call comes before which, and who may serve it, as the rules say it and by nothing that decides it."""

from datetime import datetime

from telekit.acd.views import CallNow
from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster
from tests.acd.story import Moment

ROSTERS: dict[int, Roster] = {}


def roster_of(plan: Plan) -> Roster:
    return ROSTERS.setdefault(id(plan), Roster(plan))


def stood_throughout(moment: Moment) -> list[CallNow]:
    """Give the calls that stood in line before and after, at the same step, with the same misses."""
    return [
        call
        for name, call in moment.after.items()
        if call == moment.before.get(name) and not call.rings and not call.rests
    ]


def may_serve(moment: Moment, name: AgentName, call: CallNow) -> bool:
    agent: Agent = moment.plan.agents[name]
    queue = moment.plan.queues[call.queue]
    off_at = roster_of(moment.plan).on_until(name, moment.at)
    if off_at is None or moment.at >= off_at - queue.last_offer:
        return False
    first = max(number for number, step in enumerate(queue.steps[: call.step + 1]) if step.replace or number == 0)
    return any(step.requirement.met_by(agent.skills) for step in queue.steps[first : call.step + 1])


def precedence(call: CallNow, plan: Plan, now: datetime) -> tuple[float, datetime]:
    ages = plan.queues[call.queue].ages
    points = call.priority + ((now - call.came_at) / ages if ages else 0)
    return -points, call.came_at
