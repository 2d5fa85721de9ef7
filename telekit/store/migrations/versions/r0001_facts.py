"""The facts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table, with its indexes."""
    op.create_table(
        "facts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("call", sa.Text),
        sa.Column("queue", sa.Text),
        sa.Column("agent", sa.Text),
        sa.Column("offer", sa.Text),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_index("facts_by_call", "facts", ["call"])
    op.create_index("facts_by_at", "facts", ["at"])
