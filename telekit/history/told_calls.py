"""The calls of telekit's own journal, put together from its facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.domain.queue import MissCause
from telekit.history.past_call import Outcome, PastCall, PastOffer

NOTHING = timedelta(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IN_A_QUEUE = {
    *(FactKind.QUEUED, FactKind.RELEASED, FactKind.OFFERED, FactKind.JOINED, FactKind.DIVERTED, FactKind.ABANDONED)
}
"""Each tells in which queue a call is: one that is offered at once is never told to wait."""
LOST = "lost"
"""How a call ends whose script ends before it, say because telekit does: it may come back to its place."""


@dataclass(slots=True)
class _Call:
    """A call, and where it is."""

    caller: str | None = None
    queue: str | None = None
    """Where it waits, or waited before it was answered."""
    entered_at: datetime | None = None
    rings: dict[str, Fact] = field(default_factory=dict)
    offers: list[PastOffer] = field(default_factory=list)
    joined: Fact | None = None


def told_calls(facts: Iterable[Fact]) -> Iterator[PastCall]:
    """Put calls together, each given as soon as its time in one queue is over; at the end those of which it is not.

    How long a caller talked who was passed on is told of the agent who answered.
    """
    calls: dict[CallId, _Call] = {}
    for fact in facts:
        if fact.call is None:
            continue
        call = calls.setdefault(fact.call, _Call())
        if fact.kind is FactKind.CALL_ARRIVED:
            caller = fact.details.get("caller")
            call.caller = str(caller) if caller is not None else None
        elif fact.kind is FactKind.CALL_ENDED:
            if fact.details.get("by") != LOST:
                yield from _cut(fact.call, calls.pop(fact.call))
        else:
            yield from _take(call, fact.call, fact)
    for name, call in calls.items():
        yield from _cut(name, call)


def _take(call: _Call, name: CallId, fact: Fact) -> Iterator[PastCall]:
    if fact.kind in IN_A_QUEUE and fact.queue is not None and (call.queue != fact.queue or call.joined is not None):
        yield from _cut(name, call)
        call.queue, call.entered_at = fact.queue, _entered_at(fact)
    match fact.kind:
        case FactKind.OFFERED if fact.offer is not None:
            call.rings[fact.offer] = fact
        case FactKind.OFFER_ENDED if fact.offer is not None:
            cause = fact.details.get("cause")
            _end_ring(call, fact, taken=False, cause=MissCause(str(cause)) if cause is not None else None)
        case FactKind.JOINED:
            call.joined = fact
            _end_ring(call, fact, taken=True)
        case FactKind.FINISHED if call.joined is not None and call.joined.agent == fact.agent:
            yield _over(
                name, call, Outcome.ANSWERED, _span(call.joined, "waited"), talked=_span(fact, "talked", "held")
            )
        case FactKind.ABANDONED:
            yield _over(name, call, Outcome.ABANDONED, _span(fact, "waited"))
        case FactKind.DIVERTED:
            yield _over(name, call, Outcome.LEFT, _span(fact, "waited"), why=str(fact.details.get("reason", "")))
        case _:
            pass


def _entered_at(fact: Fact) -> datetime:
    since = fact.details.get("entered_at")
    return datetime.fromtimestamp(since, UTC) if isinstance(since, int | float) else fact.at - _span(fact, "waited")


def _end_ring(call: _Call, fact: Fact, *, taken: bool, cause: MissCause | None = None) -> None:
    began = call.rings.pop(fact.offer, None) if fact.offer is not None else None
    if began is not None and began.agent is not None:
        call.offers.append(PastOffer(began.agent, began.at, fact.at - began.at, taken, cause))


def _cut(name: CallId, call: _Call) -> Iterator[PastCall]:
    """End a call's time in a queue where nothing more is told of it."""
    if call.joined is not None:
        yield _over(name, call, Outcome.ANSWERED, _span(call.joined, "waited"))
    elif call.queue is not None:
        yield _over(name, call, Outcome.UNKNOWN, NOTHING)


def _over(
    name: CallId, call: _Call, outcome: Outcome, waited: timedelta, *, talked: timedelta | None = None, why: str = ""
) -> PastCall:
    joined, offers = call.joined, tuple(call.offers)
    queue, entered_at = call.queue or "", call.entered_at or EPOCH
    call.queue = call.entered_at = call.joined = None
    call.offers, call.rings = [], {}
    agent = joined.agent if joined is not None else None
    return PastCall(name, queue, entered_at, call.caller, outcome, waited, agent, talked, offers, why)


def _span(fact: Fact, *names: str) -> timedelta:
    told = (fact.details.get(name) for name in names)
    return timedelta(seconds=sum(each for each in told if isinstance(each, int | float)))
