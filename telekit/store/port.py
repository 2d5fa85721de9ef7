"""The port to the journal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId


@dataclass(frozen=True, slots=True)
class JournalState:
    """Whether facts get to the disk."""

    waiting: int
    """Facts that are not written yet."""
    lag: float
    """For how many seconds the oldest of them has waited."""
    lost: int
    """Facts that are lost for good, since the start."""
    trouble: str
    """Why the last try to write failed, in a sentence; empty when it did not."""


class Journal(Protocol):
    """Facts in the order in which they happened; they are never changed."""

    def record(self, fact: Fact) -> None:
        """Take a fact; it is durable once `settled` returns. Never blocks, never raises for a full disk."""

    async def settled(self) -> None:
        """Wait until every fact taken so far is written. Raises `StoreError` when that cannot be done."""

    def facts(self, *, call: CallId | None = None, kind: FactKind | None = None) -> Iterator[Fact]:
        """Read facts back in order; blocks on the disk. Raises `StoreError` when that cannot be done."""

    async def latest(self, kind: FactKind, most: int) -> Sequence[Fact]:
        """Give the latest facts of a kind, in order; raises `StoreError` when the journal cannot be read."""

    async def last_agent(self, caller: str) -> AgentName | None:
        """Give the agent with whom a number last talked; raises `StoreError` when the journal cannot be read."""

    async def unfinished(self, since: datetime) -> Sequence[Fact]:
        """Give all facts since then, in order, of calls that have no end yet, and the last fact of any call.

        Raises `StoreError` as above.
        """

    async def promised(self, since: datetime) -> Sequence[Fact]:
        """Give all facts of calls whose callers were promised since then to be called back, and are still to be.

        Those of one call stand together, in order. Raises `StoreError` as above.
        """

    async def of_agents(self) -> Sequence[Fact]:
        """Give the last of each agent's words, and of what each showed, however old, in order.

        Of those who said the same thing twice it is the later one. Raises `StoreError` as above.
        """

    async def close(self) -> None:
        """Write what is left and let go of the store."""
