"""The queues of mod_callcenter in which callers wait while telekit is away, one for each step of the rules' queues.

Source: FreeSWITCH mod_callcenter.c; its own times of steps (tier rules) count from level 0 and know one span a queue,
so each step is a queue with its own agents, and a caller goes from one to the next.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from telekit.domain.agent import Agent
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Strategy
from telekit.errors import SettingsError
from telekit.pbx.freeswitch.render.destination import START
from telekit.pbx.freeswitch.render.element import element, included, param
from telekit.pbx.freeswitch.render.line import Line, lines_of
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.ring import agent_context
from telekit.pbx.render import word
from telekit.pbx.render.members import members, ring_of

STRATEGIES = {
    Strategy.LONGEST_IDLE: "longest-idle-agent",
    Strategy.FEWEST_CALLS: "agent-with-fewest-calls",
    Strategy.ROUND_ROBIN: "round-robin",
    Strategy.FIXED: "sequentially-by-agent-order",
    Strategy.RING_ALL: "ring-all",
    Strategy.MOST_SKILLED: "sequentially-by-agent-order",
    Strategy.LEAST_SKILLED: "sequentially-by-agent-order",
}
"""The nearest that mod_callcenter has; the skilled stand in their order."""
TURN = timedelta(seconds=60)
"""How long a caller waits at most before telekit is asked again."""
OFF_SHIFT, BUSY, MISSED = 30, 5, 5
"""Seconds for which an agent is left in peace."""


def render_callcenter(plan: Plan, options: Options) -> dict[str, str]:
    """Write the three parts of callcenter.conf; raises `SettingsError` for two queues that are taken for one."""
    spelled: dict[str, str] = {}
    queues, tiers = list[str](), list[str]()
    rung: dict[str, tuple[Agent, timedelta, timedelta]] = {}
    for queue in plan.queues.values():
        other = spelled.setdefault(queue.name.casefold(), queue.name)
        if other != queue.name:
            raise SettingsError(f"The queues {other} and {queue.name} differ in capitals only: rename one.")
        who = members(plan, queue, options.gateway)
        ring = ring_of(queue, who, options.gateway)
        for line in lines_of(queue, who):
            queues.append(_queue(queue, line))
            tiers += _tiers(line)
        for agent, _ in who:
            _, longest, wrap_up = rung.get(agent.name, (agent, timedelta(0), timedelta(0)))
            rung[agent.name] = agent, max(ring, longest), max(queue.wrap_up, wrap_up)
    return {
        "queues.xml": included(queues),
        "agents.xml": included(_agents(rung)),
        "tiers.xml": included(tiers),
    }


def _queue(queue: Queue, line: Line) -> str:
    later = [step.after - line.step.after for step in queue.steps if step.after > line.step.after]
    return element(
        "queue",
        param("strategy", STRATEGIES[line.step.strategy]),
        param("moh-sound", f"local_stream://{word.name(queue.music)}"),
        param("time-base-score", "queue"),
        param("max-wait-time", str(max(1, int(min([TURN, *later]).total_seconds())))),
        param("tier-rules-apply", "false"),
        param("discard-abandoned-after", "60"),
        param("abandoned-resume-allowed", "false"),
        name=line.name,
    )


def _agents(rung: Mapping[str, tuple[Agent, timedelta, timedelta]]) -> Iterator[str]:
    for name, (agent, ring, wrap_up) in rung.items():
        yield element(
            "agent",
            name=f"telekit-{word.name(name)}",
            type="callback",
            contact=f"[leg_timeout={int(ring.total_seconds())}]loopback/{START}/{agent_context(agent)}/XML",
            status="Available",
            max_no_answer="0",
            wrap_up_time=str(int(wrap_up.total_seconds())),
            reject_delay_time=str(OFF_SHIFT),
            busy_delay_time=str(BUSY),
            no_answer_delay_time=str(MISSED),
        )


def _tiers(line: Line) -> Iterator[str]:
    """Give a line its agents, those of earlier steps first."""
    for position, (agent, first) in enumerate(line.agents, 1):
        yield element(
            "tier",
            agent=f"telekit-{word.name(agent.name)}",
            queue=line.name,
            level=str(first),
            position=str(position),
        )
