"""Callers who were promised to be called back and have not been yet: found at once, however long the journal is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, text

from telekit.domain.fact import FactKind
from telekit.store.schema import facts

_SETTLED = ", ".join(
    f"'{kind.value}'"
    for kind in (FactKind.CALLBACK_ENDED, FactKind.JOINED, FactKind.CALL_ARRIVED, FactKind.ABANDONED, FactKind.DIVERTED)
)
"""After these nobody is to be called back any more: it has ended, they talk, or they have not hung up after all."""

QUERY = text(
    f"""
    SELECT promised.call FROM facts AS promised
    WHERE promised.kind = '{FactKind.CALLBACK_PROMISED.value}' AND promised.at > :since AND NOT EXISTS (
        SELECT 1 FROM facts AS later
        WHERE later.call = promised.call AND later.id > promised.id AND later.kind IN ({_SETTLED})
    )
    """  # noqa: S608  (what stands in it is ours alone)
)


def promised(connection: Connection, since: datetime) -> Sequence[Row[Any]]:
    """Give all facts, in order, of the calls of which such a promise, made since then, still holds."""
    calls = dict.fromkeys(connection.execute(QUERY, {"since": since.timestamp()}).scalars())
    rows: list[Row[Any]] = []
    for call in calls:
        rows += connection.execute(select(facts).where(facts.c.call == call).order_by(facts.c.id)).all()
    return rows
