"""What telekit asks at its start: it looks at what happened lately alone, however long the journal is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId
from telekit.errors import StoreError
from telekit.store import sqlite
from telekit.store.sqlite import SqliteJournal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
AMINA, LUC = AgentName("amina"), AgentName("luc")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path / "telekit.db")
    yield journal
    journal.join()


def shows(journal: SqliteJournal, agent: AgentName, now: str, at: datetime = NOON) -> None:
    journal.record(Fact(at, FactKind.PRESENCE, agent=agent, details={"now": now}))


def says(journal: SqliteJournal, agent: AgentName, word: str, at: datetime = NOON) -> None:
    journal.record(Fact(at, FactKind.SAID, agent=agent, details={"word": word}))


async def test_of_agents_it_tells_the_last_of_each_word_and_of_presence_in_order(journal: SqliteJournal) -> None:
    says(journal, AMINA, "logout", NOON - 400 * DAY)
    says(journal, LUC, "pause", NOON - 3 * DAY)
    says(journal, AMINA, "pause", NOON - 2 * DAY)
    shows(journal, LUC, "paused")
    says(journal, AMINA, "resume")
    says(journal, AMINA, "pause")
    shows(journal, AMINA, "on-call")
    shows(journal, AMINA, "paused")
    journal.record(Fact(NOON, FactKind.JOINED, CallId("1"), agent=AMINA))
    says(journal, AMINA, "resume")
    await journal.settled()
    assert [(fact.agent, *fact.details.values()) for fact in await journal.of_agents()] == [
        (AMINA, "logout"),
        (LUC, "pause"),
        (LUC, "paused"),
        (AMINA, "pause"),
        (AMINA, "paused"),
        (AMINA, "resume"),
    ]


async def test_facts_of_kinds_that_a_later_telekit_has_are_left_out(journal: SqliteJournal) -> None:
    journal.record(Fact(NOON, FactKind.CALL_ARRIVED, CallId("1")))
    journal.record(Fact(NOON, FactKind.QUEUED, CallId("1")))
    await journal.settled()
    with journal._engine.begin() as connection:
        connection.exec_driver_sql("update facts set kind = 'foreseen' where kind = 'queued'")
    assert [fact.kind for fact in await journal.unfinished(NOON - DAY)] == [FactKind.CALL_ARRIVED]


async def test_a_journal_that_is_gone_says_so_of_agents_too(journal: SqliteJournal) -> None:
    with journal._engine.begin() as connection:
        connection.exec_driver_sql("drop table facts")
    with pytest.raises(StoreError, match="The journal cannot be read"):
        await journal.of_agents()


async def test_the_latest_of_a_kind_are_not_looked_for_for_ever(
    journal: SqliteJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LOOKED_THROUGH", 3)
    says(journal, AMINA, "login")
    says(journal, LUC, "login")
    for _ in range(2):
        shows(journal, LUC, "available")
    await journal.settled()
    assert [fact.agent for fact in await journal.latest(FactKind.SAID, 10)] == [LUC]


@pytest.mark.parametrize(
    ("ask", "indexes"),
    [
        (lambda journal: journal._of_agents(), ["facts_of_words", "facts_of_presence"]),
        (lambda journal: journal._unfinished(NOON), ["facts_by_at"]),
    ],
    ids=["agents", "calls"],
)
async def test_it_finds_them_by_an_index(
    journal: SqliteJournal, ask: Callable[[SqliteJournal], object], indexes: list[str]
) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        journal._engine, "before_cursor_execute", lambda _c, _k, text, values, _x, _m: asked.append((text, values))
    )
    ask(journal)
    ((text, values),) = asked
    with journal._engine.connect() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    for index in indexes:
        assert any(f"INDEX {index}" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN facts") or "(call>" in step], steps
