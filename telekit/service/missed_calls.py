"""Whom each agent did not take last: for nobody else to hear."""

from collections.abc import Iterable

from telekit.acd.actions import Action, OfferEnded
from telekit.callflow.missed_call import MissedCall
from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId

MOST_CALLS = 20_000
"""Calls whose numbers are kept; one whose end is never told is forgotten in time."""


class MissedCalls:
    """Gather the callers' numbers as calls come, and keep those of calls that an agent missed."""

    def __init__(self) -> None:
        self._callers: dict[CallId, MissedCall] = {}
        self._missed: dict[AgentName, MissedCall] = {}

    def of(self, agent: AgentName) -> MissedCall | None:
        """Give the last call that was offered to an agent who did not take it."""
        return self._missed.get(agent)

    def note(self, fact: Fact) -> None:
        """Heed the calls that come and go."""
        if fact.call is None:
            return
        if fact.kind is FactKind.CALL_ARRIVED:
            if len(self._callers) >= MOST_CALLS:
                del self._callers[next(iter(self._callers))]
            self._callers[fact.call] = _call_of(fact)
        elif fact.kind is FactKind.CALL_ENDED:
            self._callers.pop(fact.call, None)

    def decided(self, action: Action) -> None:
        """Heed an offer that was missed; one that was taken back is nobody's miss."""
        if isinstance(action, OfferEnded) and action.cause is not None:
            caller = self._callers.get(action.call)
            if caller is not None:
                self._missed[action.agent] = caller

    def recall(self, arrived: Iterable[Fact], ended: Iterable[Fact]) -> None:
        """Take in what the journal has of calls that came and of offers that ended before telekit's start, in order.

        Whom an agent has missed since then is the later one.
        """
        callers = {fact.call: _call_of(fact) for fact in arrived}
        missed: dict[AgentName, MissedCall] = {}
        for fact in ended:
            if fact.agent is not None and fact.details.get("cause") is not None and fact.call in callers:
                missed[fact.agent] = callers[fact.call]
        self._missed = missed | self._missed


def _call_of(arrived: Fact) -> MissedCall:
    number, dialed = arrived.details.get("caller"), arrived.details.get("dialed")
    return MissedCall(str(number) if number else None, str(dialed or ""))
