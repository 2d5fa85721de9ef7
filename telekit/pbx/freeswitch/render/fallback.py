"""The dialplan for when telekit is away: the last good plan's routes, menus and queues in FreeSWITCH's own means.

No phone rings outside its person's shift here either. Every shift, exception and holiday is known exactly for the days
just ahead; afterwards the week's pattern holds, and nobody is rung on a day with an exception, nor for what is worked
every few weeks only. Gates shut a ring's length before a shift's end. Agents' presence (pauses, who has logged in) and
overflow are telekit's alone. Steps only add agents here, and act at the next turn of the wait.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.pbx.freeswitch.render.destination import voicemail
from telekit.pbx.freeswitch.render.element import element, included
from telekit.pbx.freeswitch.render.gate import Gate, gate
from telekit.pbx.freeswitch.render.line import lines_of
from telekit.pbx.freeswitch.render.menu import render_menu
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.ring import render_agent
from telekit.pbx.freeswitch.render.routing import render_routing
from telekit.pbx.freeswitch.render.waiting import render_waiting
from telekit.pbx.render.members import margin_of, members, rung_by
from telekit.pbx.render.stamp import VARIABLE, Stamp
from telekit.pbx.render.stretches import Horizon, agent_stretches, always_open, queue_stretches
from telekit.roster.roster import Roster


def render_fallback(plan: Plan, now: datetime, options: Options) -> str:
    """Write the contexts; `now` is when the rules were last good."""
    stamp = f'<X-PRE-PROCESS cmd="set" data="{VARIABLE}={Stamp.of(plan, now)}"/>'
    return included([stamp, *_Fallback(plan, now, options).contexts()])


class _Fallback:
    def __init__(self, plan: Plan, now: datetime, options: Options) -> None:
        self.plan = plan
        self.options = options
        self.horizon = Horizon(now, now + options.known)
        self._roster = Roster(plan)
        self._members = {name: members(plan, queue, options.gateway) for name, queue in plan.queues.items()}
        self._gates: dict[Gate, str] = {}

    def contexts(self) -> Iterator[str]:
        yield render_routing(self.plan, self.options)
        for menu in self.plan.menus.values():
            yield render_menu(menu, self.options)
        rung = rung_by(self.plan, self._members)
        shifts = {name: self._shift(self.plan.agents[name], queues) for name, queues in rung.items()}
        for queue in self.plan.queues.values():
            yield self._queue(queue, shifts)
        for name, queues in rung.items():
            longest = max(queue.ring for queue in queues)
            yield render_agent(self.plan.agents[name], shifts[name], longest, self.options)
        for each, named in self._gates.items():
            yield element("context", *each.extensions, name=named)
        yield voicemail(self.options)

    def _queue(self, queue: Queue, shifts: dict[AgentName, str]) -> str:
        opening = None
        if not always_open(self.plan, queue):
            stretches = queue_stretches(self.plan, self._roster, queue, self.horizon)
            opening = self._named(gate(stretches, self.horizon, timedelta(0)))
        who = self._members[queue.name]
        asked = dict.fromkeys(shifts[agent.name] for agent, _ in who)
        return render_waiting(queue, tuple(lines_of(queue, who)), opening, asked, self.options)

    def _shift(self, agent: Agent, queues: list[Queue]) -> str:
        """Name the gate of an agent's shifts; it shuts early enough for the longest ring, so a ring ends inside."""
        margin = margin_of(queues)
        stretches = agent_stretches(self.plan, self._roster, agent, self.horizon, margin)
        return self._named(gate(stretches, self.horizon, margin))

    def _named(self, each: Gate) -> str:
        return self._gates.setdefault(each, f"telekit-hours-{len(self._gates) + 1}")
