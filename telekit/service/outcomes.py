"""Calls that began and have not ended: each beginning has one end in the journal."""

from collections import Counter
from collections.abc import Callable

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.service.breach import Breach, Rule


class Outcomes:
    """Count beginnings and ends; a call that comes back begins again, perhaps before its first script has ended."""

    def __init__(self) -> None:
        self.running: Counter[CallId] = Counter()
        """How many scripts lead a call, by what was told: one, but for a moment while it comes back."""
        self.tell: Callable[[Breach], None] = lambda breach: None
        """Hears of an end too many."""

    def admit(self, fact: Fact) -> bool:
        """Take note of a fact; False for an end of what has ended already."""
        if fact.call is None:
            return True
        if fact.kind is FactKind.CALL_ARRIVED:
            self.running[fact.call] += 1
        elif fact.kind is FactKind.CALL_ENDED:
            count = self.running.pop(fact.call, 0)
            if count > 1:
                self.running[fact.call] = count - 1
            if count == 0:
                self.tell(Breach(Rule.CALL_ENDED_TWICE, fact.call))
                return False
        return True
