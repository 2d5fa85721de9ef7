"""Waiting in a queue of mod_callcenter while telekit is away."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from telekit.domain.queue import Queue, Strategy
from telekit.pbx.freeswitch.render.destination import START, one_more, steps_to, stop, treatment_of
from telekit.pbx.freeswitch.render.element import HERE, action, at, do, element, extension, go, label, prompt
from telekit.pbx.freeswitch.render.gate import ON
from telekit.pbx.freeswitch.render.line import Line
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.freeswitch.render.ring import agent_context
from telekit.pbx.render import word
from telekit.pbx.render.context import queue_context
from telekit.pbx.render.members import ring_of

AGAIN = "wait"
"""The label at which a caller waits on at the same place."""
STRICT = 1_000_000
"""Seconds that one point of priority outweighs where it does not age: 11 days, more than a caller ever waits.

The rules' highest priority, 1000, times this stays within mod_callcenter's 32 bits.
"""
JOINED = "cc_queue_joined_epoch"
"""What mod_callcenter sets when a caller joins a queue of its own."""
WAITED, ENTERED, PRIORITY = "telekit_waited", "telekit_entered", "telekit_priority"


def render_waiting(
    queue: Queue, lines: Sequence[Line], opening: str | None, shifts: Collection[str], options: Options
) -> str:
    """Write the way of a queue's callers, through `lines`.

    `opening` is the context that tells whether it is open, None when it always is; `shifts` those of its members.
    After each turn telekit is asked again: once it is back, it leads the call from the same place.
    """
    context = queue_context(queue.name)
    is_open = (action("set", f"{ON}=on"),) if opening is None else (action("set", f"{ON}="), do(START, opening))
    return element(
        "context",
        stop(),
        label(START, one_more(), *is_open, go(f"open-${{{ON}}}", context)),
        label(
            "open-on", action("answer"), action("playback", prompt(options.sounds, "please-wait")), go(AGAIN, context)
        ),
        label("open-", *treatment_of(queue.closed, options)),
        _place(),
        *_exit(queue, options),
        label(
            AGAIN,
            action("set", "max_forwards=70"),
            action("answer"),
            action("set", f"{ON}="),
            *(do(START, shift) for shift in shifts),
            go(f"staffed-${{{ON}}}", context),
        ),
        *_turns(queue, lines),
        *_without_queue(queue, lines, options),
        extension("again", _waited(go("ask", "telekit-call"))),
        label("staffed-", *treatment_of(queue.no_agent, options)),
        # A caller who was with an agent has what they called for.
        label("waited-true", action("hangup")),
        name=context,
    )


def _place() -> str:
    return extension(
        "place",
        element("condition", field="destination_number", expression=f"^({AGAIN}|staffed-on)$"),
        element(
            "condition",
            action("set", f"{ENTERED}=$1", inline=True),
            action("set", f"{PRIORITY}=$2", inline=True),
            action("set", f"{WAITED}=${{expr(${{strepoch()}} - ${{{ENTERED}}})}}", inline=True),
            field="${TELEKIT_PLACE}",
            expression=r"^(\d{1,10})(?:\.\d+)?:(-?\d{1,4}):",
        ),
        goes_on=True,
    )


def _exit(queue: Queue, options: Options) -> Iterator[str]:
    if queue.exits:
        # Menus before the last exit are left out: a caller who comes back from one would come to it again and again.
        last = queue.exits[-1]
        yield extension("exit", at(AGAIN), _after(last.after, *steps_to(last.go, options)))


def _turns(queue: Queue, lines: Sequence[Line]) -> Iterator[str]:
    """Write the turn of waiting in the line of the latest step that the caller has come to."""
    for number, line in reversed(tuple(enumerate(lines, 1))):
        turn = (
            action("unset", JOINED),
            action("set", f"cc_base_score={_order(queue)}"),
            action("callcenter", line.name),
            go("waited-${cc_agent_bridged}", queue_context(queue.name)),
        )
        came = (at("staffed-on"), _after(line.step.after, *turn)) if number > 1 else (at("staffed-on", *turn),)
        yield extension(f"step {number}", *came)


def _without_queue(queue: Queue, lines: Sequence[Line], options: Options) -> Iterator[str]:
    """Write what a caller does who could not join: where mod_callcenter has not this queue, it comes back at once."""
    not_joined = element("condition", field=f"${{{JOINED}}}", expression="^$")
    for number, line in reversed(tuple(enumerate(lines, 1))):
        steps = (*_ring(queue, line, ring_of(queue, line.agents, options.gateway)), *_music(queue))
        came = _after(line.step.after, *steps) if number > 1 else element("condition", *steps)
        yield extension(f"no such queue, step {number}", _waited(), not_joined, came)


def _ring(queue: Queue, line: Line, ring: timedelta) -> Iterator[str]:
    """Ring a line's agents in their order, each by the context that keeps to shift and limit."""
    if not line.agents:
        return
    leg = f"[leg_timeout={int(ring.total_seconds())}]loopback/{START}"
    legs = (f"{leg}/{agent_context(agent)}/{HERE}" for agent, _ in line.agents)
    between = "," if line.step.strategy is Strategy.RING_ALL else "|"
    yield action("set", "hangup_after_bridge=true")
    yield action("set", "continue_on_fail=true")
    yield action("set", f"ringback=local_stream://{word.name(queue.music)}")
    yield action(
        "bridge", f"{{ignore_display_updates=true,ignore_early_media=true,instant_ringback=true}}{between.join(legs)}"
    )
    yield action("multiunset", "hangup_after_bridge continue_on_fail ringback")


def _waited(*actions: str) -> str:
    return element("condition", *actions, field="destination_number", expression="^waited-(?!true$)")


def _music(queue: Queue) -> Iterator[str]:
    """Let a caller wait a while."""
    spent = "${cond('${current_application_response}' == 'FILE PLAYED' ? 20 : 10000)}"
    yield action("set", "playback_timeout_sec=10")
    yield action("set", "playback_timeout_as_success=true")
    yield action("playback", f"local_stream://{word.name(queue.music)}")
    yield action("sleep", spent)
    yield action("multiunset", "playback_timeout_sec playback_timeout_as_success")
    yield go("ask", "telekit-call")


def _after(wait: timedelta, *actions: str) -> str:
    seconds = max(1, int(wait.total_seconds()))
    asked = f"${{cond(${{{WAITED}}} >= {seconds} ? later : sooner)}}"
    return element("condition", *actions, field=asked, expression="^later$")


def _order(queue: Queue) -> str:
    """Write the score that sorts callers by priority, then by when they first came, however often they come again."""
    worth = min(max(1, int(queue.ages.total_seconds())), STRICT) if queue.ages else STRICT
    return f"${{expr(${{{PRIORITY}}} * {worth} + ${{{WAITED}}})}}"
