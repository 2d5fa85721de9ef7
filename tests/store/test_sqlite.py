"""The journal in a SQLite file, read back through another connection."""

from datetime import UTC, datetime
from pathlib import Path

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.store.sqlite import SqliteJournal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def arrival(call: str) -> Fact:
    return Fact(NOON, FactKind.CALL_ARRIVED, CallId(call), details={"dialed": "+33199001234"})


async def test_what_is_settled_is_there_for_other_readers(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    reader = SqliteJournal(tmp_path / "journal.db")
    for call in ("1", "2", "3"):
        journal.record(arrival(call))
        await journal.settled()
        assert [fact.call for fact in reader.facts()][-1] == call
    await journal.close()
    await reader.close()


async def test_closing_writes_what_was_just_taken(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    taken = [arrival(str(call)) for call in range(2500)]  # more than one transaction takes
    for fact in taken:
        journal.record(fact)
    await journal.close()
    reader = SqliteJournal(tmp_path / "journal.db")
    assert list(reader.facts()) == taken
    await reader.close()


async def test_facts_are_found_by_call_and_kind(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    journal.record(arrival("1"))
    journal.record(arrival("2"))
    journal.record(Fact(NOON, FactKind.CALL_ENDED, CallId("2")))
    await journal.settled()
    assert [fact.kind for fact in journal.facts(call=CallId("2"))] == [FactKind.CALL_ARRIVED, FactKind.CALL_ENDED]
    assert [fact.call for fact in journal.facts(kind=FactKind.CALL_ARRIVED)] == ["1", "2"]
    await journal.close()
