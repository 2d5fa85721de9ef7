"""What the journal has of agents themselves: their words, and how each was last."""

from datetime import datetime

from sqlalchemy import Connection, Row, func, select, union_all

from telekit.domain.fact import FactKind
from telekit.store.schema import facts


def of_agents(connection: Connection, since: datetime) -> list[Row]:  # type: ignore[type-arg]
    """Give all words of agents since then, and the last presence of each, in order."""
    lately = select(facts.c.id).where(facts.c.at > since.timestamp())
    said = lately.where(facts.c.kind == FactKind.SAID.value)
    shown = lately.where(facts.c.kind == FactKind.PRESENCE.value).group_by(facts.c.agent)
    last = shown.with_only_columns(func.max(facts.c.id))
    query = select(facts).where(facts.c.id.in_(union_all(said, last))).order_by(facts.c.id)
    return list(connection.execute(query))
