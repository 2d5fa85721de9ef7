"""Which revision the tables of a journal are of, and what to do about it when a journal is opened."""

import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from telekit.errors import StoreError
from telekit.store.schema import REVISIONS, facts, metadata, version

log = logging.getLogger(__name__)


def bring_up(engine: Engine, path: Path) -> None:
    """Make the tables of a new journal, or those of an earlier telekit's what they are now.

    Raises `StoreError` for a journal of a later telekit, and lets SQLAlchemy's own errors pass.
    """
    with engine.begin() as connection:
        stored = _stored(connection)
        if stored is None:
            metadata.create_all(connection)
            connection.execute(insert(version).values(version_num=REVISIONS[-1]))
            return
    if stored == REVISIONS[-1]:
        return
    if stored not in REVISIONS:
        raise StoreError(
            f"The journal {path} is of a later telekit (its revision is {stored}, this one knows {REVISIONS[-1]} at "
            "most): install that one again, or name another file under `journal`."
        )
    from telekit.store.migrate import migrate  # here, since hardly a start needs Alembic, which takes its time

    migrate(engine, stored)
    log.warning("the journal %s, of an earlier telekit, is brought from revision %s to %s", path, stored, REVISIONS[-1])


def _stored(connection: Connection) -> str | None:
    """Give the revision of a file; None of one that is new. The first telekits wrote none."""
    names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if version.name in names:
        stored = connection.execute(select(version.c.version_num)).scalar()
        if stored is not None:
            return str(stored)
    return REVISIONS[0] if facts.name in names else None
