"""One call that is over, decision by decision, each with every agent's case as the deciding code sees it once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from telekit.acd.verdict import Verdict
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, QueueName
from telekit.domain.plan import Plan
from telekit.replay.comparison import Comparison, Difference
from telekit.replay.recording import Recording

ASKS = {FactKind.QUEUED, FactKind.OFFERED, FactKind.DIVERTED, FactKind.RELEASED}
"""Decisions about who is asked; before each of them everybody's case is looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everybody's case for the call at a moment."""

    at: datetime
    queue: QueueName
    waits: bool
    """It stood in line or rang; if not, these are the cases for another call of its queue."""
    rings: tuple[AgentName, ...]
    """Whose phones rang for it, or would first for another call."""
    verdicts: tuple[Verdict, ...]
    open: bool = True
    """The queue would have taken another call."""

    @property
    def eligible(self) -> tuple[AgentName, ...]:
        """Name those who might be asked at that moment, beside those who were."""
        return tuple(verdict.agent for verdict in self.verdicts if verdict.eligible)


@dataclass(frozen=True, slots=True)
class Past:
    """What there is to say of a call."""

    facts: tuple[Fact, ...]
    """All that the journal holds of it."""
    looks: tuple[Look, ...]
    """One at each moment at which it was decided who is asked."""
    difference: Difference | None
    """Where these rules decide otherwise than was decided then; what is looked at after that is another world."""
    change: Look | None = None
    """The first later moment at which others may be asked than at the one that was asked about."""


class PastCall:
    """Leads everything before a call, and the call, once more."""

    def __init__(self, plan: Plan, recording: Recording, call: CallId, facts: Sequence[Fact]) -> None:
        self._call, self._facts = call, facts
        self._comparison = Comparison(plan, recording, reroutes=False)
        self._looks: list[Look] = []

    def through(self) -> Past:
        """Look at each decision."""
        for at in dict.fromkeys(fact.at for fact in self._facts if fact.kind in ASKS):
            self._comparison.replay.at(at, lambda: self._note(self._looks))
        self._comparison.replay.run(until=self._facts[-1].at)
        return Past(tuple(self._facts), tuple(self._looks), self._difference())

    def moment(self, at: datetime) -> Past:
        """Look at one moment of its life, and when the answer changes."""
        replay = self._comparison.replay
        replay.run(until=at)
        self._note(self._looks)
        change = self._change() if self._looks else None
        return Past(tuple(self._facts), tuple(self._looks), self._difference(), change)

    def _change(self) -> Look | None:
        """Go on until others may be asked, or the call waits no more."""
        first, replay = self._looks[0], self._comparison.replay
        asked = (first.eligible, first.rings)
        while first.waits and (at := replay.next_at()) is not None and at <= self._facts[-1].at:
            replay.run(until=at)
            found: list[Look] = []
            self._note(found)
            if found and (not found[0].waits or (found[0].eligible, found[0].rings) != asked):
                return found[0]
        return None

    def _note(self, looks: list[Look]) -> None:
        distributor, now = self._comparison.replay.distributor, self._comparison.replay.now
        waiting = distributor.call(self._call)
        if waiting is not None:
            rings = tuple(offer.agent for offer in waiting.offers)
            looks.append(Look(now, waiting.queue, True, rings, distributor.explain_call(self._call)))
            return
        queue = next((fact.queue for fact in reversed(self._facts) if fact.queue and fact.at <= now), None)
        if queue is not None and queue in distributor.plan.queues:
            is_open = distributor.queue(queue).open
            verdicts, rings = distributor.explain_newcomer(queue)
            looks.append(Look(now, queue, False, rings if is_open else (), verdicts, is_open))

    def _difference(self) -> Difference | None:
        differences = self._comparison.compared().differences
        return next((each for each in differences if each.call == self._call), None)
