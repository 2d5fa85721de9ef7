"""What a plan alone decides: its roster, its pools of able agents, its queues' halls.

It takes 0.4 s to make for 15,000 agents and 5,000 queues, and depends on nothing that happens: so it can be made
elsewhere while calls are led, and be moved into at once.
"""

from telekit.acd.hall import Hall
from telekit.acd.pool import Pools
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster


class Premises:
    """Where the calls of one plan will wait. To be moved into once: from then on they are lived in."""

    __slots__ = ("halls", "plan", "pools", "roster")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.roster = Roster(plan)
        self.pools = Pools(tuple(plan.agents.values()))
        self.halls = {name: Hall(queue, self.pools.pool) for name, queue in plan.queues.items()}
