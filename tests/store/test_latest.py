"""The latest facts of a kind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.errors import StoreError
from telekit.store.sqlite import SqliteJournal

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_of_many_facts_the_latest_of_a_kind_are_given_in_order(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    for number in range(10):
        journal.record(Fact(AT, FactKind.FINISHED, details={"talked": number}))
        journal.record(Fact(AT, FactKind.JOINED))
    await journal.settled()
    latest = await journal.latest(FactKind.FINISHED, 3)
    assert [(fact.kind, fact.details["talked"]) for fact in latest] == [(FactKind.FINISHED, n) for n in (7, 8, 9)]
    await journal.close()


async def test_a_journal_that_is_gone_says_so(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    with journal._engine.begin() as connection:
        connection.exec_driver_sql("drop table facts")
    with pytest.raises(StoreError, match="The journal cannot be read"):
        await journal.latest(FactKind.FINISHED, 3)
    await journal.close()
