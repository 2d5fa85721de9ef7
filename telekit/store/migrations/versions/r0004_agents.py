"""How each agent was last, and what each said last, is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Index the words of agents, and their presence."""
    op.create_index(
        "facts_of_words",
        "facts",
        [sa.text("json_extract(details, '$.word')"), "agent"],
        sqlite_where=sa.text("kind = 'said'"),
        if_not_exists=True,
    )
    op.create_index(
        "facts_of_presence", "facts", ["agent"], sqlite_where=sa.text("kind = 'presence'"), if_not_exists=True
    )
