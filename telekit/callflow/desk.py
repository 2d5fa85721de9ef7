"""What telekit's own scripts need of the service: the line, the facts, the plan that holds now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from telekit.acd.events import CallArrived, Event
from telekit.acd.outlook import Outlook
from telekit.acd.views import AgentNow
from telekit.callflow.calls_back import CallsBack
from telekit.callflow.missed_call import MissedCall
from telekit.callflow.ticket import Ticket
from telekit.domain.call import Arrival
from telekit.domain.fact import Fact
from telekit.domain.lookup import Known, Lookup
from telekit.domain.names import AgentName, CallId, OfferId
from telekit.domain.plan import Plan
from telekit.roster.roster import Roster


class Desk(Protocol):
    """The service, as call scripts see it."""

    @property
    def plan(self) -> Plan: ...
    @property
    def roster(self) -> Roster: ...
    @property
    def callbacks(self) -> CallsBack: ...
    def now(self) -> datetime: ...
    def agent(self, name: AgentName) -> AgentNow | None: ...
    def record(self, fact: Fact) -> None: ...
    def tell(self, event: Event) -> None: ...

    def missed_call(self, agent: AgentName) -> MissedCall | None:
        """Give the last call that was offered to an agent who did not take it."""

    async def last_agent(self, number: str) -> AgentName | None:
        """Give the agent with whom a number last talked; None also when that cannot be told soon."""

    async def look_up(self, lookup: Lookup, arrival: Arrival) -> Known:
        """Ask a service about a call; nothing is known of it when that fails or takes too long."""

    def enter(self, arrived: CallArrived) -> Ticket:
        """Put a call into a queue's line."""

    def leave(self, ticket: Ticket, *, lost: bool) -> None:
        """End a call's time in the line; `lost` when only its script ends, and the call goes on without it."""

    def outlook(self, call: CallId) -> Outlook | None:
        """Give what a call has to expect that waits; None when it does not, or nothing can be said."""

    def may_call_back(self, call: CallId) -> bool:
        """Say whether a caller who waits can be promised to be called back."""

    async def journaled(self) -> None:
        """Wait until all that was decided stands in the journal, but not for long, whatever its disk does."""

    def may_begin(self, offer: OfferId) -> bool:
        """Say whether an offer may be carried out; no when it was taken back just now."""

    def ring_together(self, offers: Sequence[OfferId]) -> None:
        """Tell that several agents are about to be rung at once, for offers that may be carried out."""

    async def has_dropped(self, offer: OfferId) -> bool:
        """Say whether a conversation, not noted as over yet, has ended because the agent's line has dropped."""

    def over(self, ticket: Ticket, offer: OfferId, *, passed_on: bool = False) -> bool:
        """Note that an offer is over: nobody was reached, or they have talked; say whether they are known to have.

        With `passed_on` the caller goes on talking elsewhere, or is about to.
        """
