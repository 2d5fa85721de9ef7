"""Waiting in a native queue while telekit is away."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from telekit.domain.queue import Queue
from telekit.pbx.asterisk.render.destination import destination_lines, treatment_lines, way_lines
from telekit.pbx.render import word

STRICT = 2_000_000
"""Seconds that one point of priority outweighs where it does not age: 23 days, more than a caller ever waits.

The rules' highest priority, 1000, times this stays within app_queue's 32 bits.
"""


def waiting_lines(
    queue: Queue, opening: str | None, shifts: Collection[str], cycle: timedelta, now: datetime
) -> Iterator[str]:
    """Write a queue's line.

    `opening` is the context that tells whether it is open, None when it always is; `shifts` those of its members.
    After each cycle telekit is asked again: once it is back, it leads the call from the same place.
    """
    yield from way_lines()
    if opening is not None:
        yield f"Gosub({opening},s,1)"
        yield 'GotoIf($["${GOSUB_RETVAL}" != "1"]?closed)'
    yield "Answer()"
    yield f"Playback({word.prompt('please-wait')})"
    yield "(wait)Answer()"
    yield "Set(TELEKIT_WAITED=$[${EPOCH} - ${CUT(TELEKIT_PLACE,.,1)}])"
    if queue.exits:
        # Menus before the last exit are left out: a caller who comes back from one would come to it again and again.
        yield f"GotoIf($[${{TELEKIT_WAITED}} >= {_seconds(queue.exits[-1].after)}]?exit)"
    for shift in shifts:
        yield f"Gosub({shift},s,1)"
        yield 'GotoIf($["${GOSUB_RETVAL}" = "1"]?staffed)'
    yield "Goto(nobody)"
    yield "(staffed)Set(QUEUE_MAX_PENALTY=1)"
    for number, step in enumerate(queue.steps[1:], 2):
        yield f"ExecIf($[${{TELEKIT_WAITED}} >= {_seconds(step.after)}]?Set(QUEUE_MAX_PENALTY={number}))"
    yield f"Set(QUEUE_PRIO={_order(queue, now)})"
    yield f"Queue(telekit-{word.name(queue.name)},,,,{_seconds(cycle)})"
    yield "Goto(telekit-in,${TELEKIT_DIALED},again)"
    if opening is not None:
        first, *rest = treatment_lines(queue.closed)
        yield f"(closed){first}"
        yield from rest
    first, *rest = treatment_lines(queue.no_agent)
    yield f"(nobody){first}"
    yield from rest
    if queue.exits:
        first, *rest = destination_lines(queue.exits[-1].go)
        yield f"(exit){first}"
        yield from rest
    yield "(lost)Hangup()"


def _order(queue: Queue, now: datetime) -> str:
    """Write a number that sorts callers by priority, then by when they first came, however often they come again."""
    worth = min(_seconds(queue.ages), STRICT) if queue.ages else STRICT
    return f"$[${{CUT(TELEKIT_PLACE,:,2)}} * {worth} - (${{CUT(TELEKIT_PLACE,.,1)}} - {int(now.timestamp())})]"


def _seconds(span: timedelta) -> int:
    return max(1, int(span.total_seconds()))
