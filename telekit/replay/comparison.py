"""What was decided then beside what is decided now: where it is the same, and where not and why."""

from dataclasses import dataclass
from datetime import datetime

from telekit.acd.verdict import Verdict
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.domain.plan import Plan
from telekit.replay.from_journal import DECISIONS
from telekit.replay.recording import Recording
from telekit.replay.world import NEAR, Replay

Words = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first decision for one call that is another one; those after it follow from it."""

    call: CallId
    at: datetime
    was: Fact | None
    """None where nothing was decided then."""
    now: Fact | None
    verdict: Verdict | None
    """The case, at that moment, of the agent who was asked then."""


@dataclass(slots=True)
class Compared:
    """All of it."""

    calls: int = 0
    decisions: int = 0
    """That were taken then."""
    same: int = 0
    differences: tuple[Difference, ...] = ()
    """In the order in which they come: the first is most likely what led to others."""

    @property
    def is_same(self) -> bool:
        return not self.differences


class Comparison:
    """A replay whose decisions are held against those that were written down, as they come."""

    def __init__(self, plan: Plan, recording: Recording, *, reroutes: bool) -> None:
        self.replay = Replay(plan, recording, reroutes=reroutes, watch=self._watch)
        self._ended_at = recording.ended_at
        self._then = {call.call: call.decisions for call in recording.calls.values() if call.decisions}
        self._came: dict[CallId, int] = {}
        """How many decisions for a call came as they did then."""
        self._differences: dict[CallId, Difference] = {}
        for call, decisions in self._then.items():
            for number, fact in enumerate(decisions):
                self.replay.at(fact.at + NEAR, lambda call=call, number=number: self._look(call, number))  # type: ignore[misc]

    def compared(self) -> Compared:
        """Say how it went so far."""
        differences = sorted(self._differences.values(), key=lambda each: each.at)
        decisions = sum(map(len, self._then.values()))
        return Compared(len(self._then), decisions, sum(self._came.values()), tuple(differences))

    def _watch(self, fact: Fact) -> None:
        call = fact.call
        if call is None or fact.kind not in DECISIONS or call in self._differences or fact.at > self._ended_at:
            return
        then, came = self._then.get(call, ()), self._came.get(call, 0)
        was = then[came] if came < len(then) else None
        if was is not None and words(was) == words(fact) and abs(was.at - fact.at) <= NEAR:
            self._came[call] = came + 1
        else:
            self._differ(call, fact.at, was, fact)

    def _look(self, call: CallId, number: int) -> None:
        """See whether what was decided then has been decided by now."""
        if call not in self._differences and self._came.get(call, 0) <= number:
            was = self._then[call][number]
            self._differ(call, was.at, was, None)

    def _differ(self, call: CallId, at: datetime, was: Fact | None, now: Fact | None) -> None:
        self._differences[call] = Difference(call, at, was, now, self._verdict(call, was))

    def _verdict(self, call: CallId, was: Fact | None) -> Verdict | None:
        """Ask the distributor, as it is now, about the agent who was asked then."""
        distributor = self.replay.distributor
        if was is None or was.kind is not FactKind.OFFERED or was.agent is None:
            return None
        if distributor.call(call) is not None:
            verdicts = distributor.explain_call(call)
        elif was.queue is not None and was.queue in distributor.plan.queues:
            verdicts = distributor.explain(was.queue)
        else:
            return None
        return next((verdict for verdict in verdicts if verdict.agent == was.agent), None)


def words(fact: Fact) -> Words:
    """Give what makes up a decision; moments and spans are none of it."""
    told = fact.details
    match fact.kind:
        case FactKind.OFFERED:
            return fact.kind, fact.queue, fact.agent, told.get("phone"), told.get("step")
        case FactKind.OFFER_ENDED:
            return fact.kind, fact.agent, told.get("cause"), told.get("consequence")
        case FactKind.QUEUED:
            return fact.kind, fact.queue, told.get("held_for")
        case _:
            return fact.kind, fact.queue, fact.agent, told.get("reason")
