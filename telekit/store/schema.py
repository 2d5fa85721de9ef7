"""The journal's table."""

from sqlalchemy import JSON, Column, Float, Index, Integer, MetaData, Table, Text

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
)
