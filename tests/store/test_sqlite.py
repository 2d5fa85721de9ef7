"""The journal in SQLite: what is taken is kept, whatever the disk does."""

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import AgentName, CallId, OfferId, QueueName
from telekit.errors import StoreError
from telekit.store import sqlite
from telekit.store.sqlite import SqliteJournal

CALLER = "+33199007788"
NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def fact(number: int = 0, **rest: object) -> Fact:
    return Fact(NOON + timedelta(seconds=number), FactKind.QUEUED, CallId(f"call-{number}"), **rest)  # type: ignore[arg-type]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(tmp_path / "var/telekit.db")
    yield journal
    journal.join()


def fill_the_disk(journal: SqliteJournal, *, pages: int = 1) -> None:
    """Let SQLite find the disk full from now on: the file may not grow beyond what it has."""
    journal._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    journal._connection.rollback()


def empty_the_disk(journal: SqliteJournal) -> None:
    fill_the_disk(journal, pages=1_000_000)


LONG = "x" * 100_000
"""So much that it does not fit where the disk is full."""


async def test_a_fact_reads_back_as_it_was(journal: SqliteJournal) -> None:
    details = {"waited": 1.5, "name": "Zoé; DROP TABLE", "step": 2, "cause": None}
    told = Fact(NOON, FactKind.OFFERED, CallId("1.2"), QueueName("help"), AgentName("amina"), OfferId("1.2.1"), details)
    journal.record(told)
    await journal.settled()
    assert list(journal.facts()) == [told]


async def test_facts_are_found_by_call_and_kind_in_their_order(journal: SqliteJournal) -> None:
    other = Fact(NOON, FactKind.ABANDONED, CallId("call-1"))
    for each in (fact(1), fact(2), other, fact(1)):
        journal.record(each)
    await journal.settled()
    assert list(journal.facts(call=CallId("call-1"))) == [fact(1), other, fact(1)]
    assert list(journal.facts(kind=FactKind.ABANDONED)) == [other]
    assert list(journal.facts(call=CallId("call-2"), kind=FactKind.ABANDONED)) == []


async def test_other_programs_may_read_while_it_is_written(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.record(fact())
    await journal.settled()
    with sqlite3.connect(f"file:{tmp_path}/var/telekit.db?mode=ro", uri=True) as reader:
        reading = reader.execute("select kind from facts")
        journal.record(fact(1))
        await journal.settled()
        assert reading.fetchall()[0] == ("queued",)
    reader.close()


async def test_settled_returns_at_once_when_there_is_nothing_to_write(journal: SqliteJournal) -> None:
    await journal.settled()


def test_what_was_settled_survives_the_death_of_the_process(tmp_path: Path) -> None:
    story = f"""
        import asyncio, os, signal
        from pathlib import Path
        from tests.store.test_sqlite import fact
        from telekit.store.sqlite import SqliteJournal

        async def main():
            journal = SqliteJournal(Path({str(tmp_path / "telekit.db")!r}))
            for number in range(2500):
                journal.record(fact(number))
            await journal.settled()
            os.kill(os.getpid(), signal.SIGKILL)

        asyncio.run(main())
        """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(story)], check=False)
    assert ended.returncode == -9
    journal = SqliteJournal(tmp_path / "telekit.db")
    assert [each.call for each in journal.facts()] == [f"call-{number}" for number in range(2500)]
    journal.join()


async def test_the_end_writes_what_is_left_and_comes_only_once(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    journal.record(fact())
    settling = asyncio.ensure_future(journal.settled())
    await asyncio.sleep(0)
    await journal.close()
    await settling
    await journal.close()
    await journal.settled()
    assert len(list(journal.facts())) == 1


async def test_after_the_end_nothing_is_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    await journal.close()
    journal.record(fact(details={"caller": CALLER}))
    assert "takes no more facts" in caplog.text
    assert CALLER not in caplog.text
    assert list(journal.facts()) == []


async def test_a_full_disk_is_told_to_who_waits_and_loses_nothing_once_there_is_room(
    journal: SqliteJournal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "AGAIN_AFTER", 0.01)
    journal.record(fact(0))
    await journal.settled()
    fill_the_disk(journal)
    journal.record(fact(1, details={"long": LONG}))
    journal.record(fact(2))
    with pytest.raises(StoreError, match="full"):
        await journal.settled()
    with pytest.raises(StoreError, match="full"):
        await journal.settled()
    empty_the_disk(journal)
    journal.record(fact(3))
    while True:  # who asks between two tries is told of the last one
        try:
            await journal.settled()
            break
        except StoreError:
            pass
    assert [each.call for each in journal.facts()] == ["call-0", "call-1", "call-2", "call-3"]
    assert caplog.text.count("cannot be written") == 1
    assert caplog.text.count("is written again") == 1


async def test_a_disk_that_stays_full_does_not_fill_the_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db", most_unwritten=10)
    fill_the_disk(journal)
    for number in range(25):
        journal.record(fact(number, details={"long": LONG}))
    assert len(journal._items) <= 10
    await journal.close()
    assert "10 are lost" in caplog.text
    assert "at the end 10 facts are lost" in caplog.text


async def test_the_end_does_not_wait_for_a_disk_that_stays_full(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "telekit.db")
    fill_the_disk(journal)
    journal.record(fact(0, details={"long": LONG}))
    settling = asyncio.ensure_future(journal.settled())
    await asyncio.sleep(0)
    await journal.close()
    with pytest.raises(StoreError):
        await settling


@pytest.mark.parametrize("broken", [fact(1, details={"what": object()}), fact(1, queue="\udce9"), fact(1, agent=["a"])])
async def test_a_fact_that_no_journal_could_hold_costs_itself_alone(
    journal: SqliteJournal, broken: Fact, caplog: pytest.LogCaptureFixture
) -> None:
    told_of = replace(broken, details={**broken.details, "caller": CALLER})
    for each in (fact(0), told_of, fact(2)):
        journal.record(each)
    await journal.settled()
    assert [each.call for each in journal.facts()] == ["call-0", "call-2"]
    assert "cannot hold queued of 2026-11-23 12:00:01 UTC, call call-1" in caplog.text
    assert CALLER not in caplog.text


async def test_a_database_that_somebody_has_locked_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "AGAIN_AFTER", 0.01)
    journal = SqliteJournal(tmp_path / "telekit.db")
    event.listen(journal._engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0"))
    other = sqlite3.connect(tmp_path / "telekit.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal.record(fact())
    with pytest.raises(StoreError, match="locked"):
        await journal.settled()
    other.execute("COMMIT")
    other.close()
    await journal.close()
    assert len(list(journal.facts())) == 1


@pytest.mark.parametrize("name", ["tele?kit.db", "50%20.db", "#1.db", "zoé.db"])
def test_any_name_of_a_file_will_do(tmp_path: Path, name: str) -> None:
    SqliteJournal(tmp_path / name).join()
    assert (tmp_path / name).is_file()


def test_a_place_that_cannot_be_written_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"cannot be opened \(File exists\): make its folder writable"):
        SqliteJournal(tmp_path / "var/telekit.db")


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "telekit.db").write_text("dear diary, this is no database at all")
    with pytest.raises(StoreError, match="not a database"):
        SqliteJournal(tmp_path / "telekit.db")
    assert (tmp_path / "telekit.db").read_text().startswith("dear diary")
