"""From exceptions as written to those of the plan."""

from collections.abc import Mapping
from datetime import date

from telekit.domain.exception import AgentException, QueueException
from telekit.domain.hours import Shift, Span
from telekit.domain.names import ShiftName
from telekit.rules.document.exception import AgentExceptionDocument, QueueExceptionDocument
from telekit.rules.gather import Entry
from telekit.rules.mistake import Mistake
from telekit.rules.weekly import DAYS


def build_agent_exception(
    entry: Entry, document: AgentExceptionDocument, shifts: Mapping[ShiftName, Shift]
) -> AgentException:
    """Make an agent's exception; raise `Mistake` when a named shift does not say which hours are meant."""
    spans: list[Span] = []
    named: ShiftName | None = None
    for index, item in enumerate(document.shift or ()):
        if isinstance(item, Span):
            spans.append(item)
        else:
            named = item
            try:
                spans += _spans_of(shifts.get(item), document.on)
            except Mistake as mistake:
                raise Mistake(mistake.message, mistake.hint, at=("shift", index)) from None
    return AgentException(
        agent=document.agent,
        on=document.on,
        spans=tuple(spans),
        shift=named,
        off=document.off,
        instead_of=document.instead_of,
        origin=entry.source.origin(entry.node.line, entry.node.column),
    )


def build_queue_exception(entry: Entry, document: QueueExceptionDocument) -> QueueException:
    """Make a queue's exception."""
    return QueueException(
        queue=document.queue,
        on=document.on,
        spans=document.open or (),
        closed=document.closed,
        origin=entry.source.origin(entry.node.line, entry.node.column),
    )


def _spans_of(shift: Shift | None, day: date) -> list[Span]:
    """Take a shift's spans for a weekday; on another weekday the only span that it has."""
    if shift is None:
        return []
    today = [hours.span for hours in shift.hours if day.weekday() in hours.days]
    if today:
        return list(dict.fromkeys(today))
    all_spans = list(dict.fromkeys(hours.span for hours in shift.hours))
    if len(all_spans) == 1:
        return all_spans
    several = " and ".join(str(span) for span in all_spans)
    weekday = DAYS[day.weekday()]
    message = f"shift '{shift.name}' has no hours on {weekday}, and {several} on other days"
    raise Mistake(message, f"write the hours, such as {all_spans[0]}")
