"""Journals of earlier telekits are brought up, those of later ones are left alone."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from telekit.domain.fact import Fact, FactKind
from telekit.domain.names import CallId
from telekit.errors import StoreError
from telekit.store.migrate import migrate, scripts
from telekit.store.schema import REVISIONS
from telekit.store.sqlite import SqliteJournal

FIRST = """
CREATE TABLE facts (
    id INTEGER NOT NULL, at FLOAT NOT NULL, kind TEXT NOT NULL, call TEXT, queue TEXT, agent TEXT, offer TEXT,
    details JSON NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX facts_by_call ON facts (call);
CREATE INDEX facts_by_at ON facts (at);
INSERT INTO facts VALUES (1, 1795435200.0, 'call-arrived', '1.5', NULL, NULL, NULL, '{"caller": "+33199007788"}');
"""
"""What the first telekits wrote, which named no revision."""
CALLERS = """
CREATE INDEX facts_by_caller ON facts (json_extract(details, '$.caller'), id) WHERE kind = 'call-arrived';
"""
"""What later ones of them added, whenever they started."""
ARRIVED = Fact(
    datetime(2026, 11, 23, 12, 0, tzinfo=UTC), FactKind.CALL_ARRIVED, CallId("1.5"), details={"caller": "+33199007788"}
)


def schema(path: Path) -> list[str]:
    """Give what a file consists of, in words that do not depend on who made it."""
    with closing(sqlite3.connect(path)) as opened:
        made = opened.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        return sorted(" ".join(sql.replace("CONSTRAINT alembic_version_pkc ", "").split()) for (sql,) in made)


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as opened:
        ((found,),) = opened.execute("SELECT version_num FROM alembic_version")
        return str(found)


def write(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.executescript(sql)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    SqliteJournal(tmp_path / "new.db").join()
    return tmp_path / "new.db"


def test_a_new_journal_is_of_the_last_revision(new: Path) -> None:
    assert revision(new) == REVISIONS[-1]


def test_the_migrations_lead_to_what_a_new_journal_is(new: Path, tmp_path: Path) -> None:
    path = tmp_path / "migrated.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine, None)
    engine.dispose()
    assert schema(path) == schema(new)
    assert revision(path) == REVISIONS[-1]


def test_every_migration_is_known_and_every_revision_has_one() -> None:
    assert tuple(reversed([script.revision for script in scripts().walk_revisions()])) == REVISIONS


@pytest.mark.parametrize("before", [FIRST, FIRST + CALLERS], ids=["of the first", "with callers"])
def test_a_journal_of_an_earlier_telekit_is_brought_up_with_all_its_facts(
    before: str, new: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "telekit.db"
    write(path, before)
    journal = SqliteJournal(path)
    journal.join()
    assert list(journal.facts()) == [ARRIVED]
    assert [sql.replace("( ", "(").replace(" )", ")") for sql in schema(path)] == [
        sql.replace("( ", "(").replace(" )", ")") for sql in schema(new)
    ]
    assert caplog.messages == [
        f"the journal {path}, of an earlier telekit, is brought from revision 0001 to {REVISIONS[-1]}"
    ]
    caplog.clear()
    SqliteJournal(path).join()
    assert caplog.messages == []


def test_a_journal_of_a_later_telekit_is_refused_and_not_touched(new: Path) -> None:
    write(new, "UPDATE alembic_version SET version_num = '9999'; CREATE TABLE later (id INTEGER)")
    before = schema(new)
    with pytest.raises(StoreError) as refused:
        SqliteJournal(new)
    assert str(refused.value) == (
        f"The journal {new} is of a later telekit (its revision is 9999, this one knows {REVISIONS[-1]} at most): "
        "install that one again, or name another file under `journal`."
    )
    assert schema(new) == before


def test_a_journal_that_is_as_it_should_be_is_opened_without_alembic(new: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from telekit.store.sqlite import SqliteJournal; "
        f"SqliteJournal(Path({str(new)!r})).join(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
