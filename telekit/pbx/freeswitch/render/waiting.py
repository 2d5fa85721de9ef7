"""Waiting in a queue of mod_callcenter while telekit is away."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from telekit.domain.queue import Queue
from telekit.pbx.freeswitch.render.destination import START, one_more, queue_context, steps_to, stop, treatment_of
from telekit.pbx.freeswitch.render.element import action, at, do, element, extension, go, label, prompt
from telekit.pbx.freeswitch.render.gate import ON
from telekit.pbx.freeswitch.render.options import Options
from telekit.pbx.render import word

AGAIN = "wait"
"""The label at which a caller waits on at the same place."""
STRICT = 1_000_000
"""Seconds that one point of priority outweighs where it does not age: 11 days, more than a caller ever waits.

The rules' highest priority, 1000, times this stays within mod_callcenter's 32 bits.
"""
WAITED, ENTERED, PRIORITY = "telekit_waited", "telekit_entered", "telekit_priority"


def line_name(queue: Queue, step: int) -> str:
    """Name mod_callcenter's queue for a step, from 1."""
    return f"telekit-{word.name(queue.name)}-{step:d}"


def render_waiting(queue: Queue, opening: str | None, shifts: Collection[str], options: Options) -> str:
    """Write a queue's line.

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
        *_lines(queue),
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


def _lines(queue: Queue) -> Iterator[str]:
    """Write the turn of waiting in the line of the latest step that the caller has come to."""
    for number, step in reversed(tuple(enumerate(queue.steps, 1))):
        turn = (
            action("set", f"cc_base_score={_order(queue)}"),
            action("callcenter", line_name(queue, number)),
            go("waited-${cc_agent_bridged}", queue_context(queue.name)),
        )
        name = f"step {number}"
        yield extension(name, at("staffed-on"), _after(step.after, *turn)) if number > 1 else label("staffed-on", *turn)
    yield extension(
        "again",
        element("condition", go("ask", "telekit-call"), field="destination_number", expression="^waited-(?!true$)"),
    )


def _after(wait: timedelta, *actions: str) -> str:
    seconds = max(1, int(wait.total_seconds()))
    asked = f"${{cond(${{{WAITED}}} >= {seconds} ? later : sooner)}}"
    return element("condition", *actions, field=asked, expression="^later$")


def _order(queue: Queue) -> str:
    """Write the score that sorts callers by priority, then by when they first came, however often they come again."""
    worth = min(max(1, int(queue.ages.total_seconds())), STRICT) if queue.ages else STRICT
    return f"${{expr(${{{PRIORITY}}} * {worth} + ${{{WAITED}}})}}"
