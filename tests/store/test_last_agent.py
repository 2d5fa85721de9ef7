"""Who last talked with a number: the journal's answer, however long the journal is."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId
from telekit.errors import StoreError
from telekit.store import last_agent as question
from telekit.store.sqlite import SqliteJournal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZOE = "+33199007788"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path / "telekit.db")
    yield journal
    journal.join()


def arrives(journal: SqliteJournal, call: str, caller: str | None) -> None:
    journal.record(Fact(NOON, FactKind.CALL_ARRIVED, CallId(call), details={"dialed": "100", "caller": caller}))


def talks(journal: SqliteJournal, call: str, agent: str) -> None:
    journal.record(Fact(NOON + timedelta(seconds=9), FactKind.JOINED, CallId(call), agent=AgentName(agent)))


async def test_it_is_the_agent_of_the_latest_conversation(journal: SqliteJournal) -> None:
    for call, agent in (("1", "amina"), ("2", "luc")):
        arrives(journal, call, ZOE)
        talks(journal, call, agent)
    arrives(journal, "3", "+33199000001")
    talks(journal, "3", "nora")
    arrives(journal, "4", ZOE)  # and gives up
    await journal.settled()
    assert await journal.last_agent(ZOE) == "luc"


async def test_a_number_that_nobody_talked_with_has_none(journal: SqliteJournal) -> None:
    arrives(journal, "1", ZOE)
    arrives(journal, "2", None)
    talks(journal, "2", "amina")
    await journal.settled()
    assert await journal.last_agent(ZOE) is None
    assert await journal.last_agent("") is None
    assert await journal.last_agent("' OR 1=1 --") is None


async def test_of_one_call_that_two_agents_had_it_is_the_later_one(journal: SqliteJournal) -> None:
    arrives(journal, "1", ZOE)
    talks(journal, "1", "amina")
    talks(journal, "1", "luc")
    await journal.settled()
    assert await journal.last_agent(ZOE) == "luc"


async def test_who_took_a_caller_over_talked_with_them_last(journal: SqliteJournal) -> None:
    arrives(journal, "1", ZOE)
    talks(journal, "1", "amina")
    by = {"by": "amina"}
    journal.record(Fact(NOON, FactKind.TAKEN_OVER, CallId("1"), agent=AgentName("luc"), details=by))
    await journal.settled()
    assert await journal.last_agent(ZOE) == "luc"


async def test_a_journal_of_an_earlier_telekit_answers_too_and_by_an_index(tmp_path: Path) -> None:
    path = tmp_path / "telekit.db"
    before = SqliteJournal(path)
    arrives(before, "1", ZOE)
    talks(before, "1", "amina")
    await before.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX facts_by_caller")
        connection.execute("DROP TABLE alembic_version")
    now = SqliteJournal(path)
    assert await now.last_agent(ZOE) == "amina"
    await now.close()
    with sqlite3.connect(path) as connection:
        told = connection.execute(f"EXPLAIN QUERY PLAN {question.QUERY}", {"caller": ZOE})
        steps = [row[3] for row in told]
    assert any("USING INDEX facts_by_caller" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN facts")], steps


async def test_a_journal_that_cannot_be_read_says_so(journal: SqliteJournal) -> None:
    with journal._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE facts")
    with pytest.raises(StoreError, match="cannot be read"):
        await journal.last_agent(ZOE)
