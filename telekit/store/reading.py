"""A journal that is only read: beside a telekit that writes it, or as a copy kept elsewhere."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import StoreError

SQLITE = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat2.html, section 1.3."""
COLUMNS = "id, at, kind, call, queue, agent, offer, details"
LARGEST_ID, FOREVER = 2**63 - 1, 1e18
KINDS = {kind.value: kind for kind in FactKind}
KNOWN = "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS))
AT_ONCE = 1000
"""Facts that are read in one: who takes long over them holds back no checkpoint of a journal that is written."""
LAST_OF_EACH = "id IN (SELECT max(id) FROM facts WHERE kind = ? AND at < ? AND at >= ? GROUP BY {})"


def is_journal(file: Path) -> bool:
    """Say whether a file is of SQLite; raises OSError when it cannot be read."""
    with file.open("rb") as opened:
        return opened.read(len(SQLITE)) == SQLITE


def read_journal(
    file: Path, since: datetime | None = None, until: datetime | None = None, call: CallId | None = None
) -> Iterator[Fact]:
    """Give facts in order, all unless told; those of kinds that a later telekit has are left out.

    Raises `StoreError`.
    """
    given: list[tuple[str, float | str]] = []
    given += [("at >= ?", since.timestamp())] if since is not None else []
    given += [("at <= ?", until.timestamp())] if until is not None else []
    given += [("call = ?", call)] if call is not None else []
    where = " AND ".join(condition for condition, _ in given) or "1"
    yield from _facts(file, where, *(value for _, value in given))


def facts_behind(file: Path, number: int, *, upto: int = LARGEST_ID) -> Iterator[tuple[int, Fact]]:
    """Give facts with their ids, in order: those behind one and up to another. Raises `StoreError`."""
    while facts := next_facts(file, number, upto=upto):
        yield from facts
        number = facts[-1][0]


def next_facts(file: Path, number: int, *, upto: int = LARGEST_ID) -> Sequence[tuple[int, Fact]]:
    """Give the next of them, `AT_ONCE` where there are so many. Raises `StoreError`."""
    return list(_numbered(file, f"id > ? AND id <= ? AND {KNOWN}", number, upto, most=AT_ONCE))


def last_id(file: Path, before: datetime | None = None) -> int:
    """Give the id of the last fact, or of the last before a moment; 0 when there is none. Raises `StoreError`."""
    at = before.timestamp() if before is not None else FOREVER
    return next((last or 0 for (last,) in _rows(file, "SELECT max(id) FROM facts WHERE at < ?", at)), 0)


def as_it_stood(file: Path, before: datetime) -> list[Fact]:
    """Give the last fact of each agent's presence, and of each phone, before a moment; raises `StoreError`.

    A telekit that starts knows agents by the journal, but phones by what it hears: of them nothing earlier counts.
    """
    started_at = last_start(file, before)
    heard_from = started_at.timestamp() if started_at is not None else 0.0
    of_each = ((FactKind.PRESENCE, "agent", 0.0), (FactKind.PHONE, "json_extract(details, '$.phone')", heard_from))
    return [
        fact
        for kind, which, since in of_each
        for fact in _facts(file, LAST_OF_EACH.format(which), kind.value, before.timestamp(), since)
    ]


def last_start(file: Path, before: datetime) -> datetime | None:
    """Tell when the telekit started that ran at a moment; None where that is not told. Raises `StoreError`."""
    where = "id IN (SELECT max(id) FROM facts WHERE kind = ? AND at <= ?)"
    return next((fact.at for fact in _facts(file, where, FactKind.STARTED.value, before.timestamp())), None)


def latest_calls(file: Path, most: int) -> list[Fact]:
    """Give how the calls arrived that came last, the latest first. Raises `StoreError`."""
    where = "id IN (SELECT id FROM facts WHERE kind = ? ORDER BY id DESC LIMIT ?)"
    return [*_facts(file, where, FactKind.CALL_ARRIVED.value, most)][::-1]


def first_fact(file: Path) -> datetime | None:
    """Tell when the first fact was; None where there is none. Raises `StoreError`."""
    return next((fact.at for fact in _facts(file, "id IN (SELECT min(id) FROM facts)")), None)


def last_fact(file: Path) -> datetime | None:
    """Tell when the last fact was; None where there is none. Raises `StoreError`."""
    return next((fact.at for fact in _facts(file, "id IN (SELECT max(id) FROM facts)")), None)


def _facts(file: Path, where: str, *values: float | str) -> Iterator[Fact]:
    return (fact for _, fact in _numbered(file, where, *values))


def _numbered(file: Path, where: str, *values: float | str, most: int = -1) -> Iterator[tuple[int, Fact]]:
    query = f"SELECT {COLUMNS} FROM facts WHERE {where} ORDER BY id LIMIT {most}"  # noqa: S608
    for number, at, kind, call, queue, agent, offer, details in _rows(file, query, *values):
        if kind in KINDS:
            yield (
                number,
                Fact(
                    datetime.fromtimestamp(at, UTC),
                    KINDS[kind],
                    None if call is None else CallId(call),
                    None if queue is None else QueueName(queue),
                    None if agent is None else AgentName(agent),
                    None if offer is None else OfferId(offer),
                    json.loads(details),
                ),
            )


def _rows(file: Path, query: str, *values: float | str) -> Iterator[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield from connection.execute(query, values)
    except sqlite3.Error as error:
        if not file.exists():
            raise StoreError(f"There is no journal {file}: name the file that telekit writes.") from error
        raise StoreError(f"{file} cannot be read as a journal: {error}.") from error
