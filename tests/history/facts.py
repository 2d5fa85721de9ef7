"""Facts of one call, told in seconds after nine."""

from datetime import UTC, datetime, timedelta

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def fact(
    after: float,
    kind: FactKind,
    *,
    call: str | None = "7",
    queue: str = "",
    agent: str = "",
    offer: str = "",
    **details: object,
) -> Fact:
    return Fact(
        NINE + seconds(after),
        kind,
        CallId(call) if call is not None else None,
        QueueName(queue) if queue else None,
        AgentName(agent) if agent else None,
        OfferId(offer) if offer else None,
        details,  # type: ignore[arg-type]
    )
