"""The rows of a queue_log, from the facts of the journal: the same on every switch, for the facts are.

A row says what app_queue says by it. Source: Asterisk apps/app_queue.c, its calls of ast_queue_log.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from telekit.acd.actions import DivertReason, WithdrawReason
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.reports.attendance import attendance_rows
from telekit.reports.row import Row, whole_seconds
from telekit.reports.standing import Standing
from telekit.reports.state import Call, Ring, State, Visit

BY_CALLER, BY_TRANSFER, LOST = "caller", "transfer", "lost"
"""How a call ends, in the words of the journal; of one that is lost nothing tells but that its caller is gone."""
SOON = timedelta(seconds=5)
"""For so long after a conversation it may still be told who ended it; a call that goes on, its agent has left."""
LATE = timedelta(seconds=1)
"""A conversation that was told so much after it began was found by a telekit that was not there at its beginning."""
NOTHING = Call()
"""What is known of a call of which nothing is told but what may come after its end."""
YES = "1"
"""The key by which callers agree to be called back."""


class QueueLog:
    """Take facts in their order, all of them; the same facts give the same rows."""

    def __init__(self, state: State | None = None) -> None:
        """Begin where another has ended, or at a beginning."""
        self.state = state or State()
        self._calls, self._over = self.state.calls, self.state.over
        self._standing = Standing()
        for call in self._calls.values():
            if call.visit is not None and call.visit.agent is None and not call.ended_by:
                self._standing.take(call.visit.queue, call.visit.place)

    def rows(self, fact: Fact) -> list[Row]:
        """Give the rows that a fact leads to, in order; some tell of a moment shortly before it."""
        return [*self._overdue(fact.at), *self._rows(fact)]

    def _rows(self, fact: Fact) -> Iterator[Row]:
        if fact.call is not None:
            call = self._calls.setdefault(fact.call, Call())
            yield from self._of_call(fact.call, call, fact)
            if (call.ended_by and call.visit is None and not call.promised) or call == NOTHING:
                self._calls.pop(fact.call, None)
        elif fact.kind is FactKind.PLAN_LOADED:
            if not self.state.first_rules:
                yield Row(fact.at, "CONFIGRELOAD")
            self.state.first_rules = False
        else:
            self.state.first_rules = fact.kind is FactKind.STARTED or self.state.first_rules
            yield from attendance_rows(self.state, fact)

    def _of_call(self, name: CallId, call: Call, fact: Fact) -> Iterator[Row]:
        told = fact.details
        match fact.kind:
            case FactKind.CALL_ARRIVED:
                call.caller, call.dialed = str(told.get("caller") or ""), str(told.get("dialed") or "")
                call.ended_by, call.promised = "", False
            case FactKind.ENTERED:
                yield from self._leave_other(name, call, fact)
                priority = told.get("priority")
                call.priority = priority if isinstance(priority, int) else 0
            case FactKind.QUEUED if not call.promised:
                yield from self._stand(name, call, fact)
            case FactKind.OFFERED if fact.offer is not None:
                if told.get("callback"):
                    call.caller, call.promised = str(told["callback"]), True
                else:
                    yield from self._stand(name, call, fact)
                call.rings[fact.offer] = Ring(fact.at, fact.queue, fact.agent)
            case FactKind.WITHDRAWN | FactKind.OFFER_ENDED if fact.offer in call.rings:
                yield from self._rang(name, call.rings.pop(fact.offer), fact)
            case FactKind.CALLBACK_TRIED if fact.offer is not None:
                call.rings.pop(fact.offer, None)
            case FactKind.JOINED:
                yield from self._stand(name, call, fact)
                yield from self._connect(name, call, fact)
            case FactKind.HELD | FactKind.RESUMED if call.visit is not None and call.visit.agent == fact.agent:
                event = "CALLERONHOLD" if fact.kind is FactKind.HELD else "CALLEROFFHOLD"
                yield Row(fact.at, event, (), name, call.visit.queue, fact.agent)
            case FactKind.TRANSFERRED if call.visit is not None and call.visit.agent == fact.agent:
                self._over.setdefault(name, fact.at)
                yield self._transfer(name, call, call.visit, fact)
            case FactKind.FINISHED if call.visit is not None and call.visit.agent == fact.agent:
                yield from self._finish(name, call, call.visit, fact)
            case FactKind.ABANDONED:
                yield from self._stand(name, call, fact)
                yield from self._exit(name, call, fact.at, "ABANDON")
            case FactKind.DIVERTED:
                waited_too_long = told.get("reason") == DivertReason.EXIT
                yield from self._exit(name, call, fact.at, "EXITWITHTIMEOUT" if waited_too_long else "EXITEMPTY")
            case FactKind.CALLBACK_PROMISED:
                yield from self._exit(name, call, fact.at, "EXITWITHKEY", YES)
                call.promised, call.caller, call.dialed = True, str(told.get("number") or call.caller), ""
            case FactKind.CALLBACK_ENDED:
                self._calls.pop(name, None)
            case FactKind.CALL_ENDED:
                yield from self._ended(name, call, fact)
            case FactKind.SENT_OUT | FactKind.MESSAGE_LEFT if name in self._over and call.visit is not None:
                yield self._complete(name, call, call.visit, "COMPLETEAGENT")
            case _:
                pass

    def _stand(self, name: CallId, call: Call, fact: Fact) -> Iterator[Row]:
        """Let a call stand in a queue, if it does not: one that is refused at the door never does."""
        yield from self._leave_other(name, call, fact)
        if call.visit is not None and call.visit.agent is None:
            self._standing.take(call.visit.queue, call.visit.place)
        if call.visit is not None or fact.queue is None:
            return
        since = fact.details.get("entered_at")
        place = self._standing.join(
            fact.queue, call.priority, since if isinstance(since, int | float) else fact.at.timestamp()
        )
        first = self._standing.position(fact.queue, place)
        call.visit = Visit(fact.queue, whole_seconds(fact.at), place, first)
        if call.dialed:
            yield Row(fact.at, "DID", (call.dialed,), name, fact.queue)
        yield Row(fact.at, "ENTERQUEUE", ("", call.caller, first), name, fact.queue)

    def _leave_other(self, name: CallId, call: Call, fact: Fact) -> Iterator[Row]:
        """End what is not told to have ended, where a call comes to a queue: but it may come back to its place."""
        visit = call.visit
        if visit is None or (visit.agent is None and visit.queue == fact.queue):
            return
        if visit.agent is None:
            yield from self._exit(name, call, fact.at, "EXITEMPTY")
        elif fact.kind is not FactKind.JOINED or fact.agent != visit.agent:
            self._over.setdefault(name, fact.at)
            yield self._complete(name, call, visit, "COMPLETEAGENT")

    def _rang(self, name: CallId, offered: Ring, fact: Fact) -> Iterator[Row]:
        if fact.details.get("reason") == WithdrawReason.ANSWERED:
            return  # of phones that ring at once app_queue tells but whose agent answered
        event = "RINGNOANSWER" if fact.details.get("cause") else "RINGCANCELED"
        rang = max(fact.at - offered.at, timedelta(0)) // timedelta(milliseconds=1)
        yield Row(fact.at, event, (rang,), name, offered.queue, offered.agent)

    def _connect(self, name: CallId, call: Call, fact: Fact) -> Iterator[Row]:
        visit = call.visit
        offered = call.rings.pop(fact.offer, None) if fact.offer is not None else None
        if visit is None or visit.agent is not None:
            return
        rang = _seconds(fact, "rang")
        began_at = offered.at + rang if offered is not None else fact.at
        if fact.at - began_at < LATE:
            began_at = fact.at
        visit.agent, visit.began = fact.agent, max(whole_seconds(began_at), visit.entered)
        visit.hold = visit.began - visit.entered
        self._standing.leave(visit.queue, visit.place)
        leg = str(fact.details.get("leg") or fact.offer or "")
        yield Row(fact.at, "CONNECT", (visit.hold, leg, int(rang.total_seconds())), name, visit.queue, visit.agent)

    def _transfer(self, name: CallId, call: Call, visit: Visit, fact: Fact) -> Row:
        to = str(fact.details.get("to") or "")
        if fact.details.get("way") == "blind":
            return self._complete(name, call, visit, "BLINDTRANSFER", to, "")
        return self._complete(name, call, visit, "ATTENDEDTRANSFER", "BRIDGE", to)

    def _finish(self, name: CallId, call: Call, visit: Visit, fact: Fact) -> Iterator[Row]:
        self._over[name] = fact.at
        if call.promised:  # of the two whom telekit rang, nothing tells who hung up
            yield self._complete(name, call, visit, "COMPLETEAGENT")
            self._calls.pop(name, None)
        elif call.ended_by and call.ended_by != BY_TRANSFER:
            yield self._complete(name, call, visit, _completed(call.ended_by))

    def _complete(self, name: CallId, call: Call, visit: Visit, event: str, *whither: str) -> Row:
        """End a conversation that is over; `whither` are the first data where it was passed on."""
        at, call.visit = self._over.pop(name), None
        talked = max(whole_seconds(at) - visit.began, 0)
        return Row(at, event, (*whither, visit.hold, talked, visit.first), name, visit.queue, visit.agent)

    def _exit(self, name: CallId, call: Call, at: datetime, event: str, *key: str) -> Iterator[Row]:
        """Let a call leave its queue without an agent, if it stands there."""
        visit = call.visit
        if visit is None or visit.agent is not None:
            return
        position = self._standing.position(visit.queue, visit.place)
        self._standing.leave(visit.queue, visit.place)
        call.visit = None
        waited = max(whole_seconds(at) - visit.entered, 0)
        yield Row(at, event, (*key, position, visit.first, waited), name, visit.queue)

    def _ended(self, name: CallId, call: Call, fact: Fact) -> Iterator[Row]:
        """End what the end of a call ends: one who is lost may come back to the place, who talks goes on talking."""
        call.ended_by = str(fact.details.get("by") or LOST)
        if name in self._over and call.visit is not None:
            if call.ended_by != BY_TRANSFER:  # else it is about to be told to whom
                yield self._complete(name, call, call.visit, _completed(call.ended_by))
        elif call.ended_by not in (LOST, BY_TRANSFER):
            yield from self._exit(name, call, fact.at, "ABANDON")
        elif call.visit is not None:
            self._standing.leave(call.visit.queue, call.visit.place)

    def _overdue(self, now: datetime) -> Iterator[Row]:
        """End conversations of which it will not be told any more who ended them."""
        while self._over:
            name, at = next(iter(self._over.items()))
            if now - at < SOON:
                return
            call = self._calls[name]
            whither = ("BLINDTRANSFER", "", "") if call.ended_by == BY_TRANSFER else ("COMPLETEAGENT",)
            if call.visit is not None:
                yield self._complete(name, call, call.visit, *whither)
            if call.ended_by:
                del self._calls[name]


def _completed(ended_by: str) -> str:
    return "COMPLETECALLER" if ended_by in (BY_CALLER, LOST) else "COMPLETEAGENT"


def _seconds(fact: Fact, name: str) -> timedelta:
    told = fact.details.get(name)
    return timedelta(seconds=told) if isinstance(told, int | float) else timedelta(0)
