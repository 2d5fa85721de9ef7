"""Who is still to be called back is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Index the promises."""
    op.create_index(
        "facts_of_promises",
        "facts",
        ["at", "call"],
        sqlite_where=sa.text("kind = 'callback-promised'"),
        if_not_exists=True,
    )
