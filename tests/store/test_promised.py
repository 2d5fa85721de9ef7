"""Who is still to be called back: the journal's answer, however long the journal is."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.errors import StoreError
from telekit.store import promised as question
from telekit.store.sqlite import SqliteJournal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ARRIVED, PROMISED, ENDED = FactKind.CALL_ARRIVED, FactKind.CALLBACK_PROMISED, FactKind.CALLBACK_ENDED
WAITS = (ARRIVED, FactKind.QUEUED, PROMISED, FactKind.CALL_ENDED)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path / "telekit.db")
    yield journal
    journal.join()


def happens(journal: SqliteJournal, call: str, *kinds: FactKind, at: datetime = NOON) -> None:
    for kind in kinds:
        journal.record(Fact(at, kind, CallId(call)))


async def still_promised(journal: SqliteJournal) -> list[tuple[CallId | None, FactKind]]:
    await journal.settled()
    return [(fact.call, fact.kind) for fact in await journal.promised(NOON - timedelta(days=14))]


async def test_all_facts_of_a_call_are_given_whose_caller_is_still_to_be_called_back(journal: SqliteJournal) -> None:
    happens(journal, "0", ARRIVED, FactKind.QUEUED)
    happens(journal, "1", *WAITS, FactKind.OFFERED, FactKind.CALLBACK_TRIED, FactKind.QUEUED)
    assert await still_promised(journal) == [
        ("1", kind) for kind in (*WAITS, FactKind.OFFERED, FactKind.CALLBACK_TRIED, FactKind.QUEUED)
    ]


@pytest.mark.parametrize("end", [ENDED, FactKind.JOINED, ARRIVED, FactKind.ABANDONED, FactKind.DIVERTED])
async def test_of_a_promise_that_is_settled_nothing_is_given(journal: SqliteJournal, end: FactKind) -> None:
    happens(journal, "1", *WAITS, end)
    assert await still_promised(journal) == []
    happens(journal, "1", PROMISED)
    assert [kind for _, kind in await still_promised(journal)] == [*WAITS, end, PROMISED]


async def test_what_was_promised_too_long_ago_is_not_given(journal: SqliteJournal) -> None:
    happens(journal, "1", *WAITS, at=NOON - timedelta(days=15))
    assert await still_promised(journal) == []


async def test_it_is_found_by_an_index_of_its_own(journal: SqliteJournal, tmp_path: Path) -> None:
    happens(journal, "1", *WAITS)
    await journal.settled()
    with sqlite3.connect(tmp_path / "telekit.db") as opened:
        plan = opened.execute(f"EXPLAIN QUERY PLAN {question.QUERY.text}", {"since": 0}).fetchall()
    assert "facts_of_promises" in str(plan)
    assert "SCAN" not in str(plan)


async def test_a_journal_that_cannot_be_read_is_told(journal: SqliteJournal, tmp_path: Path) -> None:
    await journal.settled()
    with sqlite3.connect(tmp_path / "telekit.db") as opened:
        opened.execute("DROP TABLE facts")
    with pytest.raises(StoreError, match="cannot be read"):
        await journal.promised(NOON)
