"""Reading a journal beside the telekit that writes it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from telekit.domain.fact import Fact, FactKind
from telekit.store.reading import AT_ONCE, facts_behind
from telekit.store.sqlite import SqliteJournal

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_who_reads_slowly_has_every_fact_and_holds_back_no_checkpoint(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")

    async def happens(count: int) -> None:
        for _ in range(count):
            journal.record(Fact(AT, FactKind.JOINED))
        await journal.settled()

    await happens(2 * AT_ONCE + 1)
    reading = facts_behind(tmp_path / "telekit.db", 0)
    read = [next(reading)[0]]
    await happens(1)
    with closing(sqlite3.connect(tmp_path / "telekit.db")) as connection:
        ((is_held_back, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not is_held_back
    assert [*read, *(number for number, _ in reading)] == list(range(1, 2 * AT_ONCE + 3))
    await journal.close()
