"""What the journal has of agents themselves: the last of each of their words, and how each was last, however old.

What an agent said last holds until they say another thing, so words that were said again tell no more than the last.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, text

from telekit.domain.fact import FactKind
from telekit.store.schema import facts

_WORD = "json_extract(details, '$.word')"
_SAID = f"FROM facts WHERE kind = '{FactKind.SAID.value}'"
_SHOWN = f"FROM facts WHERE kind = '{FactKind.PRESENCE.value}'"

QUERY = text(
    f"""
    WITH RECURSIVE
        words (word) AS (
            SELECT min({_WORD}) {_SAID}
            UNION ALL SELECT (SELECT min({_WORD}) {_SAID} AND {_WORD} > words.word) FROM words WHERE word IS NOT NULL
        ),
        speakers (word, agent) AS (
            SELECT word, (SELECT min(agent) {_SAID} AND {_WORD} = words.word) FROM words WHERE word IS NOT NULL
            UNION ALL
            SELECT word, (SELECT min(agent) {_SAID} AND {_WORD} = speakers.word AND agent > speakers.agent)
            FROM speakers WHERE agent IS NOT NULL
        ),
        agents (agent) AS (
            SELECT min(agent) {_SHOWN}
            UNION ALL SELECT (SELECT min(agent) {_SHOWN} AND agent > agents.agent) FROM agents WHERE agent IS NOT NULL
        )
    SELECT (SELECT max(id) {_SAID} AND {_WORD} = speakers.word AND agent = speakers.agent) AS id
    FROM speakers WHERE agent IS NOT NULL
    UNION ALL
    SELECT (SELECT max(id) {_SHOWN} AND agent = agents.agent) FROM agents WHERE agent IS NOT NULL
    """  # noqa: S608  (what stands in it is ours alone)
).columns(facts.c.id)
"""It jumps from one agent to the next in an index, and looks at no fact in between."""


def of_agents(connection: Connection) -> Sequence[Row[Any]]:
    """Give them, in order."""
    return connection.execute(select(facts).where(facts.c.id.in_(QUERY)).order_by(facts.c.id)).all()
