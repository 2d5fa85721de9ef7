"""What is asked about callers: of the journal, and of the services that the rules name."""

import asyncio
import logging
from collections.abc import Callable

from telekit.domain.call import Arrival
from telekit.domain.fact import Fact, FactKind
from telekit.domain.lookup import Known, Lookup
from telekit.domain.names import AgentName
from telekit.errors import StoreError
from telekit.service.clock import Clock
from telekit.service.lookups import Lookups
from telekit.store.port import Journal

log = logging.getLogger(__name__)

JOURNAL_ANSWERS_WITHIN = 0.5
"""Seconds that a caller waits for what the journal knows of them."""


class Inquiries:
    """Asks, but lets no caller wait for long."""

    def __init__(
        self, journal: Journal, lookups: Callable[[], Lookups], record: Callable[[Fact], None], clock: Clock
    ) -> None:
        """`lookups` gives those that hold now."""
        self._journal = journal
        self._lookups = lookups
        self._record = record
        self._clock = clock

    async def last_agent(self, number: str) -> AgentName | None:
        """Give the agent with whom a number last talked; None also when the journal cannot tell that soon."""
        try:
            async with asyncio.timeout(JOURNAL_ANSWERS_WITHIN):
                return await self._journal.last_agent(number)
        except (TimeoutError, StoreError) as error:
            log.error("who last talked with a caller is not known: %s", str(error) or "the journal takes too long")
            return None

    async def look_up(self, lookup: Lookup, arrival: Arrival) -> Known:
        """Ask a service about a call, and write down what came of it."""
        found = await self._lookups().look_up(lookup, arrival)
        details = {
            "lookup": lookup.name,
            "outcome": found.outcome.value,
            "given": ", ".join(f"{variable}={text}" for variable, text in found.known.items()),
            "took": round(found.took, 3),
            "why": found.why,
        }
        self._record(Fact(self._clock(), FactKind.LOOKED_UP, arrival.call, details=details))
        return found.known
