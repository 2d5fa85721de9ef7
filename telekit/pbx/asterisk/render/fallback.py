"""The dialplan for when telekit is away: the last good plan's routes, menus and queues in Asterisk's own means."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from telekit.domain.agent import Agent
from telekit.domain.names import AgentName
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue
from telekit.pbx.asterisk.render.context import context
from telekit.pbx.asterisk.render.destination import (
    OUTSIDE,
    outside_lines,
    voicemail_lines,
)
from telekit.pbx.asterisk.render.gate import Gate, agent_gate, queue_gate
from telekit.pbx.asterisk.render.menu import menu_lines
from telekit.pbx.asterisk.render.notice import NOTICE
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.ring import agent_context, agent_lines
from telekit.pbx.asterisk.render.routing import routing_contexts
from telekit.pbx.asterisk.render.waiting import waiting_lines
from telekit.pbx.render.context import VOICEMAIL, menu_context, queue_context
from telekit.pbx.render.members import margin_of, members, ring_of, rung_by
from telekit.pbx.render.stamp import CONTEXT as STAMP_CONTEXT
from telekit.pbx.render.stamp import Stamp
from telekit.pbx.render.stretches import Horizon, always_open
from telekit.roster.roster import Roster

ABOUT = """\
; How calls are led while telekit is away, from the last good rules.
;
; No phone rings outside its person's shift here either. Every shift, exception and holiday is known exactly until
; {until}. Afterwards the week's pattern holds, and nobody is rung on a day with an exception, nor
; for what is worked every few weeks only: write this file anew, and all is known again. Gates shut a ring's length
; before a shift's end. Agents' presence (pauses, who has logged in) and overflow are telekit's alone. Steps only add
; agents here, and act at the next turn of the wait.
"""
CYCLE = timedelta(seconds=60)
"""About how long a caller waits before telekit is asked again."""


def render_fallback(plan: Plan, now: datetime, options: Options) -> str:
    """Write the part of extensions.conf; `now` is when the rules were last good."""
    fallback = _Fallback(plan, now, options)
    until = fallback.horizon.end_at.astimezone(plan.zone)
    about = ABOUT.format(until=f"{until:%Y-%m-%d %H:%M} {plan.zone.key}")
    stamp = context(STAMP_CONTEXT, [f"NoOp({Stamp.of(plan, now)})"], "What telekit asks for, to know how old this is.")
    return "\n".join([NOTICE + about, stamp, *fallback.contexts()])


class _Fallback:
    def __init__(self, plan: Plan, now: datetime, options: Options) -> None:
        self.plan = plan
        self.now = now
        self.options = options
        self.horizon = Horizon(now, now + options.known)
        self._roster = Roster(plan)
        self._members = {name: members(plan, queue, options.trunk) for name, queue in plan.queues.items()}
        self._gates: dict[Gate, str] = {}

    def contexts(self) -> Iterator[str]:
        yield from routing_contexts(self.plan)
        for menu in self.plan.menus.values():
            yield context(menu_context(menu.name), menu_lines(menu))
        rung = rung_by(self.plan, self._members)
        shifts = {name: self._shift(self.plan.agents[name], queues) for name, queues in rung.items()}
        for queue in self.plan.queues.values():
            yield self._queue(queue, shifts)
        for name, queues in rung.items():
            agent = self.plan.agents[name]
            longest = max(queue.ring for queue in queues)
            lines = agent_lines(agent, shifts[name], longest, self.options.trunk, self.options.number)
            yield context(agent_context(agent), lines, agent.full_name)
        for gate, named in self._gates.items():
            yield context(named, gate.lines)
        yield context(OUTSIDE, outside_lines(self.options.trunk, self.options.number))
        yield context(VOICEMAIL, voicemail_lines(self.options.voicemail))

    def _queue(self, queue: Queue, shifts: dict[AgentName, str]) -> str:
        opening = None
        if not always_open(self.plan, queue):
            opening = self._named(queue_gate(self.plan, self._roster, queue, self.horizon))
        who = self._members[queue.name]
        ring = ring_of(queue, who, self.options.trunk) + timedelta(seconds=1)
        cycle = ring * max(1, round(CYCLE / ring))
        asked = dict.fromkeys(shifts[agent.name] for agent, _ in who)
        return context(queue_context(queue.name), waiting_lines(queue, opening, asked, cycle, self.now))

    def _shift(self, agent: Agent, queues: list[Queue]) -> str:
        """Name the gate of an agent's shifts; it shuts early enough for the longest ring, so a ring ends inside."""
        margin = margin_of(queues)
        return self._named(agent_gate(self.plan, self._roster, agent, self.horizon, margin))

    def _named(self, gate: Gate) -> str:
        return self._gates.setdefault(gate, f"telekit-hours-{len(self._gates) + 1}")
