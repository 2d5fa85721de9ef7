"""A journal that is only read: beside a telekit that writes it, or as a copy kept elsewhere."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import StoreError

SQLITE = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat2.html, section 1.3."""
COLUMNS = "at, kind, call, queue, agent, offer, details"
KINDS = {kind.value: kind for kind in FactKind}


def is_journal(file: Path) -> bool:
    """Say whether a file is of SQLite; raises OSError when it cannot be read."""
    with file.open("rb") as opened:
        return opened.read(len(SQLITE)) == SQLITE


def read_journal(file: Path) -> Iterator[Fact]:
    """Give all facts in order; those of kinds that a later telekit has are left out. Raises `StoreError`."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            for at, kind, call, queue, agent, offer, details in connection.execute(
                f"SELECT {COLUMNS} FROM facts ORDER BY id"  # noqa: S608
            ):
                if kind in KINDS:
                    yield Fact(
                        datetime.fromtimestamp(at, UTC),
                        KINDS[kind],
                        None if call is None else CallId(call),
                        None if queue is None else QueueName(queue),
                        None if agent is None else AgentName(agent),
                        None if offer is None else OfferId(offer),
                        json.loads(details),
                    )
    except sqlite3.Error as error:
        raise StoreError(f"{file} cannot be read as a journal: {error}.") from error
