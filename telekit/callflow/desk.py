"""What telekit's own scripts need of the service: the line, the facts, the plan that holds now."""

from datetime import datetime
from typing import Protocol

from telekit.acd.actions import Divert, Offer, Queued
from telekit.acd.events import Event
from telekit.domain.fact import Fact
from telekit.domain.names import CallId, OfferId, QueueName
from telekit.domain.plan import Plan


class Ticket(Protocol):
    """One call's end of the line."""

    async def next(self) -> Offer | Divert | Queued:
        """Wait for the next decision."""


class Desk(Protocol):
    """The service, as call scripts see it."""

    @property
    def plan(self) -> Plan: ...
    def now(self) -> datetime: ...
    def record(self, fact: Fact) -> None: ...
    def tell(self, event: Event) -> None: ...
    def enter(self, call: CallId, queue: QueueName, priority: int, entered_at: datetime | None) -> Ticket: ...
    def leave(self, ticket: Ticket) -> None: ...
    def offer_over(self, offer: OfferId) -> None: ...
