"""What it costs to work out one waiting call's place and expected wait, in the thread that leads all calls.

`python -m tests.bench.estimate_cost` fills a centre of 15,000 agents and 5,000 queues with calls, sends agents on a
break so that ever more calls wait, and times the estimate for some of these by the processor's clock.
"""

import sys
from collections.abc import Sequence
from datetime import timedelta
from time import thread_time_ns

from telekit.acd.events import AgentPaused
from tests.bench.decisions_world import Size, World, at
from tests.bench.figures import share

ASKED = 500
KNOWN = 25
"""Conversations that are known of each queue."""
ON_A_BREAK = (30, 60, 80)
"""Percent of the agents, one after the other."""


def main() -> int:
    """Run it."""
    world = World(Size(), at("09:00"))
    experience = world.distributor.experience
    for queue in world.plan.queues:
        for number in range(KNOWN):
            experience.talked(queue, timedelta(seconds=60 + 10 * number))
    for _ in range(world.size.calls):
        world.arrive()
    sys.stdout.write("agents on a break | calls that wait | estimates: median ms | 99 % ms | longest ms\n")
    for percent in ON_A_BREAK:
        for number, agent in enumerate(world.plan.agents):
            if number % 100 < percent:
                world.handle("pause", AgentPaused(agent, "break"))
        world.run(world.now + timedelta(minutes=4))
        waiting = [call.call for queue in world.distributor.queues() for call in queue.calls if not call.rings]
        taken = times(world, waiting[:: max(1, len(waiting) // ASKED)])
        if taken:
            told = f"{share(taken, 0.5):.1f} | {share(taken, 0.99):.1f} | {max(taken):.1f}"
            sys.stdout.write(f"{percent} % | {len(waiting)} | {told}\n")
    return 0


def times(world: World, calls: Sequence[str]) -> list[float]:
    """Time the estimate for each of these calls, in milliseconds."""
    taken = []
    for call in calls:
        began = thread_time_ns()
        world.distributor.outlook(call, world.now)  # type: ignore[arg-type]
        taken.append((thread_time_ns() - began) / 1e6)
    return taken


if __name__ == "__main__":
    sys.exit(main())
