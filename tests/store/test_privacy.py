"""Who may read the journal: it holds callers' numbers and agents' working times."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from telekit.domain.fact import Fact, FactKind
from telekit.errors import StoreError
from telekit.store.sqlite import SqliteJournal
from tests.store.test_sqlite import NOON


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """Let every file be everybody's, unless its maker says otherwise."""
    umask = os.umask(0)
    yield
    os.umask(umask)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()}


async def test_the_journal_and_what_sqlite_keeps_beside_it_are_not_for_everybody(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "var/telekit.db")
    journal.record(Fact(NOON, FactKind.STARTED))
    await journal.settled()
    assert modes(tmp_path) == {"var": "0o750"}
    assert modes(tmp_path / "var") == dict.fromkeys(("telekit.db", "telekit.db-wal", "telekit.db-shm"), "0o640")
    await journal.close()


def test_it_was_never_for_everybody_not_even_for_a_moment(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    def look(*_: object) -> None:
        seen.append(modes(tmp_path))

    event.listen(Engine, "connect", look)
    try:
        SqliteJournal(tmp_path / "telekit.db").join()
    finally:
        event.remove(Engine, "connect", look)
    assert seen[0] == {"telekit.db": "0o640"}


def test_one_that_was_for_everybody_is_so_no_longer(tmp_path: Path) -> None:
    SqliteJournal(tmp_path / "telekit.db").join()
    for name in ("telekit.db", "telekit.db-wal", "telekit.db-shm"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o666)
    journal = SqliteJournal(tmp_path / "telekit.db")
    assert set(modes(tmp_path).values()) == {"0o640"}
    journal.join()


def test_a_stricter_administrator_has_it_stricter(tmp_path: Path) -> None:
    os.umask(0o077)
    SqliteJournal(tmp_path / "var/telekit.db").join()
    assert modes(tmp_path / "var") == {"telekit.db": "0o600"}
    assert modes(tmp_path) == {"var": "0o700"}


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702])
def test_a_folder_in_which_everybody_may_write_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var").chmod(mode)
    with pytest.raises(StoreError, match=rf"Everybody may write to .*`chmod o-w {tmp_path}/var`"):
        SqliteJournal(tmp_path / "var/telekit.db")
    assert modes(tmp_path / "var") == {}
