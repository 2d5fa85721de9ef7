"""Who last talked with a caller's number: one question that the journal answers fast, however long it is."""

from sqlalchemy import Connection, text

from telekit.domain.fact import FactKind
from telekit.domain.names import AgentName

MOST_CALLS = 50
"""Of one number's calls so many are looked at, the latest first; a number that calls all day holds nobody up."""

_CALLER = "json_extract(details, '$.caller')"
_TALKED = f"'{FactKind.JOINED.value}', '{FactKind.TAKEN_OVER.value}'"
_ARRIVED = f"kind = '{FactKind.CALL_ARRIVED.value}'"

QUERY = text(
    f"""
    SELECT talked.agent
    FROM (SELECT id, call FROM facts WHERE {_ARRIVED} AND {_CALLER} = :caller ORDER BY id DESC LIMIT {MOST_CALLS})
        AS arrived
    JOIN facts AS talked ON talked.call = arrived.call AND talked.kind IN ({_TALKED})
    ORDER BY talked.id DESC LIMIT 1
    """  # noqa: S608  (what stands in it is ours alone)
)


def last_agent(connection: Connection, caller: str) -> AgentName | None:
    """Give the agent with whom this number last talked, or None."""
    found = connection.execute(QUERY, {"caller": caller}).scalar()
    return None if found is None else AgentName(found)
