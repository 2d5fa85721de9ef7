"""A journal that is forgotten when the test is over."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId


class MemoryJournal:
    """Keep the `Journal` port in a list."""

    def __init__(self) -> None:
        self.taken: list[Fact] = []
        self.last: dict[str, AgentName] = {}
        """With whom a number last talked, as a test says."""

    def record(self, fact: Fact) -> None:
        self.taken.append(fact)

    async def settled(self) -> None:
        pass

    def facts(self, *, call: CallId | None = None, kind: FactKind | None = None) -> Iterator[Fact]:
        return (fact for fact in self.taken if call in (None, fact.call) and (kind is None or fact.kind is kind))

    async def latest(self, kind: FactKind, most: int) -> Sequence[Fact]:
        return list(self.facts(kind=kind))[-most:]

    async def last_agent(self, caller: str) -> AgentName | None:
        return self.last.get(caller)

    async def unfinished(self, since: datetime) -> Sequence[Fact]:
        ended = {fact.call for fact in self.facts(kind=FactKind.CALL_ENDED)}
        lately = [fact for fact in self.taken if fact.at >= since]
        calls = [fact for fact in lately if fact.call is not None]
        return [fact for fact in calls if fact.call not in ended or fact is calls[-1]]

    async def promised(self, since: datetime) -> Sequence[Fact]:
        return []

    async def of_agents(self) -> Sequence[Fact]:
        return [fact for fact in self.taken if fact.kind in (FactKind.SAID, FactKind.PRESENCE)]

    async def close(self) -> None:
        pass
