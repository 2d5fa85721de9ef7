"""The native queues: who is a member of which, in which order, at which penalty."""

from collections.abc import Iterator

from telekit.domain.agent import Agent
from telekit.domain.phone import PhoneKind
from telekit.domain.plan import Plan
from telekit.domain.queue import Queue, Strategy
from telekit.errors import SettingsError
from telekit.pbx.asterisk.render.notice import NOTICE
from telekit.pbx.asterisk.render.options import Options
from telekit.pbx.asterisk.render.ring import agent_context
from telekit.pbx.render import word
from telekit.pbx.render.members import members, phones_of, ring_of

STRATEGIES = {
    Strategy.LONGEST_IDLE: "leastrecent",
    Strategy.FEWEST_CALLS: "fewestcalls",
    Strategy.ROUND_ROBIN: "rrmemory",
    Strategy.FIXED: "linear",
    Strategy.RING_ALL: "ringall",
    Strategy.MOST_SKILLED: "linear",
    Strategy.LEAST_SKILLED: "linear",
}
"""The nearest that app_queue has; `linear` takes members as they are written, so the skilled stand in their order."""


def render_queues(plan: Plan, options: Options) -> str:
    """Write queues.conf's part; raises `SettingsError` for two queues that Asterisk would take for one."""
    spelled: dict[str, str] = {}
    parts = [NOTICE]
    for queue in plan.queues.values():
        other = spelled.setdefault(queue.name.casefold(), queue.name)
        if other != queue.name:
            raise SettingsError(f"The queues {other} and {queue.name} differ in capitals only: rename one.")
        parts.append("\n".join(_queue(queue, members(plan, queue, options.trunk), options)) + "\n")
    return "\n".join(parts)


def _queue(queue: Queue, who: list[tuple[Agent, int]], options: Options) -> Iterator[str]:
    yield f"[telekit-{word.name(queue.name)}]"
    yield f"strategy = {STRATEGIES[queue.steps[0].strategy]}"
    yield f"timeout = {int(ring_of(queue, who, options.trunk).total_seconds())}"
    yield "retry = 1"
    yield f"wrapuptime = {int(queue.wrap_up.total_seconds())}"
    yield f"musicclass = {word.name(queue.music)}"
    yield "ringinuse = no"
    yield "autofill = yes"
    # Whether anybody is on shift is asked before a caller is sent here: app_queue itself knows no shifts.
    yield "joinempty = yes"
    yield "leavewhenempty = no"
    for agent, step in who:
        yield f"member => {_member(agent, step, options.trunk)}"


def _member(agent: Agent, step: int, trunk: str | None) -> str:
    """Write a member; one whose only phone is a SIP phone is not tried while it is busy or not registered."""
    phones = phones_of(agent, trunk)
    state = f",PJSIP/{word.name(phones[0].address)}" if [p.kind for p in phones] == [PhoneKind.SIP] else ""
    return f"Local/s@{agent_context(agent)}/n,{step},{word.name(agent.name)}{state}"
