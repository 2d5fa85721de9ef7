"""The journal's tables, as they are now; how a file of an earlier telekit becomes so is in `migrations`."""

from sqlalchemy import JSON, Column, Float, Index, Integer, MetaData, String, Table, Text, text

REVISIONS = ("0001", "0002", "0003", "0004")
"""All that the tables have gone through; the last is as they are now."""

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False, doc="seconds since the epoch, UTC"),
    Column("kind", Text, nullable=False),
    Column("call", Text),
    Column("queue", Text),
    Column("agent", Text),
    Column("offer", Text),
    Column("details", JSON, nullable=False),
    Index("facts_by_call", "call"),
    Index("facts_by_at", "at"),
    Index(
        "facts_by_caller",
        text("json_extract(details, '$.caller')"),
        "id",
        sqlite_where=text("kind = 'call-arrived'"),
    ),
    Index("facts_of_promises", "at", "call", sqlite_where=text("kind = 'callback-promised'")),
    Index("facts_of_words", text("json_extract(details, '$.word')"), "agent", sqlite_where=text("kind = 'said'")),
    Index("facts_of_presence", "agent", sqlite_where=text("kind = 'presence'")),
)

version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))
"""The revision of the file. Source: Alembic runtime/migration.py, MigrationContext."""
