"""The story of each call in a few plain lines, as it happens."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import tzinfo

from telekit.acd.actions import WithdrawReason
from telekit.acd.distributor import Distributor
from telekit.acd.verdict import Verdict
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId
from telekit.store.port import Journal

log = logging.getLogger(__name__)

MOST_PASSED_OVER = 4
"""Agents that are named with the reason why they are not asked; the rest is counted."""
MOST_ASKED_ABOUT = 500
"""Agents; of more it is not told why they are not asked, for that would hold up the calls."""

CAUSES = {
    "no-answer": "did not answer",
    "rejected": "declined",
    "busy": "is busy",
    "unreachable": "cannot be reached",
    "voicemail": "answered but did not confirm",
}
DIVERTED = {
    "closed": "the queue is closed",
    "no-agent": "nobody who can take the call is on shift",
    "exit": "waited long enough",
    "overflow": "too many wait already",
    "queue-gone": "the queue is no longer in the rules",
}
CALLED_BACK = {
    "caller-back": "the caller is on the line again, at that place",
    "not-reached": "the caller is called back no more: nobody was reached",
    "lapsed": "the caller is not called back: nobody is there any more who could",
    "not-allowed": "the caller is not called back: the rules no longer let that number be called",
    "cancelled": "the caller is not called back: it was cancelled",
    "queue-gone": "the caller is not called back: the queue is no longer in the rules",
}


class Story:
    """A journal that also tells, line by line, what it is given; the lines go to `say`."""

    def __init__(self, journal: Journal, say: Callable[[str], None], zone: tzinfo | None = None) -> None:
        self._journal = journal
        self._say = say
        self._zone = zone
        self._distributor: Distributor | None = None
        self._numbers: dict[CallId, int] = {}
        self._calls = 0
        self._promised: set[CallId] = set()
        """Whose callers have hung up to be called back."""
        self._ended = False
        self.settled = journal.settled
        self.facts = journal.facts
        self.last_agent = journal.last_agent
        self.latest = journal.latest
        self.unfinished = journal.unfinished
        self.promised = journal.promised
        self.of_agents = journal.of_agents
        self.close = journal.close

    def watch(self, distributor: Distributor) -> None:
        """Ask this distributor who is passed over, and why."""
        self._distributor = distributor

    def record(self, fact: Fact) -> None:
        """Take a fact, keep it and tell it; a story that cannot be told, say to a closed pipe, ends there."""
        self._journal.record(fact)
        if self._ended:
            return
        try:
            self._tell(fact)
        except Exception as error:
            log.error("the story of the calls ends here, the calls go on: %r", error)
            self._ended = True

    def _tell(self, fact: Fact) -> None:
        call = fact.call
        if call is None:
            return
        is_to_be_called_back = fact.kind is FactKind.CALLBACK_PROMISED or bool(fact.details.get("callback"))
        if fact.kind is FactKind.CALL_ARRIVED or (is_to_be_called_back and call not in self._numbers):
            self._calls += 1
            self._numbers[call] = self._calls
            self._promised.discard(call)
        if is_to_be_called_back:
            self._promised.add(call)
        number = self._numbers.get(call)
        if number is None:
            return
        for line in self._lines(fact):
            self._say(f"{fact.at.astimezone(self._zone):%H:%M:%S}  call {number}  {line}")
        ends = (FactKind.CALLBACK_ENDED, FactKind.FINISHED) if call in self._promised else (FactKind.CALL_ENDED,)
        if fact.kind in ends:
            self._promised.discard(call)
            del self._numbers[call]

    def _lines(self, fact: Fact) -> Iterator[str]:
        told = fact.details
        match fact.kind:
            case FactKind.CALL_ARRIVED if told.get("returning"):
                yield "is back in its place"
            case FactKind.CALL_ARRIVED:
                yield f"{told.get('caller') or 'a hidden number'} calls {told.get('dialed')}"
            case FactKind.QUEUED if fact.call in self._promised:
                pass
            case FactKind.QUEUED if told.get("held_for"):
                yield f"waits in {fact.queue} for {told['held_for']}, who is preferred"
            case FactKind.RELEASED:
                yield f"{fact.agent}, who is preferred, is not waited for ({told.get('reason')})"
            case FactKind.QUEUED:
                yield f"waits in {fact.queue}: nobody is free"
                yield from self._passed_over(fact)
            case FactKind.ANNOUNCED:
                yield f"hears {_heard(told)}"
            case FactKind.OFFERED if told.get("callback"):
                yield f"it is the turn of {told['callback']}, and of {fact.agent}"
            case FactKind.OFFERED:
                yield from self._asked(fact)
            case FactKind.OFFER_ENDED if told.get("cause"):
                consequence = f": {told['consequence']}" if told.get("consequence") else ""
                yield f"{fact.agent} {CAUSES.get(str(told['cause']), told['cause'])}{consequence}"
            case FactKind.WITHDRAWN if told.get("reason") == WithdrawReason.ANSWERED:
                pass  # the next line tells who answers
            case FactKind.WITHDRAWN:
                yield f"{fact.agent} is no longer asked ({told.get('reason')})"
            case FactKind.JOINED:
                yield f"{fact.agent} answers; the caller has waited {_seconds(told.get('waited'))}"
            case FactKind.LINE_DROPPED:
                yield f"the line of {fact.agent} has dropped: the caller is back in place"
            case FactKind.HELD:
                yield f"{fact.agent} puts the caller on hold"
            case FactKind.RESUMED:
                yield f"{fact.agent} is back after {_seconds(told.get('held'))}"
            case FactKind.TRANSFERRED:
                unknown = "somebody at the other switch" if told.get("way") == "unseen" else "somebody who still rings"
                yield f"{fact.agent} passes the caller on to {told.get('to') or unknown}"
            case FactKind.TAKEN_OVER:
                yield f"{fact.agent} takes over from {told.get('by')}"
            case FactKind.FINISHED:
                yield f"{fact.agent} and the caller have talked for {_seconds(told.get('talked'))}"
            case FactKind.DIVERTED:
                yield f"{DIVERTED.get(str(told.get('reason')), told.get('reason'))} ({fact.queue})"
                yield from self._everybody(fact)
            case FactKind.ABANDONED:
                yield f"the caller gives up after {_seconds(told.get('waited'))}"
            case FactKind.CALLBACK_OFFERED:
                yield f"the caller is offered a callback ({told.get('detail') or told.get('reason')})"
            case FactKind.CALLBACK_PROMISED:
                yield f"the caller hangs up, to be called back at {told.get('number')}"
            case FactKind.CALLBACK_TRIED:
                again = " and will be tried again" if told.get("again_at") is not None else ""
                yield f"the person {CAUSES.get(str(told.get('cause')), 'is not reached')}{again}"
            case FactKind.CALLBACK_ENDED:
                yield self._called_back(fact)
            case FactKind.SENT_OUT:
                yield f"is sent to {told.get('number')}"
            case FactKind.BACK_FROM_OUTSIDE if told.get("cause"):
                yield f"nobody answers there ({told['cause']})"
            case FactKind.BACK_FROM_OUTSIDE:
                yield f"they have talked for {_seconds(told.get('talked'))}"
            case FactKind.MESSAGE_LEFT:
                yield f"the caller leaves a message of {_seconds(told.get('length'))}"
            case _:
                pass

    def _called_back(self, fact: Fact) -> str:
        outcome = str(fact.details.get("outcome"))
        back_as = self._numbers.get(CallId(str(fact.details.get("back_as"))))
        return CALLED_BACK.get(outcome, outcome) + (f", as call {back_as}" if back_as is not None else "")

    def _asked(self, fact: Fact) -> Iterator[str]:
        """Tell who is asked; those who are asked together in one line, when the first of them is told."""
        acd = self._distributor
        call = acd.call(fact.call) if acd is not None and fact.call is not None else None
        together = call.offers if call is not None else ()
        if len(together) < 2:
            yield f"{fact.agent} is asked ({fact.details.get('phone')} rings)"
        elif together[0].offer == fact.offer:
            yield f"{', '.join(f'{o.agent} ({o.phone})' for o in together)} are asked at once"
        else:
            return
        yield from self._passed_over(fact, *(offer.agent for offer in together))

    def _passed_over(self, fact: Fact, *asked: AgentName) -> Iterator[str]:
        acd = self._explains()
        if acd is not None and fact.call is not None and acd.call(fact.call) is not None:
            yield from _reasons(acd.explain_call(fact.call), asked)

    def _everybody(self, fact: Fact) -> Iterator[str]:
        acd = self._explains()
        if acd is not None and fact.queue is not None and fact.queue in acd.plan.queues:
            yield from _reasons(acd.explain(fact.queue), ())

    def _explains(self) -> Distributor | None:
        acd = self._distributor
        return acd if acd is not None and len(acd.plan.agents) <= MOST_ASKED_ABOUT else None


def _reasons(verdicts: tuple[Verdict, ...], asked: Collection[AgentName]) -> Iterator[str]:
    others = [verdict for verdict in verdicts if verdict.agent not in asked and not verdict.eligible]
    for verdict in others[:MOST_PASSED_OVER]:
        detail = f" ({verdict.detail})" if verdict.detail else ""
        yield f"  not {verdict.agent}: {verdict.obstacle.value if verdict.obstacle else ''}{detail}"
    if len(others) > MOST_PASSED_OVER:
        yield f"  nor {len(others) - MOST_PASSED_OVER} others"


def _heard(told: Mapping[str, object]) -> str:
    """Tell what was announced."""
    parts = {"position": f"place {told.get('position')}", "wait": f"a wait of {_seconds(told.get('expected_wait'))}"}
    return " and ".join(part for what, part in parts.items() if what in str(told.get("told")))


def _seconds(value: object) -> str:
    return f"{value:.1f} s" if isinstance(value, int | float) else "? s"
