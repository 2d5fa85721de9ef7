"""Calls that began and have no end in the journal, because telekit was killed or a conversation outlived it."""

from datetime import datetime

from sqlalchemy import Connection, Row, and_, case, func, literal_column, or_, select

from telekit.domain.fact import FactKind
from telekit.store.schema import facts

CALL = literal_column("+facts.call", facts.c.call.type)
"""With the sign SQLite goes by the moments, and looks at what happened lately alone; without it, by all calls ever."""
STANDS = (FactKind.QUEUED, FactKind.OFFERED)
LEFT = (FactKind.JOINED, FactKind.ABANDONED, FactKind.DIVERTED, FactKind.CALLBACK_ENDED)
TALKS = (FactKind.JOINED, FactKind.TAKEN_OVER)


def unfinished(connection: Connection, since: datetime) -> list[Row]:  # type: ignore[type-arg]
    """Give all facts since then, in order, of calls that have not ended, still stand in a line, or still talk.

    With them comes the last fact of any call since then: a telekit that never saw the switch writes others.
    """
    calls = (
        select(facts.c.call)
        .where(facts.c.at > since.timestamp(), CALL.is_not(None))
        .group_by(CALL)
        .having(
            or_(
                _last(FactKind.CALL_ARRIVED) > _last(FactKind.CALL_ENDED),
                _last(*STANDS) > _last(*LEFT),
                _last(*TALKS) > _last(FactKind.FINISHED),
            )
        )
    )
    latest = and_(
        facts.c.id == select(func.max(facts.c.id)).where(CALL.is_not(None)).scalar_subquery(),
        facts.c.at > since.timestamp(),
    )
    query = select(facts).where(or_(facts.c.call.in_(calls), latest)).order_by(facts.c.id)
    return list(connection.execute(query))


def _last(*kinds: FactKind):  # type: ignore[no-untyped-def]
    """Write the id of a call's last fact of these kinds, 0 when there is none."""
    return func.coalesce(func.max(case((facts.c.kind.in_([kind.value for kind in kinds]), facts.c.id))), 0)
